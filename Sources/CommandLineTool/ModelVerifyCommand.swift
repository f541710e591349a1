import ArgumentParser
import Checkpoints
import Foundation
import Quantization
import TaskEngine

/// `copyist model verify`: reads every weight and compares sums.
struct ModelVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check quantized weights against the sums in their file.",
    discussion: """
      Reads the whole file and compares its SHA-256 with the one it carries; where the published \
      weights lie in the same folder, also that they are those it was made from. Ends with 2 when \
      something differs.
      """
  )

  @Argument(
    help: "Checkpoint folder (default: the one that comes with the tool).",
    completion: .directory
  )
  var directory: String?

  @OptionGroup var weights: WeightOptions

  func run() throws {
    let environment = try environment()
    let folder = try ModelLocation(environment: environment)
      .directory(option: directory, from: "DIR")
    do {
      let checkpoint = try Checkpoint(directory: folder, weights: weights.selection)
      guard let quantization = checkpoint.quantization else {
        throw ToolError(
          "\(folder): these are weights as published, which carry no sum; --weights 8bit or 4bit "
            + "names a quantized file",
          exit: .usage
        )
      }
      let file = try SafetensorsFile(path: folder + "/" + checkpoint.files[0].name)
      let line = ProgressLine(environment.diagnostics)
      defer { line.clear() }
      let sum = file.dataSum { line.show("Reading: \(Int($0 * 100)) %") }
      line.clear()
      guard sum == quantization.dataSum else {
        throw ToolError(
          "\(file.path): the weights have the sum \(sum), the header says "
            + "\(quantization.dataSum); write the file again with 'copyist model quantize'",
          exit: .invalid
        )
      }
      environment.output.writeLine("\(file.path): the weights have the sum that the header says")
      guard let source = try? Checkpoint(directory: folder, weights: .original) else {
        environment.output.writeLine("The published weights are not in this folder")
        return
      }
      line.show("Summing the published weights")
      let published = try source.weightSum()
      line.clear()
      guard published == quantization.sourceSum else {
        throw ToolError(
          "\(file.path): made from weights with the sum \(quantization.sourceSum), but those in "
            + "the folder have \(published); write it again with 'copyist model quantize'",
          exit: .invalid
        )
      }
      environment.output.writeLine("It was made from the published weights in this folder")
    } catch let error as CheckpointError {
      throw ToolError("\(error)", exit: .unreadable)
    }
  }
}

extension Checkpoint {
  /// The sum of the weight files: of the listing that `sha256sum` prints of them, sorted by name.
  func weightSum() throws -> String {
    try CheckpointDigest().hex(directory: directory, files: files.map(\.name))
  }
}
