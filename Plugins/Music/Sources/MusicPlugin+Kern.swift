import Foundation
import TaskProtocol

extension MusicPlugin {
  /// **kern as a format of files.
  static let kernFormat = InputFormat(
    name: "kern",
    fileExtensions: ["krn", "kern", "ekern", "bekern", "hmd"],
    summary: "Humdrum **kern, plain or extended; other spines are passed over."
  )

  /// Examines a **kern text.
  ///
  /// A model's output must be in the plugin's own form, and ties and slurs that stay open are errors
  /// in it; in files they are warnings, because excerpts cut them.
  func validateKern(_ source: ValidationSource) -> [Finding] {
    guard let text = String(validating: source.bytes, as: UTF8.self) else {
      return [
        Finding(
          code: "encoding",
          severity: .error,
          message: "The text is not valid UTF-8.",
          suggestion: "Convert it to UTF-8."
        )
      ]
    }
    let isModel = source.origin == .model
    let outcome = KernReader.read(text, isStrict: isModel)
    var findings = outcome.findings
    if isModel, outcome.form != language, outcome.score != nil {
      findings.insert(
        Finding(
          code: "language",
          severity: .error,
          message: "The text is \(outcome.form.header), expected \(language.header).",
          line: 1,
          column: 1,
          suggestion: "Choose the option language=\(outcome.form.rawValue)."
        ),
        at: 0
      )
    }
    let most = 1000
    if findings.count > most {
      let dropped = findings[most...]
      let errors = dropped.count { $0.severity == .error }
      findings.removeSubrange(most...)
      findings.append(
        Finding(
          code: "more-findings",
          severity: errors > 0 ? .error : .warning,
          message: "\(dropped.count) further findings, \(errors) of them errors, are left out.",
          line: dropped.first?.line
        )
      )
    }
    return findings
  }

  /// The three forms of **kern and JSON.
  static let kernExporters: [Exporter<Score>] =
    KernForm.allCases.map { form in
      Exporter(
        name: form.rawValue,
        fileExtension: form == .kern ? "krn" : form.rawValue,
        mediaType: "text/plain; charset=utf-8",
        summary: form.summary,
        write: { KernWriter.write($0, as: form) }
      )
    } + [
      Exporter(
        name: "json",
        fileExtension: "json",
        mediaType: "application/json",
        summary: "The document: measures, staves, voices and events with exact places in time.",
        write: \.json
      )
    ]
}

extension KernForm {
  fileprivate var summary: String {
    switch self {
    case .kern: "Humdrum **kern: everything but sextuplet spellings and beam groups past eight."
    case .ekern: "Extended **kern as in GrandStaff: @ between pieces of a note, · before its signs."
    case .bekern: "Basic extended **kern: durations, pitches and accidentals; the rest is dropped."
    }
  }
}

extension Score {
  /// The document as indented JSON with sorted keys.
  package var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // Integers, booleans and strings always encode.
    guard let data = try? encoder.encode(self) else { return "null\n" }
    return String(decoding: data, as: UTF8.self) + "\n"
  }
}
