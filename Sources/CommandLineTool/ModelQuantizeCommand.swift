import ArgumentParser
import Checkpoints
import Foundation
import Kernels
import Quantization
import TaskEngine
import Tensors

/// `copyist model quantize`: writes weights of 8 or 4 bits.
struct ModelQuantizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quantize",
    abstract: "Write a checkpoint's weights in 8 or 4 bits.",
    usage: """
      copyist model quantize paligemma2-3b-mix-448 --bits 8
      copyist model quantize paligemma2-3b-mix-448 --bits 4 -o paligemma2-3b-mix-448-4bit
      """,
    discussion: """
      Writes copyist-8bit.safetensors or copyist-4bit.safetensors beside config.json, to be used with \
      --weights 8bit or 4bit, or into a folder of its own together with the small files of the \
      checkpoint. The matrices of the encoder, the decoder and the embedding table are rounded; the \
      rest stays as published. The file is mapped when it is used, never unpacked.
      """
  )

  @Argument(
    help: "Checkpoint folder (default: the one that comes with the tool).",
    completion: .directory
  )
  var directory: String?

  @Option(help: "Bits per weight: 8 (8.25 with scales) or 4 (4.25).")
  var bits: Int

  @Option(
    name: [.customShort("o"), .long],
    help: "Write a folder that needs no other file (default: beside the weights as published).",
    completion: .directory
  )
  var output: String?

  @Flag(help: "Replace a file that exists.")
  var force = false

  @Option(help: "Threads (default: one per core).")
  var threads: Int?

  func validate() throws {
    if WeightBits(rawValue: bits) == nil {
      throw ValidationError("--bits must be 8 or 4, not \(bits)")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads must be 1 to 1024, not \(threads)")
    }
  }

  func run() throws {
    let environment = try environment()
    guard let bits = WeightBits(rawValue: bits) else { return }
    let source = try ModelLocation(environment: environment)
      .directory(option: directory, from: "DIR")
    do {
      let checkpoint = try Checkpoint(directory: source, weights: .original)
      let folder = URL(filePath: output ?? source)
      let file = folder.appending(path: QuantizedFile.name(bits)).path(percentEncoded: false)
      guard force || !FileManager.default.fileExists(atPath: file) else {
        throw ToolError("\(file): exists; --force replaces it", exit: .usage)
      }
      let summary = try write(checkpoint, bits, to: file, environment)
      if output != nil { try copySmallFiles(from: source, to: folder) }
      environment.output.write(report(summary, file: file, checkpoint))
    } catch let error as CheckpointError {
      throw ToolError("\(error)", exit: .unreadable)
    } catch let error as KernelError {
      throw ToolError("\(error)", exit: .usage)
    } catch let error as CocoaError {
      throw ToolError(
        "\(output ?? source): cannot be written: \(ToolEnvironment.reason(of: error))",
        exit: .failure
      )
    }
  }

  private func write(
    _ checkpoint: Checkpoint,
    _ bits: WeightBits,
    to file: String,
    _ environment: ToolEnvironment
  ) throws -> QuantizedFileWriter.Summary {
    try FileManager.default.createDirectory(
      at: URL(filePath: file).deletingLastPathComponent(),
      withIntermediateDirectories: true
    )
    let line = ProgressLine(environment.diagnostics)
    defer { line.clear() }
    line.show("Summing the published weights")
    let writer = QuantizedFileWriter(
      checkpoint: checkpoint,
      bits: bits,
      sourceSum: try checkpoint.weightSum(),
      compute: try Compute(threads: threads)
    )
    return try writer.write(to: file) { share in
      line.show("Rounding to \(bits.rawValue) bits: \(Int(share * 100)) %")
    }
  }

  private func copySmallFiles(from source: String, to folder: URL) throws {
    let files = FileManager.default
    for name in try files.contentsOfDirectory(atPath: source).sorted()
    where name.hasSuffix(".json") && !name.hasSuffix(".index.json") || name == "tokenizer.model" {
      let target = folder.appending(path: name)
      // What is there may be the same file under another name of the folder.
      guard !files.fileExists(atPath: target.path(percentEncoded: false)) else { continue }
      try files.copyItem(at: URL(filePath: source).appending(path: name), to: target)
    }
  }

  private func report(
    _ summary: QuantizedFileWriter.Summary,
    file: String,
    _ checkpoint: Checkpoint
  ) -> String {
    func percent(_ value: Double) -> String { String(format: "%.2f %%", value * 100) }
    let before = checkpoint.files.reduce(0) { $0 + $1.byteCount }
    let ratio = Double(summary.byteCount) / Double(max(before, 1))
    return """
      \(file)
      \(summary.byteCount) bytes, \(percent(ratio)) of the published weights
      \(summary.roundedCount) of \(checkpoint.parameterCount) parameters in \(bits) bits
      Relative error \(percent(summary.error.relative)), largest in \(summary.worst.name): \
      \(percent(summary.worst.relative))

      """
  }
}
