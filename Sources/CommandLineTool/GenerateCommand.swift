import ArgumentParser
import Foundation
import Generation
import ImageInput
import PaliGemma
import TaskEngine
import TaskProtocol

/// An image, a prompt and how the image is fitted; shared by `generate` and `score`.
struct PromptOptions: ParsableArguments {
  @Option(help: "PNG or JPEG file; '-' reads standard input.", completion: .file())
  var image: String

  @Option(help: "The prompt, such as 'caption en'; the newline that ends it is added.")
  var prompt: String

  @Option(help: "How the image becomes a square: stretch, as the model's default, or pad.")
  var fit: FitOption = .stretch

  /// The image as the model sees it.
  func features(
    model: PaliGemmaModel,
    in environment: ToolEnvironment
  ) throws -> ImageFeatures {
    let bytes = Array(try environment.readFile(image))
    let raster: RasterImage
    do {
      raster = try RasterImage(bytes: bytes, name: image)
    } catch {
      throw ToolError(error.description, exit: .unreadable)
    }
    return try model.features(of: model.preprocessor.pixels(raster, fit: fit.fit))
  }
}

/// The values of `--fit`.
enum FitOption: String, ExpressibleByArgument, CaseIterable {
  case stretch, pad

  /// The fit that the image module knows this value by.
  var fit: ImageFit {
    switch self {
    case .stretch: .stretch
    case .pad: .pad
    }
  }
}

/// `copyist generate`: free text from an image and a prompt.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Generate text from an image and a prompt with any PaliGemma checkpoint.",
    usage: """
      copyist generate --model paligemma2-3b-mix-224 --image cat.jpg --prompt "caption en"
      copyist generate --image table.png --prompt table --fit pad --beams 3 --json
      """
  )

  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var promptOptions: PromptOptions

  @Option(help: "Most tokens to generate.")
  var maxTokens = 256

  @Option(help: "Beam search with this many beams.")
  var beams: Int?

  @Option(help: "Sample with this temperature.")
  var temperature: Float?

  @Option(help: "Sample among the K most probable tokens.")
  var topK: Int?

  @Option(help: "Sample among the fewest tokens whose probabilities sum to P.")
  var topP: Float?

  @Option(help: "Seed of the sampling; equal seeds give equal texts.")
  var seed: UInt64?

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    let samples = temperature != nil || topK != nil || topP != nil || seed != nil
    if samples && beams != nil {
      throw ValidationError("--beams and sampling options exclude each other")
    }
    if let beams, !(1...64).contains(beams) {
      throw ValidationError("--beams must be 1 to 64, not \(beams)")
    }
    if let topK, topK < 1 { throw ValidationError("--top-k must be 1 or more, not \(topK)") }
    if let topP, !(topP > 0 && topP <= 1) {
      throw ValidationError("--top-p must be above 0 and at most 1, not \(topP)")
    }
    if let temperature, !(temperature > 0 && temperature.isFinite) {
      throw ValidationError("--temperature must be above 0, not \(temperature)")
    }
    if maxTokens < 1 { throw ValidationError("--max-tokens must be 1 or more, not \(maxTokens)") }
  }

  func run() throws {
    let environment = try environment()
    let model = try modelOptions.loadedModel(in: environment)
    let start = ContinuousClock.now
    let features = try promptOptions.features(model: model, in: environment)
    let vision = (ContinuousClock.now - start).seconds
    let options = GenerationOptions(maximumTokens: maxTokens, strategy: strategy)
    let streams = !json && beams == nil
    var shown = 0
    let output: GenerationOutput
    do {
      output = try model.generate(
        features,
        prompt: promptOptions.prompt,
        options: options,
        onToken: { token in
          guard streams else { return }
          environment.output.write(token.text)
          shown += token.text.utf8.count
        }
      )
    } catch {
      throw ToolError("\(promptOptions.image): \(error)", exit: .failure)
    }
    if json {
      environment.output.writeLine(
        try JSONOutput.pretty(
          GenerationRecord(
            model: model.checkpoint.name,
            prompt: promptOptions.prompt,
            output: output,
            visionSeconds: vision
          )
        )
      )
    } else {
      // Bytes at the end that make no whole character were held back by the stream.
      let rest = output.text.utf8.dropFirst(shown)
      environment.output.writeLine(String(decoding: rest, as: UTF8.self))
    }
  }

  private var strategy: DecodingStrategy {
    if let beams { return .beam(width: beams) }
    guard temperature != nil || topK != nil || topP != nil || seed != nil else { return .greedy }
    return .sample(
      temperature: temperature ?? 1,
      topK: topK,
      topP: topP,
      seed: seed ?? UInt64.random(in: 0...UInt64.max)
    )
  }
}

/// What `copyist generate --json` prints.
struct GenerationRecord: Encodable {
  /// Where the time went, in seconds.
  struct Timing: Encodable {
    var vision: Double
    var prefill: Double
    var decode: Double

    enum CodingKeys: String, CodingKey {
      case vision = "vision_seconds"
      case prefill = "prefill_seconds"
      case decode = "decode_seconds"
    }
  }

  let model: String
  let prompt: String
  let tokenIDs: [Int]
  let text: String
  let logProbabilities: [Float]
  let finishReason: String
  let timing: Timing

  init(model: String, prompt: String, output: GenerationOutput, visionSeconds: Double) {
    self.model = model
    self.prompt = prompt
    self.tokenIDs = output.tokenIDs
    self.text = output.text
    self.logProbabilities = output.logProbabilities
    self.finishReason = output.finishReason.rawValue
    self.timing = Timing(
      vision: visionSeconds,
      prefill: output.timing.prefillSeconds,
      decode: output.timing.decodeSeconds
    )
  }

  enum CodingKeys: String, CodingKey {
    case model, prompt, text, timing
    case tokenIDs = "token_ids"
    case logProbabilities = "logprobs"
    case finishReason = "finish_reason"
  }
}
