import Checkpoints
import Kernels
import Metrics
import PaliGemma
import TaskEngine
import TaskProtocol
import Tensors

/// A checkpoint as it is to be loaded.
struct ModelLoading {
  /// Its folder; `nil` for the one that comes with the tool.
  var model: String?
  var weights: WeightSelection = .automatic
  var threads: Int?
  var arithmetic: Arithmetic = .bfloat16
  /// Whether confidences are made of probabilities as the checkpoint's notes say.
  var isCalibrated = true

  /// Loads the checkpoint.
  ///
  /// - Parameters:
  ///   - environment: Domains and streams.
  ///   - task: Chooses among the checkpoints that come with the tool.
  /// - Returns: The model.
  /// - Throws: ``ToolError`` with one line on what is wrong with the folder.
  func loadedModel(
    in environment: ToolEnvironment,
    for task: String? = nil
  ) throws -> PaliGemmaModel {
    let directory = try ModelLocation(environment: environment)
      .directory(option: model, task: task)
    do {
      return try PaliGemmaModel(
        directory: directory,
        weights: weights,
        compute: Compute(threads: threads, arithmetic: arithmetic)
      )
    } catch let error as KernelError {
      throw ToolError("\(error)", exit: .usage)
    } catch {
      throw ToolError("\(error)", exit: .unreadable)
    }
  }

  /// How results name the checkpoint.
  ///
  /// - Parameters:
  ///   - environment: Domains and streams.
  ///   - task: Chooses among the checkpoints that come with the tool.
  /// - Returns: Name and sum.
  /// - Throws: ``ToolError`` with one line on what is wrong with the folder.
  func reference(
    in environment: ToolEnvironment,
    for task: String
  ) throws -> ModelReference {
    let model = try loadedModel(in: environment, for: task)
    do {
      return try ModelReference(model.checkpoint, model.compute.arithmetic, withSum: true)
    } catch {
      let reason = ToolEnvironment.reason(of: error)
      throw ToolError("\(model.checkpoint.directory): \(reason)", exit: .unreadable)
    }
  }

  /// A transcriber on the checkpoint, which must not have been trained for other tasks only.
  ///
  /// - Parameters:
  ///   - task: The task to be run.
  ///   - environment: Domains and streams.
  ///   - identifiesModel: Whether results are written that name the checkpoint by its sum, which
  ///     takes seconds for a large one that was not seen before.
  ///   - stepsTogether: Whether images on several threads take their steps together.
  /// - Returns: A transcriber for any task.
  /// - Throws: ``ToolError`` with one line on what is wrong with the folder.
  func transcriber(
    for task: String,
    in environment: ToolEnvironment,
    identifiesModel: Bool,
    stepsTogether: Bool = false
  ) throws -> Transcriber {
    let directory = try ModelLocation(environment: environment)
      .directory(option: model, task: task)
    try CheckpointNotes.check(task, directory: directory)
    let scale = try scale(for: task, in: environment)
    let model = try loadedModel(in: environment, for: task)
    do {
      let reference = try ModelReference(
        model.checkpoint,
        model.compute.arithmetic,
        withSum: identifiesModel
      )
      return Transcriber(
        model: model,
        reference: reference,
        scale: scale.map { ConfidenceScale($0) },
        stepsTogether: stepsTogether
      )
    } catch {
      let reason = ToolEnvironment.reason(of: error)
      throw ToolError("\(model.checkpoint.directory): \(reason)", exit: .unreadable)
    }
  }

  /// What makes a confidence of the probability of an output, where the checkpoint's notes say.
  ///
  /// - Parameters:
  ///   - task: The task to be run.
  ///   - environment: Domains and streams.
  /// - Returns: `nil` where nothing is said, or it is not asked for.
  /// - Throws: ``ToolError`` with one line on what is wrong with the folder.
  func scale(
    for task: String,
    in environment: ToolEnvironment
  ) throws(ToolError) -> PlattScaling? {
    guard isCalibrated else { return nil }
    let directory = try ModelLocation(environment: environment)
      .directory(option: model, task: task)
    return try CheckpointNotes.read(from: directory)?.confidence?[task]
  }
}
