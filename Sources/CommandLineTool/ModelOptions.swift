import ArgumentParser
import Checkpoints
import Foundation
import Kernels
import PaliGemma
import TaskEngine
import TaskProtocol
import Tensors

/// Options of every command that runs a model.
struct ModelOptions: ParsableArguments {
  @Option(
    help:
      "Checkpoint folder in the Hugging Face layout (default: the one that comes with the tool).",
    completion: .directory
  )
  var model: String?

  @OptionGroup var weights: WeightOptions

  @Option(help: "Threads (default: one per core).")
  var threads: Int?

  @OptionGroup var arithmetic: ArithmeticOptions

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads must be 1 to 1024, not \(threads)")
    }
  }

  /// Loads the checkpoint.
  ///
  /// - Throws: ``ToolError`` with one line on what is wrong with the folder.
  func loadedModel(in environment: ToolEnvironment) throws -> PaliGemmaModel {
    let directory = try ModelLocation(environment: environment).directory(option: model)
    do {
      return try PaliGemmaModel(
        directory: directory,
        weights: weights.selection,
        compute: Compute(threads: threads, arithmetic: arithmetic.arithmetic)
      )
    } catch let error as KernelError {
      throw ToolError("\(error)", exit: .usage)
    } catch {
      throw ToolError("\(error)", exit: .unreadable)
    }
  }

  /// How results name the checkpoint.
  ///
  /// - Throws: ``ToolError`` with one line on what is wrong with the folder.
  func reference(in environment: ToolEnvironment) throws -> ModelReference {
    let model = try loadedModel(in: environment)
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
    let directory = try ModelLocation(environment: environment).directory(option: model)
    try TrainedTasks.check(task, directory: directory)
    let model = try loadedModel(in: environment)
    do {
      let reference = try ModelReference(
        model.checkpoint,
        model.compute.arithmetic,
        withSum: identifiesModel
      )
      return Transcriber(model: model, reference: reference, stepsTogether: stepsTogether)
    } catch {
      let reason = ToolEnvironment.reason(of: error)
      throw ToolError("\(model.checkpoint.directory): \(reason)", exit: .unreadable)
    }
  }
}

extension ModelReference {
  /// How results name a checkpoint.
  ///
  /// - Parameters:
  ///   - checkpoint: The loaded checkpoint.
  ///   - arithmetic: What is rounded.
  ///   - withSum: Whether to compute the sum; the field is empty otherwise.
  /// - Throws: What Foundation throws when a file of the checkpoint cannot be read.
  init(_ checkpoint: Checkpoint, _ arithmetic: Arithmetic, withSum: Bool) throws {
    let files = checkpoint.identifyingFiles
    self.init(
      id: checkpoint.name,
      sha256: withSum
        ? try CheckpointDigest().hex(directory: checkpoint.directory, files: files) : "",
      resolution: checkpoint.configuration.vision.imageSize,
      weights: checkpoint.weightTypes,
      arithmetic: arithmetic.rawValue
    )
  }
}

extension Checkpoint {
  /// The last component of the folder's path.
  var name: String {
    URL(filePath: directory).standardizedFileURL.lastPathComponent
  }

  /// The files that decide what the model answers.
  var identifyingFiles: [String] {
    let present = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    let fixed: Set = [
      "config.json", "generation_config.json", "preprocessor_config.json", "tokenizer.json",
      "tokenizer.model", "added_tokens.json", "model.safetensors.index.json",
    ]
    let weights = Set(files.map(\.name))
    return present.filter { fixed.contains($0) || weights.contains($0) }
  }

  /// The number formats of the weights, such as `BF16` or `BF16+F32`.
  var weightTypes: String {
    formats.keys.sorted().joined(separator: "+")
  }
}
