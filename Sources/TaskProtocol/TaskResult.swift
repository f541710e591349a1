/// What became of one image: the text, the document, what the validator found and how sure the
/// model was.
///
/// Written by `copyist transcribe --json`; `schemas/task-result.schema.json` is generated from this
/// type. Fields that do not apply are absent.
public struct TaskResult: Codable, Equatable, Sendable {
  /// Name and version of this format: ``currentSchema``.
  public var schema: String
  /// The task, such as `table`.
  public var task: String
  /// The plugin that parsed and validated the output.
  public var plugin: PluginReference
  /// The checkpoint that read the image.
  public var model: ModelReference
  /// The image.
  public var input: InputReference
  /// What became of it.
  public var status: TaskStatus
  /// The model's output, byte for byte; absent when the image could not be read.
  public var text: String?
  /// The parsed document, absent when the text has none; its shape is the plugin's.
  public var document: JSONValue?
  /// What the validator has to say, in the order of the text.
  public var findings: [Finding]
  /// Options of the task that were set for this run.
  public var settings: [TaskSetting]
  /// Edits that `--repair` or a second reading made to the model's output; ``text`` is the edited text.
  public var edits: [RepairEdit]
  /// How sure the model was of each part of the document, in the order of the text.
  public var parts: [PartConfidence]
  /// The model's probability of exactly this text, 0 to 1: the product of its tokens' probabilities.
  public var confidence: Double?
  /// Tokens generated, the end token included.
  public var tokens: Int
  /// Whether the output was cut at the token limit.
  public var truncated: Bool
  /// Steps at which constrained decoding overruled the model.
  public var interventions: [InterventionRecord]
  /// Where the time went.
  public var timing: TaskTiming
  /// A sentence the domain wants beside every output.
  public var notice: String?

  /// The value of ``schema`` that this version writes.
  public static let currentSchema = "copyist/task-result/1"

  /// A result; see the properties for what each value means.
  public init(
    task: String,
    plugin: PluginReference,
    model: ModelReference,
    input: InputReference,
    status: TaskStatus,
    text: String? = nil,
    document: JSONValue? = nil,
    findings: [Finding] = [],
    settings: [TaskSetting] = [],
    edits: [RepairEdit] = [],
    parts: [PartConfidence] = [],
    confidence: Double? = nil,
    tokens: Int = 0,
    truncated: Bool = false,
    interventions: [InterventionRecord] = [],
    timing: TaskTiming = TaskTiming(),
    notice: String? = nil
  ) {
    self.schema = TaskResult.currentSchema
    self.task = task
    self.plugin = plugin
    self.model = model
    self.input = input
    self.status = status
    self.text = text
    self.document = document
    self.findings = findings
    self.settings = settings
    self.edits = edits
    self.parts = parts
    self.confidence = confidence
    self.tokens = tokens
    self.truncated = truncated
    self.interventions = interventions
    self.timing = timing
    self.notice = notice
  }
}

/// What became of an image.
public enum TaskStatus: String, Codable, Sendable, CaseIterable {
  /// The output parses and no finding is an error. Valid is not the same as right.
  case valid
  /// The output breaks a rule of the format; the findings say which.
  case invalid
  /// The plugin or the user's threshold refused to answer.
  case abstained
  /// The image could not be read or the run failed; the findings say why.
  case failed
}

/// The plugin that produced a result.
public struct PluginReference: Codable, Equatable, Sendable {
  /// The task's name.
  public var id: String
  /// The plugin's semantic version.
  public var version: String

  /// A reference to the plugin with this manifest.
  public init(_ manifest: TaskManifest) {
    self.id = manifest.id
    self.version = manifest.version
  }
}

/// The checkpoint that produced a result.
public struct ModelReference: Codable, Equatable, Sendable {
  /// The checkpoint folder's name.
  public var id: String
  /// SHA-256 over the listing of the checkpoint's files and their SHA-256 sums.
  public var sha256: String
  /// Side of the model's input square in pixels.
  public var resolution: Int
  /// Number formats of the weights, such as `BF16`.
  public var weights: String
  /// What was rounded on the way, `float32` or `bfloat16`; absent in results of older versions.
  public var arithmetic: String?

  /// A reference; see the properties for what each value means.
  public init(
    id: String,
    sha256: String,
    resolution: Int,
    weights: String,
    arithmetic: String? = nil
  ) {
    self.id = id
    self.sha256 = sha256
    self.resolution = resolution
    self.weights = weights
    self.arithmetic = arithmetic
  }
}

/// The image that a result belongs to.
public struct InputReference: Codable, Equatable, Sendable {
  /// The path as the user gave it; `-` for standard input.
  public var path: String
  /// SHA-256 of the file's bytes, absent when it could not be read.
  public var sha256: String?
  /// Width in pixels after the orientation in the file was applied.
  public var width: Int?
  /// Height in pixels after the orientation in the file was applied.
  public var height: Int?
  /// Page of a document with several, counted from 1.
  public var page: Int?

  /// A reference; see the properties for what each value means.
  public init(
    path: String,
    sha256: String? = nil,
    width: Int? = nil,
    height: Int? = nil,
    page: Int? = nil
  ) {
    self.path = path
    self.sha256 = sha256
    self.width = width
    self.height = height
    self.page = page
  }
}

/// How sure the model was of one part of a document.
///
/// It is a product of token probabilities and not calibrated: it orders parts by doubt.
public struct PartConfidence: Codable, Equatable, Sendable {
  /// JSON pointer (RFC 6901) to the part inside the document.
  public var path: String
  /// The bytes of the output that the part was read from.
  public var text: String
  /// Product of the probabilities of the tokens that overlap the part, 0 to 1.
  public var confidence: Double
  /// Steps among them at which constrained decoding overruled the model.
  public var interventions: Int

  /// A confidence; see the properties for what each value means.
  public init(path: String, text: String, confidence: Double, interventions: Int) {
    self.path = path
    self.text = text
    self.confidence = confidence
    self.interventions = interventions
  }
}

/// One step at which constrained decoding overruled the model.
public struct InterventionRecord: Codable, Equatable, Sendable {
  /// Index of the generated token, counted from 0.
  public var step: Int
  /// `redirected`: another token took the favourite's place; `forced`: only one was possible;
  /// `budget`: the output had to be brought to an end; `returned`: a token chosen here before led
  /// to a text that nothing could follow.
  public var kind: String
  /// The text of the token that the model favoured.
  public var favourite: String
  /// The text of the token that was taken.
  public var chosen: String
  /// Natural logarithm of the favourite's probability.
  public var favouriteLogProbability: Double
  /// Natural logarithm of the chosen token's probability before masking.
  public var chosenLogProbability: Double
  /// Probability of everything that the mask removed, 0 to 1.
  public var maskedMass: Double

  /// A record; see the properties for what each value means.
  public init(
    step: Int,
    kind: String,
    favourite: String,
    chosen: String,
    favouriteLogProbability: Double,
    chosenLogProbability: Double,
    maskedMass: Double
  ) {
    self.step = step
    self.kind = kind
    self.favourite = favourite
    self.chosen = chosen
    self.favouriteLogProbability = favouriteLogProbability
    self.chosenLogProbability = chosenLogProbability
    self.maskedMass = maskedMass
  }

  enum CodingKeys: String, CodingKey {
    case step, kind, favourite, chosen
    case favouriteLogProbability = "favourite_logprob"
    case chosenLogProbability = "chosen_logprob"
    case maskedMass = "masked_mass"
  }
}

/// Where the time of one transcription went, in seconds.
public struct TaskTiming: Codable, Equatable, Sendable {
  /// Reading, decoding and resizing the image.
  public var image: Double
  /// The vision encoder and the projector.
  public var vision: Double
  /// The decoder over image and prompt.
  public var prefill: Double
  /// The decoder over the output, token by token.
  public var decode: Double
  /// Parsing and validating.
  public var validation: Double

  /// A timing; see the properties for what each value means.
  public init(
    image: Double = 0,
    vision: Double = 0,
    prefill: Double = 0,
    decode: Double = 0,
    validation: Double = 0
  ) {
    self.image = image
    self.vision = vision
    self.prefill = prefill
    self.decode = decode
    self.validation = validation
  }

  /// All of it.
  public var total: Double { image + vision + prefill + decode + validation }

  enum CodingKeys: String, CodingKey {
    case image = "image_seconds"
    case vision = "vision_seconds"
    case prefill = "prefill_seconds"
    case decode = "decode_seconds"
    case validation = "validation_seconds"
  }
}
