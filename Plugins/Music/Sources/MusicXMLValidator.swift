package import TaskProtocol
package import XMLValidation

/// Examines MusicXML files of any tool: structure, arithmetic and pairing, none of which a schema sees.
package enum MusicXMLValidator {
  /// Most findings of one file that are listed.
  package static let maximumFindings = 1000

  /// What there is to say about a file.
  ///
  /// - Parameters:
  ///   - bytes: The text of the file, not compressed.
  ///   - schema: A schema that the file must satisfy besides.
  package static func findings(_ bytes: [UInt8], schema: MarkupSchema? = nil) -> [Finding] {
    let document = MarkupDocument.xml(bytes)
    var findings = document.diagnostics.map { Finding(xml: $0) }
    guard let root = document.root else { return sortedAndLimited(findings) }
    findings += self.findings(root)
    if let schema {
      findings += schema.validate(root).map { Finding(xml: $0, schema: schema.language.rawValue) }
    }
    return sortedAndLimited(findings)
  }

  /// What there is to say about a parsed file, in no order.
  static func findings(_ root: MarkupElement) -> [Finding] {
    let file = MusicXMLFile(root)
    var findings = file.findings
    var repeats = MusicXMLRepeats()
    for part in file.parts {
      let name = part.name ?? "part \(part.id)"
      var walk = MusicXMLPartWalk(partName: file.parts.count > 1 ? name : nil)
      let measures = part.measures.map { walk.walk($0) }
      findings += walk.findings
      if !walk.hasTime, !measures.isEmpty {
        findings.append(
          Finding(
            code: "no-time-signature",
            severity: .warning,
            message: "\(name.prefix(1).uppercased() + name.dropFirst()) has no time signature, so the"
              + " lengths of its measures are not checked.",
            line: part.position.line,
            part: name,
            suggestion: "Write <time>, with <senza-misura/> for free time."
          )
        )
      }
      findings += MusicXMLArithmetic(measures).findings
      findings += MusicXMLPairing(measures).findings
      repeats.take(measures, partName: name)
    }
    return findings + repeats.findings
  }

  /// Findings by place; of very many the rest is summed up in one.
  static func sortedAndLimited(_ findings: [Finding]) -> [Finding] {
    var sorted = findings.enumerated().sorted { a, b in
      (a.element.line ?? 0, a.element.column ?? 0, a.offset)
        < (b.element.line ?? 0, b.element.column ?? 0, b.offset)
    }.map(\.element)
    guard sorted.count > maximumFindings else { return sorted }
    let dropped = sorted[maximumFindings...]
    let errors = dropped.count { $0.severity == .error }
    let rest = Finding(
      code: "more-findings",
      severity: errors > 0 ? .error : .warning,
      message: "\(dropped.count) further findings, \(errors) of them errors, are left out.",
      line: dropped.first?.line
    )
    sorted.removeSubrange(maximumFindings...)
    return sorted + [rest]
  }
}

extension Finding {
  /// What libxml2 said about a MusicXML file.
  ///
  /// - Parameter schema: The language of the schema that spoke, `nil` for the parser.
  init(xml diagnostic: MarkupDiagnostic, schema: String? = nil) {
    let sentence = diagnostic.message.prefix(1).uppercased() + diagnostic.message.dropFirst() + "."
    var code = "xml-syntax"
    var message = sentence
    var suggestion: String?
    switch diagnostic.origin {
    case .encoding:
      code = "encoding"
      suggestion = "Save the file as UTF-8."
    case .limit: code = "input-limit"
    case .schema:
      code = "schema"
      message = "\(schema ?? "Schema"): \(sentence)"
    case .parser:
      if diagnostic.message.hasPrefix("Excessive depth") {
        code = "input-limit"
        message = "Elements stand more than 256 deep within each other; the file is not read."
      } else if diagnostic.code == MarkupDiagnostic.entityNotReplaced {
        code = "xml-entity"
        suggestion = "Write the characters themselves; entities of a file's own are not replaced."
      }
    }
    self.init(
      code: code,
      severity: diagnostic.severity == .error ? .error : .warning,
      message: message,
      line: diagnostic.position?.line,
      column: diagnostic.position?.column,
      suggestion: suggestion
    )
  }
}
