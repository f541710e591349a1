import TaskProtocol

/// Reads MOL and SD files, V2000 and V3000, after the CTfile formats.
struct MolReader {
  /// Largest accepted file, in bytes.
  static let maximumByteCount = 64 << 20
  /// Most atoms, and most bonds, of one record.
  static let maximumAtomCount = 20_000

  private let lines: [ArraySlice<UInt8>]

  /// - Parameter bytes: A whole file of at most ``maximumByteCount`` bytes.
  init(_ bytes: [UInt8]) {
    lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map {
      $0.last == 0x0D ? $0.dropLast() : $0
    }
  }

  /// Whether a file looks like a MOL or SD file: `V2000` or `V3000` in the fourth line, or an end
  /// mark somewhere.
  static func recognizes(_ bytes: [UInt8]) -> Bool {
    let head = bytes.prefix(4096).split(separator: 0x0A, omittingEmptySubsequences: false)
    let marks = ["V2000", "V3000"].map { Array($0.utf8) }
    if head.count > 3, marks.contains(where: { contains(head[3], $0) }) { return true }
    return head.contains { $0.starts(with: "M  END".utf8) || $0.starts(with: "$$$$".utf8) }
  }

  private static func contains(_ line: ArraySlice<UInt8>, _ mark: [UInt8]) -> Bool {
    line.count >= mark.count
      && line.indices.dropLast(mark.count - 1).contains { line[$0...].starts(with: mark) }
  }

  /// Calls a body with one record after the other.
  ///
  /// - Parameters:
  ///   - isSD: Whether records end with `$$$$`; otherwise there is one.
  ///   - body: Gets each record; `false` ends the reading.
  func forEachRecord(isSD: Bool, _ body: (MolRecord) -> Bool) {
    var start = 0
    while start < lines.count {
      var end = start
      while end < lines.count, !isSD || !lines[end].starts(with: "$$$$".utf8) { end += 1 }
      let isEmpty = lines[start..<end].allSatisfy { $0.allSatisfy(\.isWhiteSpace) }
      // A record without atoms still has its four lines; empty lines are no record.
      if !isEmpty || end < lines.count,
        !body(record(start..<end, isLast: end == lines.count && isSD))
      {
        return
      }
      start = end + 1
    }
  }

  private func record(_ range: Range<Int>, isLast: Bool) -> MolRecord {
    var record = MolRecord()
    guard range.count >= 4 else {
      record.report(
        "header",
        line: range.lowerBound + 1,
        "The record has \(range.count) lines; three header lines and a counts line are needed."
      )
      return record
    }
    let counts = CTLine(lines[range.lowerBound + 3], number: range.lowerBound + 4)
    let body = range.lowerBound + 4..<range.upperBound
    if counts.text(33, 6).contains("V3000") || counts.text(0, 80).contains("V3000") {
      var reader = V3000Reader(lines: lines, range: body, record: record)
      record = reader.read()
    } else {
      if !counts.text(0, 80).contains("V2000") {
        record.report(
          "version",
          .warning,
          line: counts.number,
          "The counts line names no version; it is read as V2000."
        )
      }
      var reader = V2000Reader(lines: lines, range: body, record: record)
      record = reader.read(counts)
    }
    if isLast {
      record.report(
        "record-end",
        .warning,
        line: range.upperBound,
        "The last record does not end with $$$$."
      )
    }
    return record
  }
}

/// One line of a CTfile, cut into columns.
struct CTLine {
  let bytes: ArraySlice<UInt8>
  /// Counted from 1.
  let number: Int

  init(_ bytes: ArraySlice<UInt8>, number: Int) {
    self.bytes = bytes
    self.number = number
  }

  /// A fixed field without the spaces around it; bytes that are no UTF-8 are replaced.
  func text(_ start: Int, _ length: Int) -> String {
    var field = bytes.dropFirst(start).prefix(length)
    while let first = field.first, first.isWhiteSpace { field = field.dropFirst() }
    while let last = field.last, last.isWhiteSpace { field = field.dropLast() }
    return String(decoding: field, as: UTF8.self)
  }

  /// A fixed field as a number, 0 where it is blank, `nil` where it is none.
  func integer(_ start: Int, _ length: Int) -> Int? {
    let text = text(start, length)
    return text.isEmpty ? 0 : Int(text)
  }

  /// The words from a column on, at most 4096.
  func words(from start: Int) -> [Substring] {
    String(decoding: bytes.dropFirst(start), as: UTF8.self)
      .split(separator: " ", maxSplits: 4096).filter { !$0.isEmpty }
  }
}
