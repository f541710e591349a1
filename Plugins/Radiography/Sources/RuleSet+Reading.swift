import FileAccess
import TaskProtocol

extension RuleSet {
  /// Largest rules file, in bytes.
  static let fileLimit = 1 << 20

  /// The rules of a file.
  ///
  /// - Returns: `nil` and the reasons, with their lines, when the file cannot be used.
  static func reading(path: String) -> (rules: RuleSet?, findings: [Finding]) {
    func failure(_ message: String, line: Int? = nil, _ suggestion: String? = nil) -> Finding {
      Finding(
        code: "rules-file",
        severity: .error,
        message: message,
        path: path,
        line: line,
        suggestion: suggestion
      )
    }
    let bytes: [UInt8]
    do {
      let file = try RegularFile(opening: path)
      bytes = try file.bytes(limit: fileLimit)
    } catch {
      return (nil, [failure("The rules file cannot be read: \(error).")])
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      return (nil, [failure("The rules file is not UTF-8 text.", line: nil, "Save it as UTF-8.")])
    }
    let reader = RuleReader(text)
    var findings = reader.problems.map { failure($0.message, line: $0.line, $0.suggestion) }
    // The automaton is largest with all conditions met.
    let terms = reader.ruleSet.rules.filter(\.isEnforced).flatMap { rule -> [String] in
      guard case .phrase(let terms, _) = rule.kind else { return [] }
      return terms.compactMap(\.bannable)
    }
    if findings.isEmpty, TermBan(terms) == nil {
      findings.append(
        failure(
          "The enforced terms are too many to decode under.",
          line: nil,
          "Enforce fewer or shorter ones."
        )
      )
    }
    return findings.isEmpty ? (reader.ruleSet, []) : (nil, findings)
  }
}
