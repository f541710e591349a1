import ArgumentParser
import Checkpoints
import Foundation
import Generation
import ImageInput
import Kernels
import PaliGemma
import TaskEngine
import TaskProtocol

/// `copyist model compare`: what quantized weights or rounded arithmetic change.
struct ModelCompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare weights or arithmetic with the original weights in float32, token by token.",
    usage: """
      copyist model compare table images/*.png --weights 8bit
      copyist model compare table images/*.png --weights original --arithmetic bfloat16 --json
      """,
    discussion: """
      Decodes every image greedily with the original weights in float32. At each token both ways are \
      given the same words before it; printed is how often they choose the same token, and how far \
      their numbers lie apart.
      """
  )

  @Argument(help: "The task; 'copyist tasks' lists them.")
  var task: String

  @Argument(help: "Images.", completion: .file())
  var images: [String]

  @OptionGroup var modelOptions: ModelOptions

  @Option(
    help: "Folder of the original weights (default: that of --model).",
    completion: .directory
  )
  var original: String?

  @Option(help: "Compare at most N tokens of an image (default: the task's limit).")
  var maxTokens: Int?

  @OptionGroup var settings: SettingOptions

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard !images.isEmpty else { throw ValidationError("name at least one image") }
    if let maxTokens, !(1...8192).contains(maxTokens) {
      throw ValidationError("--max-tokens must be 1 to 8192, not \(maxTokens)")
    }
  }

  func run() throws {
    let environment = try environment()
    let plugin = try settings.plugin(named: task, in: environment)
    let model = try modelOptions.loadedModel(in: environment, for: task)
    let exact: PaliGemmaModel
    do {
      exact = try PaliGemmaModel(
        directory: original ?? model.checkpoint.directory,
        weights: .original,
        compute: Compute(threads: model.compute.threads, arithmetic: .float32)
      )
    } catch {
      throw ToolError("\(error)", exit: .unreadable)
    }
    guard exact.forbidden.limit == model.forbidden.limit,
      exact.preprocessor.size == model.preprocessor.size
    else {
      throw ToolError(
        "\(exact.checkpoint.directory): another model than \(model.checkpoint.directory)",
        exit: .usage
      )
    }
    let agreement = try compare(exact, with: model, plugin.manifest, in: environment)
    let record = Record(agreement, weights: model.checkpoint.weightTypes, model.compute)
    if json {
      environment.output.writeLine(try JSONOutput.pretty(record, namesInSnakeCase: true))
    } else {
      environment.output.write(record.text)
    }
  }

  private func compare(
    _ exact: PaliGemmaModel,
    with model: PaliGemmaModel,
    _ manifest: TaskManifest,
    in environment: ToolEnvironment
  ) throws -> ModelAgreement {
    let line = ProgressLine(environment.diagnostics)
    defer { line.clear() }
    var total = ModelAgreement()
    for (index, path) in images.enumerated() {
      line.show("[\(index + 1)/\(images.count)] \(path)")
      let bytes = Array(try environment.readFile(path))
      let pixels: PixelTensor
      do throws(ImageError) {
        let image = try RasterImage(bytes: bytes, name: path, limits: .standard)
        pixels = model.preprocessor.pixels(image, fit: manifest.imagePolicy.fit)
      } catch {
        throw ToolError("\(error)", exit: .unreadable)
      }
      do {
        total += try exact.agreement(
          with: model,
          on: pixels,
          prompt: manifest.promptPrefix,
          maximumTokens: maxTokens ?? manifest.maximumTokens
        )
      } catch {
        throw ToolError("\(path): \(error)", exit: .failure)
      }
    }
    return total
  }

  /// What `--json` prints.
  private struct Record: Encodable {
    let weights: String
    let arithmetic: String
    let images: Int
    let sameTexts: Int
    let tokens: Int
    let sameChoices: Int
    let choiceShare: Double
    let logProbabilityDistance: Double
    let meanCosine: Double
    let leastCosine: Double

    init(_ agreement: ModelAgreement, weights: String, _ compute: Compute) {
      self.weights = weights
      self.arithmetic = compute.arithmetic.rawValue
      self.images = agreement.texts
      self.sameTexts = agreement.sameTexts
      self.tokens = agreement.tokens
      self.sameChoices = agreement.sameChoices
      self.choiceShare = agreement.choiceShare
      self.logProbabilityDistance = agreement.meanLogProbabilityDistance
      self.meanCosine = agreement.meanCosine
      self.leastCosine = agreement.leastCosine
    }

    var text: String {
      func number(_ value: Double, _ digits: Int) -> String {
        value.formatted(
          .number.precision(.fractionLength(digits)).locale(Locale(identifier: "en_US"))
        )
      }
      return """
        Compared        \(weights) in \(arithmetic) with the original weights in float32
        Texts           \(sameTexts) of \(images) the same
        Tokens          \(number(100 * choiceShare, 3)) % of \(tokens) chosen by both
        Log-probability \(number(logProbabilityDistance, 5)) apart on average
        Logits          cosine \(number(meanCosine, 6)) on average, \(number(leastCosine, 6)) at least

        """
    }
  }
}
