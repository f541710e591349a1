/// A data token of **kern, read: a note, a chord or a rest with everything that hangs on it.
package struct KernToken: Equatable, Sendable {
  /// The written length; for a grace note without a duration an eighth.
  package var written: WrittenDuration
  /// The time it takes, 0 for a grace note.
  package var length: Fraction
  /// The notes in the order of the text.
  package var notes: [Note] = []
  package var isRest = false
  package var grace: GraceKind?
  package var isVisible = true
  package var stem: StemDirection?
  /// Beams that begin, that end, and partial beams to the right and to the left.
  package var beamStarts = 0
  package var beamEnds = 0
  package var forwardHooks = 0
  package var backwardHooks = 0
  package var slurStarts = 0
  package var slurEnds = 0
  package var phraseStarts = 0
  package var phraseEnds = 0
  package var articulations: [Articulation] = []
  package var ornaments: [Ornament] = []
  package var hasFermata = false
  package var isArpeggiated = false
  /// Characters that have no place in the document.
  package var ignored: [Character] = []
}

/// What is wrong with a token, and at which byte of it.
package struct KernTokenError: Error, Equatable, Sendable {
  package var code: String
  package var message: String
  package var suggestion: String
  package var offset: Int
}

/// Reads the tokens of **kern spines.
///
/// Signifiers may stand in any order, as the standard allows; each chord note is read on its own.
package struct KernTokenReader {
  private let bytes: [UInt8]
  private var token = KernToken(written: WrittenDuration(.eighth), length: .zero)
  private var lengths: [Fraction?] = []
  private var isGrace: Bool?

  /// Reads a token that is neither null nor empty.
  package static func read(_ text: Substring) throws(KernTokenError) -> KernToken {
    var reader = KernTokenReader(bytes: Array(text.utf8))
    return try reader.read()
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func read() throws(KernTokenError) -> KernToken {
    var start = 0
    while start <= bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: " ")) ?? bytes.count
      try readNote(start..<end)
      start = end + 1
    }
    if token.isRest, !token.notes.isEmpty {
      throw failure(
        "chord",
        "A rest cannot be part of a chord.",
        "Move it to a voice of its own.",
        0
      )
    }
    return token
  }

  private func failure(
    _ code: String,
    _ message: String,
    _ suggestion: String,
    _ offset: Int
  ) -> KernTokenError {
    KernTokenError(code: code, message: message, suggestion: suggestion, offset: offset)
  }

  private func name(_ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }

  /// One note or rest of the token.
  private mutating func readNote(_ range: Range<Int>) throws(KernTokenError) {
    guard !range.isEmpty else {
      throw failure(
        "chord",
        "The notes of a chord are separated by exactly one space.",
        "Remove the extra space.",
        range.lowerBound
      )
    }
    var scan = KernNoteScan(bytes: bytes, range: range)
    try scan.run()
    let isFirst = lengths.isEmpty
    try combine(scan, range, isFirst: isFirst)
    token.slurStarts += scan.count("(")
    token.slurEnds += scan.count(")")
    token.phraseStarts += scan.count("{")
    token.phraseEnds += scan.count("}")
    token.beamStarts = max(token.beamStarts, scan.count("L"))
    token.beamEnds = max(token.beamEnds, scan.count("J"))
    token.forwardHooks = max(token.forwardHooks, scan.count("K"))
    token.backwardHooks = max(token.backwardHooks, scan.count("k"))
    if scan.count("/") > 0 { token.stem = .up }
    if scan.count("\\") > 0 { token.stem = .down }
    if scan.count(";") > 0 { token.hasFermata = true }
    if scan.count(":") > 0 { token.isArpeggiated = true }
    for articulation in scan.articulations where !token.articulations.contains(articulation) {
      token.articulations.append(articulation)
    }
    for ornament in scan.ornaments where !token.ornaments.contains(ornament) {
      token.ornaments.append(ornament)
    }
    token.ignored += scan.ignored
  }

  /// Checks a note against those before it and adds it.
  private mutating func combine(
    _ scan: KernNoteScan,
    _ range: Range<Int>,
    isFirst: Bool
  ) throws(KernTokenError) {
    let grace: GraceKind? =
      scan.count("q") == 0 ? nil : scan.count("q") == 1 ? .slashed : .plain
    let written: WrittenDuration
    if let known = scan.written {
      written = known
    } else if grace != nil {
      written = WrittenDuration(.eighth)
    } else if !isFirst {
      // The length of the notes before it holds, as many files have it.
      written = token.written
    } else {
      throw failure(
        "duration",
        "\"\(name(range))\" has no duration.",
        "Begin it with a number such as 4 for a quarter.",
        range.lowerBound
      )
    }
    let length = grace == nil ? scan.length ?? (isFirst ? .zero : token.length) : .zero
    if isFirst {
      (token.written, token.length, token.grace) = (written, length, grace)
      token.isVisible = scan.count("y") < 2
    } else if (token.grace == nil) != (grace == nil) {
      throw failure(
        "chord",
        "Grace notes and others stand in one chord.",
        "Put the grace notes on a line of their own.",
        range.lowerBound
      )
    } else if token.length != length {
      throw failure(
        "chord-duration",
        "The notes of a chord differ in length: \(token.length) and \(length).",
        "Write notes of another length in a voice of their own (*^).",
        range.lowerBound
      )
    }
    lengths.append(length)
    if scan.isRest {
      guard isFirst else {
        throw failure("chord", "A rest stands in a chord.", "Remove it.", range.lowerBound)
      }
      token.isRest = true
      if scan.tie != nil {
        throw failure("tie", "A rest has a tie.", "Remove it.", range.lowerBound)
      }
      return
    }
    guard let pitch = scan.pitch else {
      throw failure(
        "pitch",
        "\"\(name(range))\" has no pitch.",
        "Write a letter from a to g (or r for a rest) after the duration.",
        range.lowerBound
      )
    }
    token.notes.append(Note(pitch, tie: scan.tie, accidental: scan.accidental))
  }
}
