import JSONText
public import TaskProtocol

extension RadiographyPlugin {
  /// Report text, JSON and FHIR.
  public var inputFormats: [InputFormat] {
    [
      InputFormat(
        name: "report",
        fileExtensions: ["txt", "text", "rpt"],
        summary:
          "Plain text in UTF-8 with headings such as FINDINGS: and IMPRESSION: at line starts."
      ),
      InputFormat(
        name: "json",
        fileExtensions: ["json"],
        summary: "The document that --format json writes."
      ),
      InputFormat(
        name: "fhir",
        fileExtensions: ["json"],
        summary: "A FHIR R4 DiagnosticReport, or a Bundle of them, in JSON."
      ),
    ]
  }

  /// Largest file that is looked at, in bytes.
  static let fileLimit = 4 << 20

  /// Checks the structure of a report, and what it says by the rules.
  ///
  /// For a model's output every departure from the model's language is an error. In files from other
  /// tools, a missing section is a warning. Findings of rules have the severity that the rules file
  /// gives them.
  ///
  /// - Throws: ``SchemaFailure`` when a schema was given: there is none for reports.
  public func validate(_ source: ValidationSource) throws(SchemaFailure) -> [Finding] {
    if let path = source.schemaPath {
      throw SchemaFailure(
        path: path,
        reason: "reports are not checked against schemas; leave it out"
      )
    }
    var findings: [Finding] = []
    if source.bytes.count > Self.fileLimit {
      findings.append(
        Finding(
          code: "input-limit",
          severity: .error,
          message: "The file has \(source.bytes.count) bytes; at most \(Self.fileLimit) are read.",
          suggestion: "Check that it is a report."
        )
      )
    } else if let text = String(validating: source.bytes, as: UTF8.self) {
      findings = source.origin == .model ? modelFindings(text) : fileFindings(source, text)
    } else {
      findings.append(Self.notUTF8(source.bytes))
    }
    return rulesFindings
      + findings.map { finding in
        var finding = finding
        finding.path = source.path
        return finding
      }
  }

  private static func notUTF8(_ bytes: [UInt8]) -> Finding {
    // Decoding puts replacement characters in place of what is no UTF-8.
    let text = String(decoding: bytes, as: UTF8.self)
    let first = text.unicodeScalars.firstIndex(of: "\u{FFFD}") ?? text.startIndex
    let place = TextPlaces(bytes).place(of: text.utf8.distance(from: text.startIndex, to: first))
    return Finding(
      code: "encoding",
      severity: .error,
      message: "The text is not UTF-8.",
      line: place.line,
      column: place.column,
      suggestion: "Save it as UTF-8."
    )
  }

  private func modelFindings(_ text: String) -> [Finding] {
    let parser = ModelReportParser(parsing: text)
    let reading = ReportReading(parser.report)
    return Self.merged(
      parser.findings + Self.cutFindings(reading),
      RuleChecker(reading, under: settings, rules: rules.rules).found.map(\.finding)
    )
  }

  private func fileFindings(_ source: ValidationSource, _ text: String) -> [Finding] {
    let isJSON =
      source.format.map { $0 != "report" }
      ?? (text.utf8.first { $0 > 0x20 } == UInt8(ascii: "{"))
    return isJSON
      ? jsonFindings(source.bytes, format: source.format) : reportFindings(source.bytes)
  }

  /// What there is to say about the text of a report from any tool.
  func reportFindings(_ bytes: [UInt8]) -> [Finding] {
    let parser = FileReportParser(parsing: bytes)
    let reading = ReportReading(parser.report)
    let request = FileRequest(parser.report, settings)
    let checked = RuleChecker(reading, under: request.settings, rules: rules.rules).found
    let ruled = checked.map { found in
      var finding = found.finding
      if !request.isPriorKnown, finding.severity == .error, dependsOnPrior(finding.code) {
        finding.severity = .warning
      }
      return finding
    }
    return Self.merged(Self.sectionFindings(parser) + Self.cutFindings(reading), ruled)
  }

  private func dependsOnPrior(_ code: String) -> Bool {
    rules.rules.contains { $0.code == code && $0.conditions.contains(.prior(.none)) }
  }

  private static func sectionFindings(_ parser: FileReportParser) -> [Finding] {
    func finding(_ code: String, _ severity: Severity, _ message: String, _ advice: String)
      -> Finding
    {
      Finding(
        code: code,
        severity: severity,
        message: message,
        line: 1,
        column: 1,
        suggestion: advice
      )
    }
    let sections = parser.report.sections
    guard sections.contains(where: { !$0.sentences.isEmpty }) else {
      return [finding("section-missing", .error, "The file has no text.", "Write a report.")]
    }
    guard parser.hasHeadings else {
      return [
        finding(
          "section-missing",
          .warning,
          "The text has no headings; all of it is taken for findings.",
          "Begin sections with FINDINGS: and IMPRESSION:."
        )
      ]
    }
    var findings: [Finding] = []
    for (kind, name) in [(ReportSectionKind.findings, "FINDINGS"), (.impression, "IMPRESSION")] {
      let own = sections.filter { $0.kind == kind }
      if own.isEmpty {
        findings.append(
          finding("section-missing", .warning, "There is no section \(name).", "Add one.")
        )
      } else if own.allSatisfy(\.sentences.isEmpty) {
        findings.append(
          finding(
            "section-empty",
            .error,
            "The section \(name) is empty.",
            "Fill it in or remove it."
          )
        )
      } else if own.filter({ !$0.heading.isEmpty }).count > 1 {
        findings.append(
          finding("section-repeated", .warning, "There are two sections \(name).", "Join them.")
        )
      }
    }
    return findings
  }

  /// A warning for each sentence that the budget ended.
  private static func cutFindings(_ reading: ReportReading) -> [Finding] {
    let places = TextPlaces(reading.report.bytes)
    return reading.sentences.filter(\.span.isCut).map { sentence in
      let place = places.place(of: sentence.span.range.lowerBound)
      let isEmpty = sentence.words.isEmpty || sentence.span.text.utf8.count == 3
      return Finding(
        code: "sentence-cut",
        severity: .warning,
        message: isEmpty
          ? "The \(sentence.section.rawValue) ends before it says anything."
          : "A sentence is cut short; nothing is concluded from it.",
        line: place.line,
        column: place.column,
        suggestion: "Allow more tokens, or complete it by hand."
      )
    }
  }

  /// Findings by line and column; those without a place come first.
  static func merged(_ first: [Finding], _ second: [Finding]) -> [Finding] {
    (first + second).enumerated().sorted { left, right in
      let a = (left.element.line ?? 0, left.element.column ?? 0, left.offset)
      let b = (right.element.line ?? 0, right.element.column ?? 0, right.offset)
      return a < b
    }.map(\.element)
  }
}

/// What a file says about its own request, and the settings where it says nothing.
private struct FileRequest {
  var settings: RadiographySettings
  var isPriorKnown = false

  init(_ report: ReportText, _ settings: RadiographySettings) {
    self.settings = settings
    let comparison = report.sentences(.comparison).map(\.text).joined(separator: " ").lowercased()
    if !comparison.isEmpty {
      let words = Set(comparison.split { !$0.isLetter }.map(String.init))
      let phrases = ["no prior", "no previous", "no comparison", "not available", "n/a"]
      let isNone =
        !words.isDisjoint(with: ["none", "nil"]) || phrases.contains { comparison.contains($0) }
      self.settings.prior = isNone ? .none : .given
      isPriorKnown = true
    } else if settings.prior == .given {
      isPriorKnown = true
    }
    guard settings.views == .unknown else { return }
    let technique = report.sentences(.technique).map(\.text).joined(separator: " ").lowercased()
    if technique.contains("lateral") || technique.contains("two views")
      || technique.contains("2 views")
    {
      self.settings.views = .frontalLateral
    } else if ["single", "portable", "one view", "1 view", "ap view", "pa view", "frontal"]
      .contains(where: { technique.contains($0) })
    {
      self.settings.views = .frontal
    }
  }
}
