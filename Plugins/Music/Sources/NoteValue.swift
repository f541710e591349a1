public import TaskProtocol

/// The written kind of a note, named as in MusicXML.
public enum NoteValue: String, Codable, Sendable, CaseIterable, SchemaEnumeration {
  case long, breve, whole, half, quarter, eighth
  case sixteenth = "16th"
  case thirtySecond = "32nd"
  case sixtyFourth = "64th"
  case oneHundredTwentyEighth = "128th"
  case twoHundredFiftySixth = "256th"
  case fiveHundredTwelfth = "512th"
  case oneThousandTwentyFourth = "1024th"

  /// Halvings from the whole note: -2 for a long, 0 for a whole note, 3 for an eighth.
  public var halvings: Int { (Self.allCases.firstIndex(of: self) ?? 2) - 2 }

  /// The value so many halvings below a whole note, -2...10.
  public init?(halvings: Int) {
    guard (-2...10).contains(halvings) else { return nil }
    self = Self.allCases[halvings + 2]
  }

  /// Flags or beams that the value has: 1 for an eighth.
  public var flagCount: Int { max(0, halvings - 2) }
}

/// How many notes stand in the time of how many.
public struct TupletRatio: Codable, Hashable, Sendable {
  /// Notes that are written: 3 for a triplet.
  public var actual: Int
  /// Notes of the same value whose time they fill: 2 for a triplet.
  public var normal: Int

  /// A ratio of two positive numbers.
  public init(actual: Int, normal: Int) {
    self.actual = actual
    self.normal = normal
  }
}

/// A length as it is written: value, dots and tuplet.
public struct WrittenDuration: Codable, Hashable, Sendable {
  /// The head and flags.
  public var value: NoteValue
  /// Augmentation dots, 0...4.
  public var dots: Int
  /// The tuplet, `nil` outside of one.
  public var tuplet: TupletRatio?

  /// A written length; see the properties for what each value means.
  public init(_ value: NoteValue, dots: Int = 0, tuplet: TupletRatio? = nil) {
    self.value = value
    self.dots = dots
    self.tuplet = tuplet
  }

  /// Numbers that a tuplet may have; more than any is printed with, so that every length has a value.
  private static let tupletNumbers = 1...1 << 26

  /// How long it sounds; `nil` when the dots or the tuplet are out of range or off the grid.
  public var length: Fraction? {
    guard (0...4).contains(dots) else { return nil }
    var top = (1 << (dots + 1)) - 1
    var bottom = 1 << dots
    if value.halvings < 0 { top <<= -value.halvings } else { bottom <<= value.halvings }
    if let tuplet {
      guard Self.tupletNumbers.contains(tuplet.actual), Self.tupletNumbers.contains(tuplet.normal)
      else { return nil }
      top *= tuplet.normal
      bottom *= tuplet.actual
    }
    return Fraction(exactly: top, over: bottom)
  }

  /// The plainest way to write a length: without dots, with up to three dots, in a tuplet whose
  /// normal count is the largest power of two below the actual one, and else in a tuplet of its own
  /// kind.
  ///
  /// - Returns: `nil` for a length that is not positive, and for one that takes a tuplet of more
  ///   than 67 million.
  public init?(length: Fraction) {
    guard length > .zero else { return nil }
    let odd = length.denominator >> length.denominator.trailingZeroBitCount
    for dots in 0...3 {
      // length = value · (2^(dots+1) - 1) / 2^dots · normal / odd
      let normal = odd == 1 ? 1 : 1 << (Int.bitWidth - 1 - odd.leadingZeroBitCount)
      let top = (1 << (dots + 1)) - 1
      guard length.numerator % top == 0, length.numerator < 1 << 20 else { continue }
      let rest = length.numerator / top
      guard rest & (rest - 1) == 0 else { continue }
      let halvings =
        length.denominator.trailingZeroBitCount - dots + normal.trailingZeroBitCount
        - rest.trailingZeroBitCount
      guard let value = NoteValue(halvings: halvings) else { continue }
      let tuplet = odd == 1 ? nil : TupletRatio(actual: odd, normal: normal)
      self.init(value, dots: dots, tuplet: tuplet)
      return
    }
    // value · normal / actual, with the value the largest power of two that is not longer.
    for value in NoteValue.allCases {
      var (top, bottom) = (length.numerator, length.denominator)
      guard top < 1 << 30 else { return nil }
      if value.halvings < 0 { bottom <<= -value.halvings } else { top <<= value.halvings }
      let isLast = value == .oneThousandTwentyFourth
      guard isLast || (odd == 1 ? top >= bottom : 2 * top > bottom) else { continue }
      let divisor = greatestCommonDivisor(top, bottom)
      (top, bottom) = (top / divisor, bottom / divisor)
      guard Self.tupletNumbers.contains(max(top, bottom)) else { return nil }
      self.init(value, tuplet: TupletRatio(actual: bottom, normal: top))
      return
    }
    return nil
  }
}
