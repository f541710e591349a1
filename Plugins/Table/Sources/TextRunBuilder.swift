/// Collects bytes and styles into runs.
package struct TextRunBuilder {
  /// The styles open now, outermost first.
  package private(set) var styles: [InlineStyle] = []
  private var bytes: [UInt8] = []
  private var runs: [(bytes: [UInt8], styles: [InlineStyle])] = []

  package mutating func append(_ byte: UInt8) {
    bytes.append(byte)
  }

  package mutating func open(_ style: InlineStyle) {
    flush()
    styles.append(style)
  }

  /// Closes the innermost style, if one is open.
  package mutating func close() {
    flush()
    _ = styles.popLast()
  }

  package mutating func finish() -> [TextRun] {
    flush()
    return runs.map { TextRun(text: String(decoding: $0.bytes, as: UTF8.self), styles: $0.styles) }
  }

  /// Ends a run; runs without text vanish and neighbours of one style become one.
  private mutating func flush() {
    guard !bytes.isEmpty else { return }
    if let last = runs.indices.last, runs[last].styles == styles {
      runs[last].bytes += bytes
    } else {
      runs.append((bytes, styles))
    }
    bytes.removeAll(keepingCapacity: true)
  }
}
