import Foundation
import RadiographyDomain
import TaskProtocol

/// Files of the plugin's folder.
enum Files {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()

  static func text(_ name: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
  }

  /// Lines of a file that are neither empty nor comments.
  static func lines(_ name: String) throws -> [String] {
    try text(name).split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
  }
}

/// A statement as `Fixtures/statements.txt` writes it.
func notation(_ statement: ReportStatement, usualPlace: String?) -> String {
  var details: [String] = []
  if statement.laterality != .unspecified { details.append(statement.laterality.rawValue) }
  if statement.certainty != .definite { details.append(statement.certainty.rawValue) }
  if statement.temporal != .unspecified { details.append(statement.temporal.rawValue) }
  if let anatomy = statement.anatomy, anatomy != usualPlace { details.append("@" + anatomy) }
  if let qualifier = statement.qualifier { details.append("~" + qualifier) }
  let sign = statement.polarity == .positive ? "+" : "-"
  return sign + statement.observation
    + (details.isEmpty ? "" : "(" + details.joined(separator: ", ") + ")")
}

extension RadiographyPlugin {
  /// What is said of a file with this text.
  func check(_ text: String, path: String? = nil) throws -> [Finding] {
    try validate(ValidationSource(bytes: Array(text.utf8), origin: .file, path: path))
  }

  /// The statements of one sentence in the findings.
  func statements(in sentence: String) throws -> [ReportStatement] {
    let text = "FINDINGS: \(sentence)\nIMPRESSION: None."
    return try read(ValidationSource(bytes: Array(text.utf8), origin: .file))
      .findings.flatMap(\.statements)
  }
}
