import OutputConstraints

/// Which strings occur within kern at all: what a vocabulary of ordinary text has of them is little.
extension KernConstraint {
  /// Whether bytes can follow one another, counting neither fields nor time nor what is open.
  public func mayOccur(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    // A token may begin anywhere.
    var modes = KernOccurrence.all
    var before: UInt8?
    for byte in text {
      let next = occurrence.modes(after: modes, byte, before: before)
      guard next != 0 else { return false }
      modes = next
      before = byte
    }
    return true
  }
}

/// The modes that a prefix of ``KernConstraint`` may be in, as bits, by its last bytes alone.
struct KernOccurrence: Sendable {
  typealias Mode = KernConstraintState.Mode

  private let isPlain: Bool
  /// Pairs of bytes within the words of a table: bit `second` of entry `first`.
  private let tandemPairs: [ByteSet]
  private let barlinePairs: [ByteSet]
  /// The bytes of these words.
  private let tandemBytes: ByteSet
  private let barlineBytes: ByteSet
  /// For each byte the modes that it may be accepted in.
  private let accepting: [UInt32]

  /// Signs after a rest or a separator, where the last sign is not the byte before.
  private static let freshSigns: UInt32 = 1 << UInt32(Mode.count)
  static let all: UInt32 = 1 << UInt32(Mode.count) - 1 | freshSigns

  init(modeBytes: [SIMD2<UInt64>], isPlain: Bool, tables: KernTables) {
    self.isPlain = isPlain
    tandemPairs = Self.pairs(in: tables.tandems)
    barlinePairs = Self.pairs(in: tables.barlines)
    tandemBytes = ByteSet(tables.tandems.nodes.dropFirst().map(\.byte))
    barlineBytes = ByteSet(tables.barlines.nodes.dropFirst().map(\.byte))
    accepting = (UInt8.min...UInt8.max).map { byte in
      guard byte < 0x80 else {
        // Only as parts of the separator.
        let signs: [Mode] = [.pitch, .accidental, .pitchEnd, .signs]
        return switch byte {
        case KernForm.decorationSeparator[0] where !isPlain: Self.bits(signs) | Self.freshSigns
        case KernForm.decorationSeparator[1] where !isPlain: Self.bits([.point1])
        default: 0
        }
      }
      var modes = modeBytes.indices.reduce(UInt32(0)) { bits, mode in
        let set = modeBytes[mode]
        return bits | UInt32(set[Int(byte >> 6)] >> UInt64(byte & 63) & 1) << UInt32(mode)
      }
      modes &= ~Self.bits([.point1])
      return modes & Self.bits([.signs]) != 0 ? modes | Self.freshSigns : modes
    }
  }

  private static func bits(_ modes: [Mode]) -> UInt32 {
    modes.reduce(0) { $0 | 1 << UInt32($1.rawValue) }
  }

  private static func pairs(in tree: WordTree) -> [ByteSet] {
    var pairs = [ByteSet](repeating: ByteSet(), count: 256)
    for node in tree.nodes where node.depth > 1 {
      pairs[Int(tree.nodes[Int(node.parent)].byte)].insert(node.byte)
    }
    return pairs
  }

  /// The modes after one more byte.
  ///
  /// - Parameters:
  ///   - modes: The modes before it.
  ///   - byte: The byte.
  ///   - before: The byte before it, `nil` where that is not known.
  /// - Returns: The modes, none where the byte can follow in none of them.
  func modes(after modes: UInt32, _ byte: UInt8, before: UInt8?) -> UInt32 {
    var rest = modes & accepting[Int(byte)]
    var next: UInt32 = 0
    while rest != 0 {
      let bit = rest & ~(rest &- 1)
      rest &= rest &- 1
      if bit == Self.freshSigns {
        next |= afterSigns(byte, before: nil)
      } else if let mode = Mode(rawValue: UInt8(bit.trailingZeroBitCount)) {
        next |= self.modes(after: mode, byte, before: before)
      }
    }
    return next
  }

  private func modes(after mode: Mode, _ byte: UInt8, before: UInt8?) -> UInt32 {
    let isDigit = (0x30...0x39).contains(byte) || byte == UInt8(ascii: "%")
    switch mode {
    case .header: return afterEnd(byte, of: .header, elsewhere: .header)
    case .lineStart where byte == KernConstraint.star: return Self.bits([.star])
    case .lineStart where byte == UInt8(ascii: "="): return Self.bits([.barNumber])
    case .lineStart, .fieldStart:
      return byte == UInt8(ascii: ".") ? Self.bits([.null]) : afterOpened(byte, isDigit)
    case .opened: return afterOpened(byte, isDigit)
    case .null: return afterEnd(byte, of: .fieldStart, elsewhere: nil)
    case .digits:
      return isDigit ? Self.bits([.digits]) : afterDuration(byte)
    case .chordDuration:
      if isDigit || byte == UInt8(ascii: ".") { return Self.bits([.chordDuration]) }
      if byte == KernForm.tokenSeparator { return Self.bits([.chordDuration, .afterPitchAt]) }
      return afterDuration(byte)
    case .dots, .afterDuration: return afterDuration(byte)
    case .afterAt:
      return byte == UInt8(ascii: ".") ? Self.bits([.afterDot]) : afterDuration(byte)
    case .afterDot: return Self.bits([.afterAt])
    case .pitch, .accidental, .pitchEnd, .afterPitchAt:
      return afterPitch(byte, in: mode, before: before)
    case .signs: return afterSigns(byte, before: before)
    case .point1: return Self.bits([.point2])
    case .point2: return afterSign
    case .starStart: return Self.bits([.star])
    case .star:
      switch byte {
      case UInt8(ascii: "-"): return Self.bits([.done])
      case UInt8(ascii: "v"): return Self.bits([.join])
      case UInt8(ascii: "^"): return Self.bits([.split])
      default:
        let elsewhere: Mode? = tandemBytes.contains(byte) ? .tandem : nil
        return afterEnd(byte, of: .starStart, elsewhere: elsewhere)
      }
    case .tandem:
      guard byte >= 0x20 else { return afterEnd(byte, of: .starStart, elsewhere: nil) }
      let isPair = before.map { tandemPairs[Int($0)].contains(byte) } ?? tandemBytes.contains(byte)
      return isPair ? Self.bits([.tandem]) : 0
    case .split, .join: return afterEnd(byte, of: .starStart, elsewhere: nil)
    case .done:
      return byte == KernConstraint.tab ? Self.bits([.starStart]) : Self.bits([.doneLine])
    case .doneLine: return 0
    case .barStart: return Self.bits([.barCopy])
    case .barNumber, .barLetter, .barStyle, .barCopy, .barFermata:
      return afterBarline(byte, in: mode, before: before)
    }
  }

  /// After a tab or a newline, or in another mode after any other byte.
  private func afterEnd(_ byte: UInt8, of field: Mode, elsewhere mode: Mode?) -> UInt32 {
    switch byte {
    case KernConstraint.tab: Self.bits([field])
    case KernConstraint.newline: Self.bits([.lineStart])
    default: mode.map { Self.bits([$0]) } ?? 0
    }
  }

  private func afterOpened(_ byte: UInt8, _ isDigit: Bool) -> UInt32 {
    if isDigit { return Self.bits([.digits, .chordDuration]) }
    return "({[".utf8.contains(byte) ? Self.bits([.opened]) : afterDuration(byte)
  }

  private func afterDuration(_ byte: UInt8) -> UInt32 {
    switch byte {
    case UInt8(ascii: "."): Self.bits([.dots])
    case UInt8(ascii: "r"): Self.freshSigns
    case KernForm.tokenSeparator: Self.bits([.afterAt])
    default: Self.bits([.pitch])
    }
  }

  private func afterPitch(_ byte: UInt8, in mode: Mode, before: UInt8?) -> UInt32 {
    let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "g")).contains(byte | 0x20)
    switch byte {
    case UInt8(ascii: "#"), UInt8(ascii: "-"):
      return Self.bits([mode == .accidental ? .pitchEnd : .accidental])
    case UInt8(ascii: "n") where mode != .accidental, UInt8(ascii: "X"):
      return Self.bits([.pitchEnd])
    case UInt8(ascii: "y") where mode == .afterPitchAt: return Self.bits([.pitchEnd])
    case KernForm.tokenSeparator: return Self.bits([.afterPitchAt])
    default:
      if mode == .afterPitchAt { return isLetter ? Self.bits([.pitch]) : 0 }
      // A pitch repeats its letter.
      if mode == .pitch, isLetter {
        return (before ?? byte) == byte ? Self.bits([.pitch]) : 0
      }
      return afterSigns(byte, before: nil)
    }
  }

  private var afterSign: UInt32 { Self.bits([.signs]) }

  private func afterSigns(_ byte: UInt8, before: UInt8?) -> UInt32 {
    switch byte {
    case KernConstraint.space: return Self.bits([.opened])
    case KernForm.decorationSeparator[0] where !isPlain: return Self.bits([.point1])
    default: break
    }
    guard byte > 0x20 else { return afterEnd(byte, of: .fieldStart, elsewhere: nil) }
    // They ascend; the extended forms repeat one without a separator.
    let isOrdered = before.map { isPlain ? byte >= $0 : byte == $0 } ?? true
    return isOrdered ? afterSign : 0
  }

  private func afterBarline(_ byte: UInt8, in mode: Mode, before: UInt8?) -> UInt32 {
    guard byte > 0x20 else { return afterEnd(byte, of: .barStart, elsewhere: nil) }
    let isDigit = (0x30...0x39).contains(byte)
    let isLetter = (0x61...0x7A).contains(byte)
    if isDigit, mode == .barNumber { return Self.bits([.barNumber]) }
    if isLetter, mode == .barNumber { return Self.bits([.barLetter]) }
    if byte == UInt8(ascii: ";") { return Self.bits([mode == .barCopy ? .barCopy : .barFermata]) }
    if isDigit || isLetter { return mode == .barCopy ? Self.bits([.barCopy]) : 0 }
    guard barlineBytes.contains(byte) else { return 0 }
    if mode == .barStyle, let before, !barlinePairs[Int(before)].contains(byte) { return 0 }
    return Self.bits([mode == .barCopy ? .barCopy : .barStyle])
  }
}
