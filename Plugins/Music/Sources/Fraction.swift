/// A length or a place in time, in whole notes: a quarter note is 1/4.
///
/// Arithmetic is exact on a grid of 2^10 · 3^3 · 5^2 · 7 · 11 · 13 · 17 · 19 · 23 steps in a whole note,
/// which holds every note value down to the 1024th and every tuplet up to 28 but 29, 31 and their
/// kind; ``init(exactly:over:)`` refuses the others. Sums past 1.7 million whole notes stay there.
public struct Fraction: Codable, Hashable, Sendable {
  /// Above the line, any sign.
  public var numerator: Int
  /// Below the line; positive, without a factor in common with the numerator.
  public var denominator: Int

  /// Steps in a whole note.
  static let grid = 1024 * 27 * 25 * 7 * 11 * 13 * 17 * 19 * 23

  /// No time at all.
  public static let zero = Fraction(steps: 0)

  /// A number of steps of ``grid``, reduced.
  init(steps: Int) {
    let divisor = greatestCommonDivisor(steps, Self.grid)
    numerator = steps / divisor
    denominator = Self.grid / divisor
  }

  /// A quotient in lowest terms.
  ///
  /// - Returns: `nil` when the denominator is not positive, when it does not divide the grid, or when
  ///   the value is beyond a million whole notes.
  public init?(exactly numerator: Int, over denominator: Int) {
    guard denominator > 0 else { return nil }
    let divisor = greatestCommonDivisor(numerator, denominator)
    let (top, bottom) = (numerator / divisor, denominator / divisor)
    guard Self.grid % bottom == 0, top.magnitude / UInt(bottom) <= 1_000_000 else { return nil }
    self.numerator = top
    self.denominator = bottom
  }

  /// The value in steps; clamped, and 0 for a denominator that is not on the grid.
  var steps: Int {
    guard denominator > 0, Self.grid % denominator == 0 else { return 0 }
    let (product, overflow) = numerator.multipliedReportingOverflow(by: Self.grid / denominator)
    return overflow ? (numerator < 0 ? -Self.limit : Self.limit) : product
  }

  private static let limit = Int.max / 2

  /// The sum.
  public static func + (left: Fraction, right: Fraction) -> Fraction {
    let (sum, overflow) = left.steps.addingReportingOverflow(right.steps)
    return Fraction(steps: overflow ? limit : max(-limit, min(limit, sum)))
  }

  /// The difference.
  public static func - (left: Fraction, right: Fraction) -> Fraction {
    let (difference, overflow) = left.steps.subtractingReportingOverflow(right.steps)
    return Fraction(steps: overflow ? -limit : max(-limit, min(limit, difference)))
  }

  /// Adds in place.
  public static func += (left: inout Fraction, right: Fraction) { left = left + right }
}

extension Fraction: Comparable {
  /// Earlier or shorter.
  public static func < (left: Fraction, right: Fraction) -> Bool { left.steps < right.steps }
}

extension Fraction: CustomStringConvertible {
  /// As musicians write it: `3/4`, and `1/1` for a whole note.
  public var description: String { "\(numerator)/\(denominator)" }

  /// The same length over a metre's own denominator where that is possible: 4/4 rather than 1/1.
  public func description(over beat: Int) -> String {
    guard beat > 0, beat % denominator == 0 else { return description }
    return "\(numerator * (beat / denominator))/\(beat)"
  }
}

/// Euclid's algorithm on magnitudes; 1 for two zeros.
func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
  var (a, b) = (a.magnitude, b.magnitude)
  while b != 0 { (a, b) = (b, a % b) }
  return a == 0 || a > UInt(Int.max) ? 1 : Int(a)
}
