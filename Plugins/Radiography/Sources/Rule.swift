import TaskProtocol

/// One rule of a rules file; see `Rules/radiography.rules`.
struct Rule: Equatable, Sendable {
  /// What a rule looks for.
  enum Kind: Equatable, Sendable {
    /// Terms that must not occur, but within the exceptions.
    case phrase(terms: [Term], exceptions: [Term])
    /// Strings that must not occur.
    case literal([String])
    /// Assertions of some observations or of a category.
    case observation(ObservationScope)
    /// Observations of which nothing is said.
    case unmentioned(ObservationScope)
    /// An observation asserted and denied, within one section or between findings and impression.
    case contradiction(isBetween: Bool)
    /// All acute disease denied, and one of some observations asserted.
    case acuteDenied([String])
    /// An observation on one side in the findings and on the other in the impression.
    case laterality
    /// A sentence, or so many words, said so many times.
    case repetition(Repetition)
    /// A number outside of a range.
    case range(MeasurementRange)
  }

  /// Observations by name, or all of a category.
  struct ObservationScope: Equatable, Sendable {
    var names: [String] = []
    var category: ObservationCategory?
  }

  struct Repetition: Equatable, Sendable {
    /// Words in the repeated run, 0 for whole sentences.
    var words: Int
    var times: Int
    var isInARow: Bool
  }

  struct MeasurementRange: Equatable, Sendable {
    /// The sentence must hold one of these, where there are any.
    var near: [Term]
    /// One of these must stand within eight words of the number, where there are any.
    var beside: [Term]
    /// Lower case, empty for a bare number.
    var unit: String
    var least: Double
    var most: Double
  }

  /// A setting of the request that a rule depends on.
  enum Condition: Equatable, Sendable {
    case prior(PriorExamination)
    case views(RadiographViews)
    case devices(DevicePresence)

    func holds(in settings: RadiographySettings) -> Bool {
      switch self {
      case .prior(let value): settings.prior == value
      case .views(let value): settings.views == value
      case .devices(let value): settings.devices == value
      }
    }
  }

  var code: String
  var kind: Kind
  var severity: Severity
  var conditions: [Condition]
  /// Whether decoding keeps to it.
  var isEnforced: Bool
  /// The message, with `{found}` and the like in braces.
  var message: String
  var suggestion: String
  /// Where in its file it begins.
  var line: Int

  /// Whether it applies to a report under some settings.
  func applies(to settings: RadiographySettings) -> Bool {
    conditions.allSatisfy { $0.holds(in: settings) }
  }
}

/// The rules of a file.
struct RuleSet: Equatable, Sendable {
  var rules: [Rule]

  /// The terms that decoding must not write under some settings, as ``TermBan`` takes them.
  func bannedTerms(under settings: RadiographySettings) -> [String] {
    rules.filter { $0.isEnforced && $0.applies(to: settings) }.flatMap { rule -> [String] in
      guard case .phrase(let terms, _) = rule.kind else { return [] }
      return terms.compactMap(\.bannable)
    }
  }

  /// The rules that come with the plugin; a problem in them would be a mistake of ours, which the
  /// tests find.
  static let builtIn = RuleReader(ruleText).ruleSet
}

extension Term {
  /// The term as letters with single spaces, `nil` unless its last word is open and no other one is.
  ///
  /// Only such terms can be refused letter by letter.
  var bannable: String? {
    var words: [String] = []
    for (index, part) in parts.enumerated() {
      switch part {
      case .exactly(let word) where index < parts.count - 1: words.append(word)
      case .beginning(let word) where index == parts.count - 1 && word.utf8.count > 1:
        words.append(word)
      default: return nil
      }
    }
    let text = words.joined(separator: " ")
    return text.utf8.allSatisfy { $0 == 0x20 || (0x61...0x7A).contains($0) } ? text : nil
  }
}
