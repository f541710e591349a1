import Checkpoints
import Checksums
import ConstrainedDecoding
import Foundation
import Generation
package import ImageInput
import LanguageModel
import OutputConstraints
package import PaliGemma
import Synchronization
package import TaskProtocol
import Tokenization

/// Runs tasks on images: fit, encode, decode, parse, validate, report.
package struct Transcriber: Sendable {
  let model: PaliGemmaModel
  private let reference: ModelReference
  private let limits: ImageLimits
  private let vocabulary: TokenVocabulary
  let stepper: JointStepper?
  private let scale: ConfidenceScale?
  private let masks = MaskShelf()

  /// - Parameters:
  ///   - model: The loaded checkpoint.
  ///   - reference: How results name it.
  ///   - scale: What makes a confidence of an output's probability; `nil` leaves it as it is.
  ///   - limits: The largest image that is decoded.
  ///   - stepsTogether: Whether images that are transcribed on several threads at once take their steps
  ///     together, so that the weights are read once for all of them; what they yield is the same.
  package init(
    model: PaliGemmaModel,
    reference: ModelReference,
    scale: ConfidenceScale? = nil,
    limits: ImageLimits = .standard,
    stepsTogether: Bool = false
  ) {
    self.model = model
    self.reference = reference
    self.scale = scale
    self.limits = limits
    self.stepper = stepsTogether ? JointStepper(model.decoder) : nil
    self.vocabulary = TokenVocabulary(
      model.tokenizer,
      endTokens: model.checkpoint.configuration.endTokens
    )
  }

  /// Bytes that an image takes besides the weights while it is worked on.
  package func imageBytes(of plugin: some TaskPlugin, maximumTokens: Int?) -> Int {
    model.requestBytes(
      promptTokens: plugin.manifest.promptPrefix.utf8.count + 2,
      maximumTokens: maximumTokens ?? plugin.manifest.maximumTokens
    )
  }

  /// Transcribes one image; whatever goes wrong with it becomes part of the result, and a blank one is abstained from.
  ///
  /// - Parameters:
  ///   - bytes: The image file.
  ///   - path: The file's name for the result.
  ///   - plugin: The task.
  ///   - options: How to decode.
  ///   - onToken: Called with the number of tokens after each one.
  /// - Returns: The result, with the typed document where there is one.
  package func transcribe<P: TaskPlugin>(
    _ bytes: [UInt8],
    path: String,
    plugin: P,
    options: TranscriptionOptions,
    onToken: ((Int) -> Void)? = nil
  ) -> Transcription<P.Document> {
    let manifest = plugin.manifest
    var input = InputReference(path: path, sha256: SHA256Digest.hex(of: bytes))
    var timing = TaskTiming()
    let clock = ContinuousClock()

    var pixels: PixelTensor?
    var isBlank = false
    var problem: ImageError?
    timing.image =
      clock.measure {
        do throws(ImageError) {
          let image = try RasterImage(bytes: bytes, name: path, limits: limits)
          input.width = image.width
          input.height = image.height
          isBlank = image.isBlank
          pixels = model.preprocessor.pixels(image, fit: manifest.imagePolicy.fit)
        } catch {
          problem = error
        }
      }.seconds
    guard let pixels else {
      let result = failedResult(
        plugin: manifest,
        input: input,
        code: "image-unreadable",
        message: problem?.description ?? "\(path): cannot be read"
      )
      return Transcription(result: result, failure: .unreadable)
    }

    if isBlank {
      return Transcription(
        result: blankResult(
          plugin: manifest,
          input: input,
          settings: options.settings,
          timing: timing
        )
      )
    }

    do {
      let features = try encode(pixels)
      timing.vision = features.seconds
      let output = try generate(features, plugin: plugin, options: options, onToken: onToken)
      let second = try secondReading(
        of: features,
        after: output,
        plugin: plugin,
        options: options,
        onToken: onToken
      )
      let used = second?.output ?? output
      timing.prefill = used.timing.prefillSeconds
      timing.decode = used.timing.decodeSeconds
      var transcription = try assess(
        used,
        plugin: plugin,
        input: input,
        options: options,
        timing: timing
      )
      if let second {
        transcription.result.edits = second.edits
        transcription.result.findings.append(second.finding)
      }
      return transcription
    } catch {
      let result = failedResult(
        plugin: manifest,
        input: input,
        code: "decoding-failed",
        message: "\(path): \(error)"
      )
      return Transcription(result: result, failure: .failed)
    }
  }

  private func encode(_ pixels: PixelTensor) throws(PaliGemmaError) -> ImageFeatures {
    guard let stepper else { return try model.features(of: pixels) }
    return try stepper.inTurn { () throws(PaliGemmaError) in try model.features(of: pixels) }
  }

  /// The result of an empty page: a model would write something all the same.
  private func blankResult(
    plugin: TaskManifest,
    input: InputReference,
    settings: [TaskSetting],
    timing: TaskTiming
  ) -> TaskResult {
    let finding = Finding(
      code: "blank-image",
      severity: .note,
      message: "The image is blank: nothing on it stands out from its ground.",
      path: input.path,
      suggestion: "Look at the image; if something faint is on it, raise its contrast."
    )
    return TaskResult(
      task: plugin.id,
      plugin: PluginReference(plugin),
      model: reference,
      input: input,
      status: .abstained,
      findings: [finding],
      settings: settings,
      timing: timing,
      notice: plugin.notice
    )
  }

  /// The result of an image that has no output.
  ///
  /// - Parameters:
  ///   - plugin: The task.
  ///   - input: What is known of the image.
  ///   - code: The finding's code.
  ///   - message: The finding's message; names the file.
  /// - Returns: A result of status ``TaskStatus/failed`` with one finding.
  package func failedResult(
    plugin: TaskManifest,
    input: InputReference,
    code: String,
    message: String
  ) -> TaskResult {
    TaskResult(
      task: plugin.id,
      plugin: PluginReference(plugin),
      model: reference,
      input: input,
      status: .failed,
      findings: [Finding(code: code, severity: .error, message: message, path: input.path)],
      notice: plugin.notice
    )
  }

  func generate<P: TaskPlugin>(
    _ features: ImageFeatures,
    plugin: P,
    options: TranscriptionOptions,
    onToken: ((Int) -> Void)?
  ) throws -> GenerationOutput {
    let manifest = plugin.manifest
    let generation = GenerationOptions(
      maximumTokens: options.maximumTokens ?? manifest.maximumTokens,
      strategy: options.strategy
    )
    let mask =
      options.mode == .constrain
      ? try masks.mask(named: "\(manifest.id) \(options.settings)") {
        try plugin.constraint.map(masking)
      } : nil
    var count = 0
    return try model.generate(
      features,
      prompt: manifest.promptPrefix,
      options: generation,
      mask: mask,
      stepper: stepper,
      onToken: { _ in
        count += 1
        onToken?(count)
      }
    )
  }

  /// A mask of the plugin's constraint over the checkpoint's vocabulary.
  private func masking(_ constraint: any OutputConstraint) throws -> any TokenMasking {
    func open<C: OutputConstraint>(_ constraint: C) throws -> any TokenMasking {
      try ConstraintMask(constraint, over: vocabulary)
    }
    return try open(constraint)
  }

  /// Parses and validates an output, and mends it where that was asked for.
  private func assess<P: TaskPlugin>(
    _ output: GenerationOutput,
    plugin: P,
    input: InputReference,
    options: TranscriptionOptions,
    timing: TaskTiming
  ) throws -> Transcription<P.Document> {
    var timing = timing
    var assessment = Assessment<P.Document>()
    timing.validation = try ContinuousClock().measure {
      assessment = try Assessment(of: output.text, by: plugin)
      if options.mode == .repair, !assessment.isValid, let repair = plugin.repair(output.text) {
        assessment = try Assessment(of: repair.text, by: plugin)
        assessment.edits = repair.edits
      }
    }.seconds
    let logProbability = output.logProbabilities.reduce(0) { $0 + Double($1) }
    let confidence =
      scale?.confidence(logProbability: logProbability) ?? exp(logProbability)
    var result = TaskResult(
      task: plugin.manifest.id,
      plugin: PluginReference(plugin.manifest),
      model: reference,
      input: input,
      status: assessment.isValid ? .valid : .invalid,
      text: assessment.text,
      findings: assessment.findings,
      settings: options.settings,
      edits: assessment.edits,
      confidence: confidence,
      tokens: output.tokenIDs.count,
      truncated: output.finishReason == .length,
      interventions: output.interventions.map(record),
      timing: timing,
      notice: plugin.manifest.notice
    )
    // After edits no part stands where the model wrote it.
    if assessment.edits.isEmpty, assessment.document != nil {
      let places = TokenPlaces(of: output, tokenizer: model.tokenizer)
      result.parts = plugin.parts(of: output.text).map { places.confidence(of: $0) }
    }
    if let document = assessment.document { result.document = try JSONValue(encoding: document) }
    if let least = options.abstainsBelow, confidence < least {
      result.status = .abstained
      result.findings.append(
        Finding(
          code: "low-confidence",
          severity: .note,
          message: "The confidence \(confidence.shortText) is below \(least.shortText).",
          suggestion: "Look at the image, or lower --abstain-below."
        )
      )
    }
    return Transcription(result: result, document: assessment.document)
  }

  private func record(_ intervention: Intervention) -> InterventionRecord {
    InterventionRecord(
      step: intervention.step,
      kind: intervention.kind.rawValue,
      favourite: model.tokenizer.piece(intervention.favourite) ?? "",
      chosen: model.tokenizer.piece(intervention.chosen) ?? "",
      favouriteLogProbability: Double(intervention.favouriteLogProbability),
      chosenLogProbability: Double(intervention.chosenLogProbability),
      maskedMass: Double(intervention.maskedMass)
    )
  }
}

/// Masks that were made: which tokens may occur at all takes a look at every token.
private final class MaskShelf: Sendable {
  private let masks = Mutex<[String: any TokenMasking]>([:])

  /// The mask of a name, made when it is asked for the first time.
  func mask(
    named name: String,
    making make: () throws -> (any TokenMasking)?
  ) throws -> (any TokenMasking)? {
    if let known = masks.withLock({ $0[name] }) { return known }
    guard let made = try make() else { return nil }
    masks.withLock { $0[name] = made }
    return made
  }
}

extension ImagePolicy {
  /// The fit that the image module knows this policy by.
  package var fit: ImageFit {
    switch self {
    case .stretch: .stretch
    case .pad: .pad
    }
  }
}

/// What a plugin says of a text.
struct Assessment<Document: Sendable> {
  var text = ""
  var document: Document?
  var findings: [Finding] = []
  var edits: [RepairEdit] = []

  var isValid: Bool { document != nil && !findings.contains { $0.severity == .error } }

  init() {}

  init<P: TaskPlugin>(of text: String, by plugin: P) throws(SchemaFailure)
  where P.Document == Document {
    self.text = text
    findings = try plugin.validate(ValidationSource(modelOutput: text))
    do throws(ParseFailure) {
      document = try plugin.parse(text)
    } catch {
      if !findings.contains(where: { $0.severity == .error }) { findings += error.findings }
    }
  }
}

extension Double {
  /// Up to four significant digits, whatever the user's region.
  fileprivate var shortText: String {
    formatted(.number.precision(.significantDigits(1...4)).locale(Locale(identifier: "en_US")))
  }
}

extension JSONValue {
  /// The JSON that a document encodes to.
  fileprivate init(encoding value: some Encodable) throws {
    self = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(value))
  }
}

extension Duration {
  /// The duration in seconds.
  package var seconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) * 1e-18
  }
}
