/// What ``KernConstraint`` remembers of a prefix: 128 bytes without anything on the heap.
public struct KernConstraintState: Hashable, Sendable {
  /// Where in the grammar the prefix stops.
  enum Mode: UInt8 {
    case header, lineStart, fieldStart, null
    case starStart, star, tandem, split, join
    case barStart, barNumber, barLetter, barStyle, barFermata, barCopy
    case opened, digits, dots, afterAt, afterDot, chordDuration
    case afterDuration, pitch, accidental, pitchEnd, afterPitchAt, signs, point1, point2
    case done, doneLine
  }

  /// What the line is known to be.
  enum Line: UInt8 {
    case none, undecided, timed, grace, barline, interpretation, tandem, path, ending
  }

  /// Steps that still sound in every sub-spine.
  var remaining = SIMD8<UInt32>()
  /// Open ties, 0 for none: see ``KernTie``.
  var ties = SIMD8<UInt16>()
  /// Open beams, four bits for each sub-spine.
  var beams: UInt32 = 0
  /// The token's length in steps, 0 while it is not known.
  var length: UInt32 = 0
  /// Signs that the note has: see ``KernSigns``.
  var signs: UInt32 = 0
  /// A node of the table that the mode looks things up in.
  var node: UInt16 = 0
  /// The pitch so far, as in ``KernTie``.
  var pitch: UInt16 = 0
  /// Beam signs `L J K k` of the note, four bits each.
  var noteBeams: UInt16 = 0
  /// Most beam signs of any note of the token.
  var tokenBeams: UInt16 = 0
  /// The measure number, 0xFFFF for none.
  var barNumber: UInt16 = 0
  /// Paths: two bits for each field, 1 for a split and 2 for a join.
  var paths: UInt16 = 0
  /// Open slurs and phrases, four bits for each staff.
  var slurs: UInt8 = 0
  var phrases: UInt8 = 0
  /// Slurs (low) and phrases (high) that the token began.
  var opened: UInt8 = 0
  var mode = Mode.header
  var line = Line.none
  var field: UInt8 = 0
  /// Bytes of a text that is copied, 0xFF when what stands there is another.
  var offset: UInt8 = 0
  /// Sub-spines in which nothing sounds at the start of the line.
  var free: UInt8 = 0
  var spineCount: UInt8 = 0
  /// Sub-spines of the left staff.
  var leftCount: UInt8 = 0
  var flags: UInt8 = 0
  var dots: UInt8 = 0
  var letter: UInt8 = 0
  var lastSign: UInt8 = 0

  static let begun: UInt8 = 1
  static let hasMusic: UInt8 = 2
  static let anyMusic: UInt8 = 4
  static let graceGiven: UInt8 = 8
  static let tokenGrace: UInt8 = 16
  static let inChord: UInt8 = 32
  static let barFermata: UInt8 = 64
  static let noDuration: UInt8 = 128

  @inline(__always)
  func has(_ flag: UInt8) -> Bool { flags & flag != 0 }

  /// 0 for the left staff, 1 for the right one.
  @inline(__always)
  func staff(of spine: UInt8) -> UInt8 { spine < leftCount ? 0 : 1 }

  @inline(__always)
  func isFree(_ spine: UInt8) -> Bool { free >> spine & 1 == 1 }

  @inline(__always)
  var isLastField: Bool { field + 1 == spineCount }

  /// The free sub-spines of a staff, as bits.
  @inline(__always)
  func free(in staff: UInt8) -> UInt8 {
    let left: UInt8 = (UInt8(1) << leftCount) &- 1
    return staff == 0 ? free & left : free & ~left
  }

  /// Whether no sub-spine after the present one in its staff may take a note on this line.
  @inline(__always)
  var isLastFreeOfStaff: Bool {
    (free(in: staff(of: field)) >> field) >> 1 == 0
  }

  /// Whether the note being written belongs to a grace note or must become one.
  @inline(__always)
  var isGraceNote: Bool {
    line == .grace || has(Self.tokenGrace) || signs & KernSigns.grace != 0
      || has(Self.noDuration)
  }
}

/// An open tie packed into 16 bits: pitch in bits 0...9, sub-spine in 10...12, 13 for a tie of the
/// present line, 15 for presence.
enum KernTie {
  static let present: UInt16 = 1 << 15
  static let isNew: UInt16 = 1 << 13
  static let pitchMask: UInt16 = 0x3FF

  @inline(__always)
  static func owner(_ tie: UInt16) -> UInt8 { UInt8(truncatingIfNeeded: tie >> 10 & 7) }

  /// Letter 0...6 from `a`, case, count of letters, alteration.
  @inline(__always)
  static func pitch(letter: UInt8, isUpper: Bool, count: UInt16, alter: Int) -> UInt16 {
    UInt16(letter) | (isUpper ? 8 : 0) | count << 4 | UInt16(truncatingIfNeeded: alter + 2) << 7
  }

  @inline(__always)
  static func count(_ pitch: UInt16) -> UInt16 { pitch >> 4 & 7 }

  @inline(__always)
  static func alter(_ pitch: UInt16) -> Int { Int(pitch >> 7 & 7) - 2 }

  @inline(__always)
  static func byte(_ pitch: UInt16) -> UInt8 {
    (pitch & 8 == 0 ? UInt8(ascii: "a") : UInt8(ascii: "A")) + UInt8(truncatingIfNeeded: pitch & 7)
  }
}

/// The bits of ``KernConstraintState/signs``.
enum KernSigns {
  static let q: UInt32 = 1
  static let qq: UInt32 = 2
  static let grace = q | qq
  static let y: UInt32 = 4
  static let yy: UInt32 = 8
  static let accent: UInt32 = 16
  static let strongAccent: UInt32 = 32
  static let stem: UInt32 = 64
  static let tie: UInt32 = 128
  /// A `[` before its pitch.
  static let pendingTie: UInt32 = 256
  static let rest: UInt32 = 512
  static let display: UInt32 = 1024
  /// Signs that are told apart by nothing but their place here.
  static let plain: [UInt8] = Array("'`~z\"o,uv;:TtMmWwS$O".utf8)
  /// The ornaments among them, of which a note has one at most.
  static let ornaments: UInt32 = ((1 << 9) - 1) << 22

  /// The bit of a plain sign, by byte; 0 for others.
  static let bits: [UInt32] = {
    var bits = [UInt32](repeating: 0, count: 256)
    for (index, byte) in plain.enumerated() { bits[Int(byte)] = 1 << UInt32(11 + index) }
    return bits
  }()
}
