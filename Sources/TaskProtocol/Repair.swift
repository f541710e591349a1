public import OutputConstraints

/// A text that was brought back into a language, and what was done to it.
public struct Repair: Equatable, Sendable {
  /// The text after the edits.
  public let text: String
  /// The edits in the order of the text; at least one.
  public let edits: [RepairEdit]

  /// A repair; see the properties for what each value means.
  public init(text: String, edits: [RepairEdit]) {
    self.text = text
    self.edits = edits
  }
}

/// One edit of a ``Repair``.
public struct RepairEdit: Codable, Equatable, Sendable {
  /// Offset of the edit into the UTF-8 bytes of the text before all edits.
  public let offset: Int
  /// What was taken out, empty for an insertion; bytes that are no UTF-8 are shown as U+FFFD.
  public let removed: String
  /// What was put in, empty for a deletion.
  public let inserted: String
  /// Why, in the words of the domain.
  public let message: String

  /// An edit; see the properties for what each value means.
  public init(offset: Int, removed: String, inserted: String, message: String) {
    self.offset = offset
    self.removed = removed
    self.inserted = inserted
    self.message = message
  }
}

extension Repair {
  /// Mends a text with local edits: where the constraint refuses a byte, the beginning of the known
  /// ending is put in, or some bytes are taken out, whichever lets more of the text follow for fewer
  /// bytes; at the end of the text the known ending is put in.
  ///
  /// It is not the nearest text of the language, only one that can be reached in one pass.
  ///
  /// - Parameters:
  ///   - text: Any text.
  ///   - constraint: The language.
  /// - Returns: `nil` when the text is in the language as it stands, or when its edits would outweigh
  ///   it: more bytes taken out than left.
  public init?<Constraint: OutputConstraint>(of text: String, under constraint: Constraint) {
    var mender = Mender(constraint: constraint, bytes: Array(text.utf8))
    guard let repair = mender.mend() else { return nil }
    self = repair
  }
}

/// One pass over a text.
private struct Mender<Constraint: OutputConstraint> {
  let constraint: Constraint
  let bytes: [UInt8]
  private var state: Constraint.State
  private var place = 0
  private var output: [UInt8] = []
  private var edits: [RepairEdit] = []
  private var removedCount = 0

  /// Bytes of the text that an edit is judged by.
  private static var horizon: Int { 16 }
  /// Most bytes put in or taken out by one edit.
  private static var reach: Int { 128 }

  init(constraint: Constraint, bytes: [UInt8]) {
    self.constraint = constraint
    self.bytes = bytes
    state = constraint.initial
  }

  mutating func mend() -> Repair? {
    while place < bytes.count {
      var next = state
      if constraint.advance(&next, bytes[place]) {
        state = next
        output.append(bytes[place])
        place += 1
      } else {
        edit()
      }
    }
    finish()
    guard !edits.isEmpty, removedCount * 2 <= bytes.count,
      let text = String(validating: output, as: UTF8.self)
    else { return nil }
    return Repair(text: text, edits: edits)
  }

  /// The edit after which most of the following bytes are accepted.
  private mutating func edit() {
    let reason = constraint.explain(state, bytes[place])
    var best = (gain: Int.min, removed: 1, inserted: [UInt8](), state: state)
    var opened = state
    var inserted: [UInt8] = []
    for _ in 0..<Self.reach {
      guard let byte = constraint.closer(opened), constraint.advance(&opened, byte) else { break }
      inserted.append(byte)
      let gain = 8 * accepted(from: place, in: opened) - inserted.count
      if gain > best.gain, accepted(from: place, in: opened) > 0 {
        best = (gain, 0, inserted, opened)
      }
    }
    for removed in 1...Self.reach where place + removed <= bytes.count {
      let gain = 8 * accepted(from: place + removed, in: state) - 2 * removed
      if gain > best.gain { best = (gain, removed, [], state) }
    }
    let end = place + best.removed
    note(removed: place..<end, inserted: best.inserted, reason)
    output += best.inserted
    state = best.state
    place = end
  }

  /// How many bytes from a place on are accepted, up to the horizon; past the end of the text all are.
  private func accepted(from start: Int, in state: Constraint.State) -> Int {
    var state = state
    for count in 0..<Self.horizon {
      guard start + count < bytes.count else { return Self.horizon }
      if !constraint.advance(&state, bytes[start + count]) { return count }
    }
    return Self.horizon
  }

  /// Puts in the known ending.
  private mutating func finish() {
    var inserted: [UInt8] = []
    let bound = constraint.finishBound(state)
    while inserted.count < bound, let byte = constraint.closer(state),
      constraint.advance(&state, byte)
    {
      inserted.append(byte)
    }
    guard !inserted.isEmpty else { return }
    note(removed: bytes.count..<bytes.count, inserted: inserted, "the text was not finished")
    output += inserted
  }

  private mutating func note(removed: Range<Int>, inserted: [UInt8], _ message: String) {
    removedCount += removed.count
    let gone = String(decoding: bytes[removed], as: UTF8.self)
    // Neighbouring deletions are one edit to a reader.
    if let last = edits.last, inserted.isEmpty, last.inserted.isEmpty,
      last.offset + last.removed.utf8.count == removed.lowerBound
    {
      edits[edits.count - 1] = RepairEdit(
        offset: last.offset,
        removed: last.removed + gone,
        inserted: "",
        message: last.message
      )
      return
    }
    edits.append(
      RepairEdit(
        offset: removed.lowerBound,
        removed: gone,
        inserted: String(decoding: inserted, as: UTF8.self),
        message: message
      )
    )
  }
}
