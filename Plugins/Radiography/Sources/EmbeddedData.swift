import TaskProtocol

/// The data files that are part of the program.
package enum EmbeddedData {
  /// Name of the file under `Rules`, of the Swift source it is kept in and of the constant, with its
  /// text.
  package static var files: [(file: String, source: String, constant: String, text: String)] {
    [
      ("lexicon.txt", "EmbeddedLexicon.swift", "lexiconText", lexiconText),
      ("radiography.rules", "EmbeddedRules.swift", "ruleText", ruleText),
    ]
  }

  /// What cannot be read of them; empty unless they are broken.
  package static var problems: [String] {
    var lexicon = LexiconReader()
    lexicon.read(lexiconText)
    return lexicon.problems + RuleReader(ruleText).problems.map { "line \($0.line): \($0.message)" }
  }

  /// Rules of severity error that decoding does not keep to, by code; empty by design.
  package static var unkeptErrors: [String] {
    RuleSet.builtIn.rules.filter { $0.severity == .error && !$0.isKeptByDecoding }.map(\.code)
  }

  /// The codes of the rules.
  package static var ruleCodes: [String] { RuleSet.builtIn.rules.map(\.code) }
}

extension Rule {
  /// Whether no output of constrained decoding can break it: it is enforced, or its strings hold a
  /// character that the model may not write.
  var isKeptByDecoding: Bool {
    guard case .literal(let texts) = kind else { return isEnforced }
    return texts.allSatisfy { $0.utf8.contains { ReportConstraint.kind(of: $0) == .none } }
  }
}

extension EmbeddedData {
  /// The usual place of an observation of the lexicon.
  package static func usualPlace(of observation: String) -> String? {
    Lexicon.builtIn.observationsByName[observation]?.usualPlace
  }

  /// The names of the observations in the lexicon, sorted.
  package static var observationNames: [String] { Lexicon.builtIn.observationsByName.keys.sorted() }
}

extension EmbeddedData {
  /// What is wrong with a rules file, for tests.
  package static func problems(inRules text: String) -> [String] {
    RuleReader(text).problems.map { "line \($0.line): \($0.message)" }
  }
}
