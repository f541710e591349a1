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

  /// What the options say.
  var loading: ModelLoading {
    ModelLoading(
      model: model,
      weights: weights.selection,
      threads: threads,
      arithmetic: arithmetic.arithmetic
    )
  }

  /// Loads the checkpoint; of those that come with the tool, the one for a task.
  ///
  /// - Parameters:
  ///   - environment: Domains and streams.
  ///   - task: `nil` for the one that is used where no task is asked for.
  /// - Returns: The model.
  /// - Throws: ``ToolError`` with one line on what is wrong with the folder.
  func loadedModel(
    in environment: ToolEnvironment,
    for task: String? = nil
  ) throws -> PaliGemmaModel {
    try loading.loadedModel(in: environment, for: task)
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
