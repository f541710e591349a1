/// What the engine and the command line need to know of a domain before it runs.
public struct TaskManifest: Codable, Equatable, Sendable {
  /// The task's name on the command line, such as `table`; lower-case ASCII letters and hyphens.
  public let id: String
  /// Semantic version of the plugin; results record it.
  public let version: String
  /// A few words for lists, such as `Table images to HTML`.
  public let title: String
  /// One paragraph for `copyist tasks ID`.
  public let summary: String
  /// The text given to the model, without the newline that ends every PaliGemma prompt.
  public let promptPrefix: String
  /// How an image is fitted into the model's square.
  public let imagePolicy: ImagePolicy
  /// Most tokens one answer may take.
  public let maximumTokens: Int
  /// A sentence that every output must carry.
  public let notice: String?

  enum CodingKeys: String, CodingKey {
    case id, version, title, summary, notice
    case promptPrefix = "prompt_prefix"
    case imagePolicy = "image_policy"
    case maximumTokens = "maximum_tokens"
  }

  /// A manifest; see the properties for what each value means.
  public init(
    id: String,
    version: String,
    title: String,
    summary: String,
    promptPrefix: String,
    imagePolicy: ImagePolicy,
    maximumTokens: Int,
    notice: String? = nil
  ) {
    self.id = id
    self.version = version
    self.title = title
    self.summary = summary
    self.promptPrefix = promptPrefix
    self.imagePolicy = imagePolicy
    self.maximumTokens = maximumTokens
    self.notice = notice
  }
}

/// How an image of any size becomes the model's square.
public enum ImagePolicy: String, Codable, Sendable, CaseIterable {
  /// Width and height are scaled independently.
  case stretch
  /// The image is centred on a white square first, so that its aspect is kept.
  case pad
}
