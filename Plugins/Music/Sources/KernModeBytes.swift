/// Which ASCII bytes a mode of ``KernConstraint`` may accept: too many rather than too few.
enum KernModeBytes {
  /// One set of 128 bits for every mode.
  static func table(header: [UInt8], isPlain: Bool) -> [SIMD2<UInt64>] {
    (0..<KernConstraintState.Mode.count).map { index in
      guard let mode = KernConstraintState.Mode(rawValue: UInt8(index)) else { return SIMD2() }
      return set(bytes(of: mode, header: header, isPlain: isPlain))
    }
  }

  private static func set(_ bytes: [UInt8]) -> SIMD2<UInt64> {
    var set = SIMD2<UInt64>()
    for byte in bytes where byte < 0x80 { set[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }
    return set
  }

  private static let ends: [UInt8] = Array("\t\n".utf8)
  private static let digits: [UInt8] = Array("0123456789%".utf8)
  private static let letters: [UInt8] = Array("abcdefgABCDEFG".utf8)
  private static let printable: [UInt8] = Array(0x21...0x7E)
  private static let signs: [UInt8] =
    KernSigns.plain + Array("^LJKk/\\y(){}[]_q".utf8)

  private static func bytes(
    of mode: KernConstraintState.Mode,
    header: [UInt8],
    isPlain: Bool
  ) -> [UInt8] {
    let opening: [UInt8] = isPlain ? Array("({[".utf8) : []
    let at: [UInt8] = isPlain ? [] : [UInt8(ascii: "@")]
    let point = UInt8(ascii: ".")
    let rest = UInt8(ascii: "r")
    switch mode {
    case .header: return header + ends
    case .lineStart: return opening + digits + letters + [point] + Array("*=".utf8)
    case .fieldStart: return opening + digits + letters + [point]
    case .null, .split, .join, .done, .barFermata: return ends
    case .starStart: return [UInt8(ascii: "*")]
    case .star, .tandem, .barCopy, .barNumber, .barLetter, .barStyle: return printable + ends
    case .barStart: return [UInt8(ascii: "=")]
    case .opened: return opening + digits + letters + [rest]
    case .digits, .dots, .chordDuration, .afterDuration:
      return digits + (isPlain ? letters : []) + at + [point, rest]
    case .afterAt: return letters + [point, rest]
    case .afterDot: return at
    case .pitch: return (isPlain ? Array("#-nX".utf8) : []) + letters + at + signs + ends + [0x20]
    case .accidental, .pitchEnd: return Array("#-X".utf8) + at + signs + ends + [0x20]
    case .afterPitchAt: return letters + Array("#-nXy".utf8)
    case .signs, .point1, .point2: return signs + ends + [0x20]
    case .doneLine: return []
    }
  }
}
