/// Where in a text something is, as a reader counts.
struct TextPlaces {
  private let lineStarts: [Int]
  /// Unicode scalars that begin before each byte, and in all.
  private let scalars: [Int]

  init(_ bytes: [UInt8]) {
    lineStarts = [0] + bytes.indices.filter { bytes[$0] == 0x0A }.map { $0 + 1 }
    var scalars = [0]
    scalars.reserveCapacity(bytes.count + 1)
    for byte in bytes {
      scalars.append(scalars[scalars.count - 1] + (byte & 0xC0 != 0x80 ? 1 : 0))
    }
    self.scalars = scalars
  }

  /// Line and column, both from 1, the column in Unicode scalars, of a byte offset.
  func place(of offset: Int) -> (line: Int, column: Int) {
    var range = 0..<lineStarts.count
    while range.count > 1 {
      let middle = (range.lowerBound + range.upperBound) / 2
      range =
        lineStarts[middle] <= offset
        ? middle..<range.upperBound : range.lowerBound..<middle
    }
    let start = lineStarts[range.lowerBound]
    let column = scalars[min(max(start, offset), scalars.count - 1)] - scalars[start]
    return (range.lowerBound + 1, column + 1)
  }
}

/// A section of a report.
enum ReportSectionKind: String, Sendable, CaseIterable {
  case indication, comparison, technique, findings, impression
  /// A section that the rules have nothing to say about, such as an addendum.
  case other
}

/// A sentence as it stands in a text.
struct SentenceSpan: Equatable, Sendable {
  /// The sentence, runs of white space as one space, without an item's number.
  var text: String
  /// Its bytes in the text.
  var range: Range<Int>
  /// Whether the mark of a cut sentence ends it.
  var isCut = false
}

/// A heading and the sentences under it.
struct ReportSection: Equatable, Sendable {
  var kind: ReportSectionKind
  /// The heading as written, empty for text before any heading.
  var heading: String
  /// Where the heading begins.
  var offset: Int
  var sentences: [SentenceSpan]

  /// The sentences in one line.
  var text: String { sentences.map(\.text).joined(separator: " ") }
}

/// A report as a text: its sections in order.
struct ReportText: Sendable {
  var bytes: [UInt8]
  var sections: [ReportSection]

  /// The sentences of all sections of a kind.
  func sentences(_ kind: ReportSectionKind) -> [SentenceSpan] {
    sections.filter { $0.kind == kind }.flatMap(\.sentences)
  }
}
