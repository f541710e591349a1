public import TaskProtocol

/// Whether an earlier examination of the patient was at hand.
public enum PriorExamination: String, Codable, Sendable, CaseIterable, SchemaEnumeration {
  /// None was: a report that compares with one makes it up.
  case none
  /// One was.
  case given
}

/// The projections that were taken.
public enum RadiographViews: String, Codable, Sendable, CaseIterable, SchemaEnumeration {
  /// Not known.
  case unknown
  /// One frontal view, postero-anterior or antero-posterior.
  case frontal
  /// A frontal and a lateral view.
  case frontalLateral = "frontal-lateral"
}

/// Whether tubes, lines or implants are in the picture.
public enum DevicePresence: String, Codable, Sendable, CaseIterable, SchemaEnumeration {
  /// Not known.
  case unknown
  /// None are.
  case none
  /// Some are.
  case present
}

/// What the request says about the examination; decoding, parsing and rules follow it.
public struct RadiographySettings: Equatable, Sendable {
  /// Whether an earlier examination was at hand.
  public var prior = PriorExamination.none
  /// The projections that were taken.
  public var views = RadiographViews.unknown
  /// Whether devices are in the picture.
  public var devices = DevicePresence.unknown
  /// Why the examination was asked for, in the words of the request; empty for nothing.
  public var indication = ""
  /// What the examination is compared with, in the words of the request; empty for nothing.
  public var comparison = ""
  /// How the examination was made, in the words of the request; empty for nothing.
  public var technique = ""

  /// Settings of a request about which nothing is known.
  public init() {}

  /// What a user can set for these, for ``TaskPlugin/options``.
  static let options = [
    TaskOption(
      name: "prior",
      summary: "Whether an earlier examination was at hand; without one, comparisons are refused.",
      values: PriorExamination.allCases.map(\.rawValue)
    ),
    TaskOption(
      name: "views",
      summary: "The projections that were taken.",
      values: RadiographViews.allCases.map(\.rawValue)
    ),
    TaskOption(
      name: "devices",
      summary: "Whether tubes, lines or implants are in the picture.",
      values: DevicePresence.allCases.map(\.rawValue)
    ),
    TaskOption(name: "indication", summary: "Why the examination was asked for; in the prompt."),
    TaskOption(name: "comparison", summary: "The earlier examination; in the document."),
    TaskOption(name: "technique", summary: "How the examination was made; in the document."),
    TaskOption(name: "rules", summary: "A file of rules to use in place of the built-in ones."),
  ]

  /// Takes over the values that are given.
  mutating func apply(_ values: [String: String]) {
    func choice<Choice: RawRepresentable<String>>(_ name: String, _ old: Choice) -> Choice {
      values[name].flatMap(Choice.init(rawValue:)) ?? old
    }
    prior = choice("prior", prior)
    views = choice("views", views)
    devices = choice("devices", devices)
    indication = values["indication"] ?? indication
    comparison = values["comparison"] ?? comparison
    technique = values["technique"] ?? technique
  }
}
