public import OutputConstraints
public import TaskProtocol

/// Drafts reports on chest radiographs for research, and checks reports from any tool.
///
/// Nothing it writes is a diagnosis: the structure of a report is held to, its findings are not.
public struct RadiographyPlugin: TaskPlugin {
  /// What the request says about the examination.
  public let settings: RadiographySettings
  /// The rules in use.
  let rules: RuleSet
  /// Why the rules file that was asked for is not in use; empty when it is, or none was.
  let rulesFindings: [Finding]
  private let reportConstraint: ReportConstraint?

  /// The plugin with its own rules.
  public init(settings: RadiographySettings = RadiographySettings()) {
    self.init(settings: settings, rules: .builtIn, rulesFindings: [])
  }

  init(settings: RadiographySettings, rules: RuleSet, rulesFindings: [Finding]) {
    self.settings = settings
    self.rules = rules
    self.rulesFindings = rulesFindings
    reportConstraint = ReportConstraint(banning: rules.bannedTerms(under: settings))
  }

  /// Prompt `radiography` and the indication, images padded to a square, at most 512 tokens.
  public var manifest: TaskManifest {
    TaskManifest(
      id: "radiography",
      version: "1.0.0",
      title: "Chest radiographs to report drafts",
      summary: """
        Drafts findings and impression for a chest radiograph, for research and never for diagnosis, \
        reads statements off the sentences, and checks reports of any tool for contradictions, \
        impossible anatomy, comparisons without an earlier examination, placeholders, repetition and \
        numbers out of range. Structure is held to; findings are not guaranteed.
        """,
      promptPrefix: prompt,
      imagePolicy: .pad,
      maximumTokens: 512,
      notice: RadiographyDocument.notice
    )
  }

  /// Longest indication that is put into the prompt, in characters.
  private static let indicationLimit = 400

  private var prompt: String {
    let words = settings.indication.unicodeScalars.map { scalar in
      scalar.properties.generalCategory == .control || scalar.properties.isWhitespace
        ? " " : String(scalar)
    }.joined().split(separator: " ").joined(separator: " ").prefix(Self.indicationLimit)
    return words.isEmpty ? "radiography" : "radiography indication: \(words)"
  }

  /// Prior, views, devices, indication, comparison, technique and rules.
  public var options: [TaskOption] { RadiographySettings.options }

  /// The plugin for another request, or with the rules of a file.
  ///
  /// A rules file that cannot be used is a finding of every output, see ``validate(_:)``.
  public func configured(_ settings: [String: String]) -> RadiographyPlugin {
    var changed = self.settings
    changed.apply(settings)
    guard let path = settings["rules"], !path.isEmpty else {
      return RadiographyPlugin(settings: changed, rules: rules, rulesFindings: rulesFindings)
    }
    let (rules, findings) = RuleSet.reading(path: path)
    return RadiographyPlugin(
      settings: changed,
      rules: rules ?? .builtIn,
      rulesFindings: findings
    )
  }

  /// Reads the model's output into sections, sentences and statements.
  ///
  /// What is wrong within the sections leaves a document; it is for ``validate(_:)`` to say.
  public func parse(_ text: String) throws(ParseFailure) -> RadiographyDocument {
    let parser = ModelReportParser(parsing: text)
    guard parser.hasSections else { throw ParseFailure(findings: parser.findings) }
    return ReportReading(parser.report).document(under: settings)
  }

  /// The reports of the model's language without the terms that the rules ban.
  ///
  /// `nil` when the rules ban more terms than an automaton of ordinary size holds, which a finding
  /// says.
  public var constraint: (any OutputConstraint)? { reportConstraint }

  /// One part per sentence.
  public func parts(of text: String) -> [TextPart] {
    let parser = ModelReportParser(parsing: text)
    guard parser.hasSections else { return [] }
    return parser.report.sections.flatMap { section in
      section.sentences.enumerated().map { index, sentence in
        TextPart(path: "/\(section.kind.rawValue)/\(index)", range: sentence.range)
      }
    }
  }

  /// Text, JSON and FHIR.
  public var exporters: [Exporter<RadiographyDocument>] { RadiographyDocument.exporters }
}
