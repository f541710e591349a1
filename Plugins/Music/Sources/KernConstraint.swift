public import OutputConstraints

/// The **kern texts of one or two staves that are sound in themselves.
///
/// Held hard: one field for each live sub-spine; the spine paths `*^`, `*v` and `*-`; the grammar of
/// tokens; null tokens exactly while the note before them sounds (or on a line of grace notes);
/// all sub-spines meeting at every barline; ties taken up by the same pitch exactly where their note
/// ends; slurs and phrases closed before the end; beams that end only where one is open. The length
/// of a measure against its metre is not held: music is soft there, and the validator warns.
///
/// Left out of the language, though **kern has them: more than two staves or six sub-spines, `*x`
/// and `*+`, comments, tuplets of 17 and more, lengths past eight whole notes, ties on grace notes,
/// more than eight open ties, more than seven open slurs or phrases in a staff, and signs after a
/// note in another order than that of their ASCII codes, which is how kernpy sorts them.
///
/// Every state has a way to the end: sounding notes are waited for with rests that end with the
/// longest of them (one quotient, `24%5r`, spells any such length, and is accepted there and nowhere
/// else), due ties are taken up on the line they are due, slurs end on the next note or rest, and
/// then every spine ends.
public struct KernConstraint: OutputConstraint {
  /// The state after a prefix.
  public typealias State = KernConstraintState

  /// How tokens are spelled.
  public let form: KernForm
  let isPlain: Bool
  let isBasic: Bool
  let header: [UInt8]
  let tables = KernTables.shared
  let isPlainSign = KernSigns.isPlain
  /// Bytes that may be accepted in each mode; most others are told off here.
  private let modeBytes: [SIMD2<UInt64>]
  /// The same for the signs of a note, where masks are largest.
  private let signsLow: UInt64
  private let signsHigh: UInt64
  let occurrence: KernOccurrence

  /// The constraint of a form.
  public init(form: KernForm = .kern) {
    self.form = form
    isPlain = form == .kern
    isBasic = form == .bekern
    header = Array(form.header.utf8)
    modeBytes = KernModeBytes.table(header: header, isPlain: form == .kern)
    let signs = modeBytes[Int(State.Mode.signs.rawValue)]
    (signsLow, signsHigh) = (signs[0], signs[1])
    occurrence = KernOccurrence(modeBytes: modeBytes, isPlain: form == .kern, tables: .shared)
  }

  /// Most sub-spines at a time.
  static let mostSpines: UInt8 = 6
  static let tab = UInt8(ascii: "\t")
  static let newline = UInt8(ascii: "\n")
  static let space = UInt8(ascii: " ")
  static let star = UInt8(ascii: "*")

  /// Before the header.
  public var initial: State { State() }

  /// Whether the text may stop here: after the last `*-`, with or without a newline.
  public func canFinish(_ state: State) -> Bool {
    switch state.mode {
    case .doneLine: true
    case .done: state.isLastField
    default: false
    }
  }

  /// Whether a byte may be accepted in the state's mode.
  public func mayAdvance(_ state: State, _ byte: UInt8) -> Bool {
    guard byte < 0x80 else { return !isPlain }
    let half: UInt64
    if state.mode == .signs {
      half = byte < 64 ? signsLow : signsHigh
    } else {
      let bytes = modeBytes[Int(state.mode.rawValue)]
      half = byte < 64 ? bytes[0] : bytes[1]
    }
    return half >> UInt64(byte & 63) & 1 == 1
  }

  /// Appends a byte.
  public func advance(_ state: inout State, _ byte: UInt8) -> Bool {
    guard mayAdvance(state, byte) else { return false }
    if state.mode == .signs { return advanceSigns(&state, byte) }
    switch state.mode {
    case .header: return advanceHeader(&state, byte)
    case .lineStart: return beginLine(&state, byte)
    case .fieldStart: return beginField(&state, byte)
    case .null: return endField(&state, byte)
    case .opened, .chordDuration, .afterDuration, .digits, .dots, .afterAt, .afterDot:
      return advanceDuration(&state, byte)
    case .pitch, .accidental, .pitchEnd, .afterPitchAt:
      return advancePitch(&state, byte)
    case .signs, .point1, .point2: return advanceSigns(&state, byte)
    case .starStart, .star, .tandem, .split, .join, .done:
      return advanceInterpretation(&state, byte)
    case .barStart, .barNumber, .barLetter, .barStyle, .barFermata, .barCopy:
      return advanceBarline(&state, byte)
    case .doneLine: return false
    }
  }

  private func advanceHeader(_ state: inout State, _ byte: UInt8) -> Bool {
    if Int(state.offset) < header.count {
      guard byte == header[Int(state.offset)] else { return false }
      state.offset += 1
      return true
    }
    state.offset = 0
    state.spineCount += 1
    if byte == Self.tab {
      state.leftCount = 1
      return state.spineCount == 1
    }
    guard byte == Self.newline else { return false }
    // The only staff is the left one.
    state.leftCount = 1
    startLine(&state)
    return true
  }

  /// Prepares for the first byte of a line.
  func startLine(_ state: inout State) {
    state.mode = .lineStart
    state.line = .none
    state.field = 0
    state.flags &= State.begun | State.hasMusic | State.anyMusic
    var free: UInt8 = 0
    for spine in 0..<Int(state.spineCount) where state.remaining[spine] == 0 {
      free |= 1 << UInt8(truncatingIfNeeded: spine)
    }
    state.free = free
  }

  /// Whether every sub-spine is between notes.
  func isAtRest(_ state: State) -> Bool {
    state.free == UInt8(truncatingIfNeeded: (UInt16(1) << UInt16(state.spineCount)) - 1)
  }

  /// Whether the spines may end on this line.
  func mayEnd(_ state: State) -> Bool {
    state.has(State.anyMusic) && isAtRest(state) && state.ties == SIMD8() && state.slurs == 0
      && state.phrases == 0
  }

  private func beginLine(_ state: inout State, _ byte: UInt8) -> Bool {
    switch byte {
    case Self.star:
      state.line = .interpretation
      state.mode = .star
      return true
    case UInt8(ascii: "="):
      guard isAtRest(state), state.has(State.hasMusic) || !state.has(State.begun) else {
        return false
      }
      state.line = .barline
      state.mode = .barNumber
      state.barNumber = 0xFFFF
      state.letter = 0
      state.node = 0
      return true
    default:
      state.line = .undecided
      return beginField(&state, byte)
    }
  }

  /// The first byte of a field of a data line.
  private func beginField(_ state: inout State, _ byte: UInt8) -> Bool {
    let field = state.field
    if byte == UInt8(ascii: ".") {
      if state.isFree(field) {
        // On a line of grace notes alone: one must be there or still have a place.
        guard state.line != .timed else { return false }
        guard state.has(State.graceGiven) || (state.free >> field) >> 1 != 0 else { return false }
        state.line = .grace
      }
      state.mode = .null
      return true
    }
    guard state.isFree(field) else { return false }
    state.signs = 0
    state.mode = .opened
    return advanceDuration(&state, byte)
  }

  /// The byte after a field that is complete.
  func endField(_ state: inout State, _ byte: UInt8) -> Bool {
    if byte == Self.tab {
      guard !state.isLastField else { return false }
      state.field += 1
      switch state.line {
      case .interpretation, .tandem, .path, .ending: state.mode = .starStart
      case .barline: state.mode = .barStart
      default: state.mode = .fieldStart
      }
      return true
    }
    guard byte == Self.newline, state.isLastField else { return false }
    switch state.line {
    case .timed: endTimedLine(&state)
    case .barline:
      state.flags = (state.flags | State.begun) & ~State.hasMusic
      state.barNumber = 0
      state.letter = 0
      state.node = 0
    case .path: applyPaths(&state)
    case .ending:
      state = State()
      state.mode = .doneLine
      return true
    default: break
    }
    startLine(&state)
    return true
  }

  /// Time goes on to where the first of the sounding notes ends.
  private func endTimedLine(_ state: inout State) {
    state.flags |= State.begun | State.hasMusic | State.anyMusic
    elapse(&state)
    for index in 0..<8 where state.ties[index] != 0 { state.ties[index] &= ~KernTie.isNew }
  }

  /// Takes off the shortest remaining length.
  func elapse(_ state: inout State) {
    var least = UInt32.max
    for spine in 0..<Int(state.spineCount) { least = min(least, state.remaining[spine]) }
    guard least > 0, least < .max else { return }
    for spine in 0..<Int(state.spineCount) { state.remaining[spine] -= least }
  }

  /// Why a byte is refused.
  public func explain(_ state: State, _ byte: UInt8) -> String {
    let name = byte < 0x20 || byte >= 0x7F ? "byte \(byte)" : "\"\(UnicodeScalar(byte))\""
    switch state.mode {
    case .header: return "\(name): every staff begins with \(form.header)"
    case .lineStart, .fieldStart:
      if state.mode == .fieldStart, state.line == .timed || state.line == .undecided,
        !state.isFree(state.field)
      {
        return "\(name): the note before still sounds in spine \(state.field + 1); only . may stand"
      }
      if byte == UInt8(ascii: "=") {
        return "\(name): a barline stands after music, where all spines meet"
      }
      return "\(name): no token of spine \(state.field + 1) begins so"
    case .null, .signs, .pitch, .pitchEnd, .accidental:
      if byte == Self.tab || byte == Self.newline {
        if state.isLastField == (byte == Self.tab) {
          return "the line has \(state.spineCount) fields"
        }
        return "the token is not complete: a tie must be taken up, or a grace note marked"
      }
      return "\(name): not a sign that may stand here"
    case .doneLine, .done: return "\(name): every spine has ended"
    default: return "\(name): the token does not go on so"
    }
  }
}
