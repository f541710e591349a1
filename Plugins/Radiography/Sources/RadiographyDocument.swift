public import TaskProtocol

/// A report on a chest radiograph, as a text and as statements read off it by rules.
///
/// The statements are an aid to checking: they say what the sentences claim, not what the image shows.
public struct RadiographyDocument: Codable, Equatable, Sendable {
  /// ``notice``; always the same sentence.
  public var notice: String
  /// What the request said about the examination.
  public var request: RadiographyRequest
  /// Why the examination was asked for, absent when not known.
  public var indication: String?
  /// What the examination is compared with, absent when not known.
  public var comparison: String?
  /// How the examination was made, absent when not known.
  public var technique: String?
  /// What was seen, sentence by sentence.
  public var findings: [ReportSentence]
  /// What it means, sentence by sentence.
  public var impression: [ReportSentence]

  /// The sentence that every output carries.
  public static let notice = "Research draft, not for diagnosis."

  /// A report; see the properties for what each value means.
  public init(
    request: RadiographyRequest = RadiographyRequest(),
    indication: String? = nil,
    comparison: String? = nil,
    technique: String? = nil,
    findings: [ReportSentence],
    impression: [ReportSentence]
  ) {
    self.notice = RadiographyDocument.notice
    self.request = request
    self.indication = indication
    self.comparison = comparison
    self.technique = technique
    self.findings = findings
    self.impression = impression
  }
}

/// What the request said about the examination.
public struct RadiographyRequest: Codable, Equatable, Sendable {
  /// Whether an earlier examination was at hand.
  public var prior: PriorExamination
  /// The projections that were taken.
  public var views: RadiographViews
  /// Whether tubes, lines or implants are in the picture.
  public var devices: DevicePresence

  /// A request; see the properties for what each value means.
  public init(
    prior: PriorExamination = .none,
    views: RadiographViews = .unknown,
    devices: DevicePresence = .unknown
  ) {
    self.prior = prior
    self.views = views
    self.devices = devices
  }
}

/// One sentence and what it states.
public struct ReportSentence: Codable, Equatable, Sendable {
  /// The sentence without an item's number.
  public var text: String
  /// Whether the token budget ended it before its end; nothing is concluded from such a sentence.
  public var isCut: Bool
  /// What the rules read off it, in the order of the words.
  public var statements: [ReportStatement]

  /// A sentence; see the properties for what each value means.
  public init(text: String, isCut: Bool = false, statements: [ReportStatement] = []) {
    self.text = text
    self.isCut = isCut
    self.statements = statements
  }

  enum CodingKeys: String, CodingKey {
    case text
    case isCut = "cut"
    case statements
  }
}

/// An observation that a sentence asserts or denies.
public struct ReportStatement: Codable, Equatable, Hashable, Sendable {
  /// The observation's name in the lexicon, such as `pleural-effusion`.
  public var observation: String
  /// The CheXpert category it belongs to, absent for none.
  public var category: ObservationCategory?
  /// Where, by the name in the lexicon: what the sentence says, else the observation's usual place.
  public var anatomy: String?
  /// On which side.
  public var laterality: Laterality
  /// Asserted or denied.
  public var polarity: Polarity
  /// How sure the sentence is.
  public var certainty: Certainty
  /// What the sentence says about the course in time.
  public var temporal: TemporalCourse
  /// An adjective that makes a denial narrower, such as `large` in "no large effusion".
  public var qualifier: String?

  /// A statement; see the properties for what each value means.
  public init(
    observation: String,
    category: ObservationCategory? = nil,
    anatomy: String? = nil,
    laterality: Laterality = .unspecified,
    polarity: Polarity = .positive,
    certainty: Certainty = .definite,
    temporal: TemporalCourse = .unspecified,
    qualifier: String? = nil
  ) {
    self.observation = observation
    self.category = category
    self.anatomy = anatomy
    self.laterality = laterality
    self.polarity = polarity
    self.certainty = certainty
    self.temporal = temporal
    self.qualifier = qualifier
  }
}

/// The fourteen categories of CheXpert, after Irvin and others, 2019.
public enum ObservationCategory: String, Codable, Sendable, CaseIterable, SchemaEnumeration {
  /// Nothing abnormal is asserted; follows from the other categories, never from a word.
  case noFinding = "No Finding"
  /// A mediastinum or a heart and mediastinum that are too wide.
  case enlargedCardiomediastinum = "Enlarged Cardiomediastinum"
  /// A heart that is too large.
  case cardiomegaly = "Cardiomegaly"
  /// Any opacity of the lung.
  case lungOpacity = "Lung Opacity"
  /// A nodule, a mass or a cavity.
  case lungLesion = "Lung Lesion"
  /// Edema or congestion of the lung.
  case edema = "Edema"
  /// Consolidation.
  case consolidation = "Consolidation"
  /// Pneumonia or another infection.
  case pneumonia = "Pneumonia"
  /// Atelectasis or collapse.
  case atelectasis = "Atelectasis"
  /// Air in the pleural space.
  case pneumothorax = "Pneumothorax"
  /// Fluid in the pleural space.
  case pleuralEffusion = "Pleural Effusion"
  /// Anything else of the pleura, such as thickening.
  case pleuralOther = "Pleural Other"
  /// A broken bone.
  case fracture = "Fracture"
  /// Tubes, lines and implants.
  case supportDevices = "Support Devices"
}

/// A side of the body, the patient's own.
public enum Laterality: String, Codable, Sendable, CaseIterable, SchemaEnumeration {
  /// The sentence names no side.
  case unspecified
  /// The patient's left.
  case left
  /// The patient's right.
  case right
  /// Both sides.
  case bilateral
}

/// Whether a sentence asserts an observation or denies it.
public enum Polarity: String, Codable, Sendable, CaseIterable, SchemaEnumeration {
  /// Asserted, however unsure.
  case positive
  /// Denied, however unsure.
  case negative
}

/// How sure a sentence is.
public enum Certainty: String, Codable, Sendable, CaseIterable, SchemaEnumeration {
  /// Stated plainly.
  case definite
  /// Likely.
  case probable
  /// Possible, or not excluded.
  case possible
}

/// What a sentence says about the course in time.
public enum TemporalCourse: String, Codable, Sendable, CaseIterable, SchemaEnumeration {
  /// Nothing.
  case unspecified
  /// Not there before.
  case new
  /// As before.
  case unchanged
  /// More than before.
  case worsened
  /// Less than before.
  case improved
  /// There before, gone now.
  case resolved
  /// Long past, such as a healed fracture.
  case old
}
