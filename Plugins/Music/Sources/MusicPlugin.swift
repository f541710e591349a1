public import OutputConstraints
public import TaskProtocol

/// Reads images of sheet music as **kern.
public struct MusicPlugin: TaskPlugin {
  /// How the model spells **kern.
  public let language: KernForm

  /// The plugin for models that write a form of **kern.
  public init(language: KernForm = .kern) {
    self.language = language
  }

  /// Prompt `music`, images padded to a square, at most 1536 tokens.
  public var manifest: TaskManifest {
    TaskManifest(
      id: "music",
      version: "1.0.0",
      title: "Sheet music images to kern and MusicXML",
      summary: """
        Transcribes the image of a system of sheet music (one or two staves) into **kern, checks that \
        spines, durations, ties and slurs agree, and writes it as MusicXML, **kern, MIDI or JSON.
        """,
      promptPrefix: language == .kern ? "music" : "music \(language.rawValue)",
      imagePolicy: .pad,
      maximumTokens: 1536
    )
  }

  /// `language`: the form of **kern that the model writes.
  public var options: [TaskOption] {
    [
      TaskOption(
        name: "language",
        summary: "How the model spells its output: plain, extended or basic extended **kern.",
        values: KernForm.allCases.map(\.rawValue)
      )
    ]
  }

  /// The plugin under another `language`.
  public func configured(_ settings: [String: String]) -> MusicPlugin {
    MusicPlugin(language: settings["language"].flatMap { KernForm(rawValue: $0) } ?? language)
  }

  /// Reads a **kern text in any of its forms.
  ///
  /// Voices that are too long or too short and pairs that stay open are kept, so that there is a
  /// document to show beside the errors that ``validate(_:)`` reports.
  public func parse(_ text: String) throws(ParseFailure) -> Score {
    let outcome = KernReader.read(text, isStrict: false)
    guard let score = outcome.score else {
      throw ParseFailure(findings: outcome.findings.filter { $0.severity == .error })
    }
    return score
  }

  /// One part for every measure: from its barline to the next one.
  public func parts(of text: String) -> [TextPart] {
    let outcome = KernReader.read(text, isStrict: false)
    guard outcome.score != nil else { return [] }
    return outcome.measureRanges.enumerated().map {
      TextPart(path: "/measures/\($0.offset)", range: $0.element)
    }
  }

  /// The texts that ``KernConstraint`` describes, in the plugin's form.
  public var constraint: (any OutputConstraint)? { KernConstraint(form: language) }
}
