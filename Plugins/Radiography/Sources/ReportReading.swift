import TaskProtocol

/// A report and what its sentences state.
struct ReportReading {
  /// A sentence with its words and statements.
  struct Sentence {
    var span: SentenceSpan
    var section: ReportSectionKind
    /// Number of the section in the text.
    var sectionIndex: Int
    var words: [SentenceWord]
    var found: [StatementExtractor.Found]
  }

  let report: ReportText
  let sentences: [Sentence]

  init(_ report: ReportText, _ lexicon: Lexicon = .builtIn) {
    self.report = report
    let extractor = StatementExtractor(lexicon: lexicon)
    sentences = report.sections.enumerated().flatMap { index, section in
      section.sentences.map { span in
        let words = SentenceWord.words(
          of: report.bytes[span.range],
          at: span.range.lowerBound
        )
        let isRead = section.kind == .findings || section.kind == .impression
        return Sentence(
          span: span,
          section: section.kind,
          sectionIndex: index,
          words: words,
          found: isRead && !span.isCut ? extractor.statements(in: words) : []
        )
      }
    }
  }

  /// The document, with what the settings know of the request where the text is silent.
  func document(under settings: RadiographySettings) -> RadiographyDocument {
    func text(_ kind: ReportSectionKind, _ setting: String) -> String? {
      let own = report.sentences(kind).map(\.text).joined(separator: " ")
      return own.isEmpty ? setting.isEmpty ? nil : setting : own
    }
    func section(_ kind: ReportSectionKind) -> [ReportSentence] {
      sentences.filter { $0.section == kind }.map {
        ReportSentence(
          text: $0.span.text,
          isCut: $0.span.isCut,
          statements: $0.found.map(\.statement)
        )
      }
    }
    return RadiographyDocument(
      request: RadiographyRequest(
        prior: settings.prior,
        views: settings.views,
        devices: settings.devices
      ),
      indication: text(.indication, settings.indication),
      comparison: text(.comparison, settings.comparison),
      technique: text(.technique, settings.technique),
      findings: section(.findings),
      impression: section(.impression)
    )
  }
}
