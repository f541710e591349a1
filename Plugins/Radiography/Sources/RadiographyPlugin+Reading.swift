import Foundation
import JSONText
public import TaskProtocol

extension RadiographyPlugin {
  /// Reads a report from a file: text, JSON or the text of a FHIR DiagnosticReport.
  public func read(_ source: ValidationSource) throws(ParseFailure) -> RadiographyDocument {
    guard source.bytes.count <= Self.fileLimit,
      let text = String(validating: source.bytes, as: UTF8.self)
    else {
      throw ParseFailure(findings: [
        Finding(
          code: "encoding",
          severity: .error,
          message: "The file is not UTF-8 text of at most \(Self.fileLimit) bytes.",
          path: source.path,
          suggestion: "Save it as UTF-8."
        )
      ])
    }
    let isJSON =
      source.format.map { $0 != "report" }
      ?? (text.utf8.first { $0 > 0x20 } == UInt8(ascii: "{"))
    guard isJSON else { return document(ofReport: source.bytes) }
    var findings: [Finding] = []
    if let document = Self.decoded(source.bytes) { return document }
    do {
      let tree = try JSONTree(parsing: source.bytes)
      if let report = FHIRReport.reports(in: tree).first {
        return document(ofReport: Array(report.text.utf8))
      }
      findings.append(Self.unknownJSON())
    } catch {
      findings.append(Self.finding(of: error))
    }
    throw ParseFailure(findings: findings)
  }

  private func document(ofReport bytes: [UInt8]) -> RadiographyDocument {
    ReportReading(FileReportParser(parsing: bytes).report).document(under: settings)
  }

  /// The document in our JSON, `nil` for anything else.
  static func decoded(_ bytes: [UInt8]) -> RadiographyDocument? {
    try? JSONDecoder().decode(RadiographyDocument.self, from: Data(bytes))
  }

  static func unknownJSON() -> Finding {
    Finding(
      code: "json-unknown",
      severity: .error,
      message: "The JSON is neither a document of this plugin nor a FHIR DiagnosticReport.",
      line: 1,
      column: 1,
      suggestion: "Give a DiagnosticReport, or what --format json writes."
    )
  }

  static func finding(of failure: JSONFailure) -> Finding {
    Finding(
      code: "json-syntax",
      severity: .error,
      message: "The JSON cannot be read: expected \(failure.expected), found \(failure.found).",
      line: failure.line,
      column: failure.column,
      suggestion: "Write it with a JSON library."
    )
  }

  /// What there is to say about a JSON file.
  func jsonFindings(_ bytes: [UInt8], format: String?) -> [Finding] {
    let tree: JSONTree
    do {
      tree = try JSONTree(parsing: bytes)
    } catch {
      return [Self.finding(of: error)]
    }
    let members = tree.object
    if format == "fhir" || members?["resourceType"] != nil {
      return fhirFindings(tree)
    }
    guard format == "json" || members?["findings"] != nil else { return [Self.unknownJSON()] }
    return documentFindings(bytes)
  }

  private func fhirFindings(_ tree: JSONTree) -> [Finding] {
    let shape = FHIRChecker(tree).findings
    let reports = FHIRReport.reports(in: tree)
    return shape
      + reports.flatMap { report in
        reportFindings(Array(report.text.utf8)).map { finding in
          var finding = finding
          finding.part = Self.place(finding, in: report.place)
          (finding.line, finding.column) = (nil, nil)
          return finding
        }
      }
  }

  /// A place in the text of an element, as `presentedForm[0], line 3`.
  private static func place(_ finding: Finding, in element: String) -> String {
    finding.line.map { "\(element), line \($0)" } ?? element
  }

  private func documentFindings(_ bytes: [UInt8]) -> [Finding] {
    let document: RadiographyDocument
    do {
      document = try JSONDecoder().decode(RadiographyDocument.self, from: Data(bytes))
    } catch {
      return [
        Finding(
          code: "json-shape",
          severity: .error,
          message: "The JSON is no document of this plugin: \(Self.reason(error)).",
          suggestion: "See schemas/radiography-document.schema.json."
        )
      ]
    }
    var findings: [Finding] = []
    if document.notice != RadiographyDocument.notice {
      findings.append(
        Finding(
          code: "notice-missing",
          severity: .error,
          message: "The notice is not \"\(RadiographyDocument.notice)\"",
          part: "/notice",
          suggestion: "Put it back."
        )
      )
    }
    var requested = settings
    requested.prior = document.request.prior
    if document.request.views != .unknown { requested.views = document.request.views }
    if document.request.devices != .unknown { requested.devices = document.request.devices }
    let configured = RadiographyPlugin(
      settings: requested,
      rules: rules,
      rulesFindings: []
    )
    findings += configured.reportFindings(Array(document.text.utf8)).map { finding in
      var finding = finding
      finding.part = finding.line.map { "text, line \($0)" }
      (finding.line, finding.column) = (nil, nil)
      return finding
    }
    return findings + Self.statementFindings(document)
  }

  /// Sentences whose statements are not those that the rules read off them.
  private static func statementFindings(_ document: RadiographyDocument) -> [Finding] {
    let extractor = StatementExtractor(lexicon: .builtIn)
    return [("findings", document.findings), ("impression", document.impression)].flatMap {
      (name, sentences) in
      sentences.prefix(FileReportParser.sentenceLimit).enumerated().compactMap {
        (index, sentence) -> Finding? in
        let words = SentenceWord.words(of: Array(sentence.text.utf8), at: 0)
        let read = sentence.isCut ? [] : extractor.statements(in: words).map(\.statement)
        guard read != sentence.statements else { return nil }
        return Finding(
          code: "statements-differ",
          severity: .warning,
          message: "The statements are not those that the sentence makes by the rules.",
          part: "/\(name)/\(index)/statements",
          suggestion: "Leave the statements to the plugin, or the sentence to its author."
        )
      }
    }
  }

  private static func reason(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "\(error)" }
    func path(_ context: DecodingError.Context) -> String {
      context.codingPath.map { "/" + ($0.intValue.map(String.init) ?? $0.stringValue) }.joined()
    }
    switch error {
    case .keyNotFound(let key, let context):
      return "\(path(context))/\(key.stringValue) is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "\(path(context)) has another type"
    case .dataCorrupted(let context): return "\(path(context)) has a value that is not known"
    @unknown default: return "its shape is another"
    }
  }
}
