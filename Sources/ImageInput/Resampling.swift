/// The filter of an antialiased resize; names and shapes are Pillow's.
package enum Resampling: String, CaseIterable, Sendable {
  /// A triangle over 2 source pixels.
  case bilinear
  /// The cubic of Keys (1981) with a = -1/2, over 4 source pixels.
  case bicubic

  /// Distance from the centre, in source pixels, at which the filter reaches zero.
  var support: Double {
    switch self {
    case .bilinear: 1
    case .bicubic: 2
    }
  }

  /// Weight of a source pixel at a distance from the centre, in source pixels of any sign.
  func weight(at distance: Double) -> Double {
    let x = abs(distance)
    switch self {
    case .bilinear:
      return x < 1 ? 1 - x : 0
    case .bicubic:
      // The order of operations decides the last bit, and so do ties in the fixed-point rounding.
      let a = -0.5
      if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
      if x < 2 { return (((x - 5) * x + 8) * x - 4) * a }
      return 0
    }
  }
}

/// What every target pixel along one axis takes from which source pixels.
///
/// When a picture shrinks, the filter is stretched by the scale, so that every source pixel counts;
/// when it grows, the filter keeps its size. Weights are normalised to sum 1 and then rounded to
/// fixed point, as Pillow does for 8-bit samples: 22 fraction bits leave a 32-bit sum room for 8-bit
/// samples and for the overshoot of the cubic.
struct ResamplingTable {
  /// Fraction bits of a weight.
  static let fractionBits = 22
  /// One half, added before the fraction is cut, so that sums round to nearest.
  static let half: Int32 = 1 << (fractionBits - 1)

  /// The source pixels that one target pixel sees.
  struct Window {
    /// First source pixel.
    let start: Int
    /// One past the last source pixel.
    let end: Int
    /// Where the weight of `start` stands in ``ResamplingTable/weights``.
    let firstWeight: Int
  }

  /// One per target pixel; starts and ends never decrease.
  let windows: [Window]
  /// Fixed-point weights of all windows, one after another.
  let weights: [Int32]

  /// The table of one axis.
  ///
  /// - Parameters:
  ///   - sourceExtent: Pixels along the axis, at least 1.
  ///   - targetExtent: Pixels wanted, at least 1.
  ///   - filter: The filter.
  init(from sourceExtent: Int, to targetExtent: Int, _ filter: Resampling) {
    let scale = Double(sourceExtent) / Double(targetExtent)
    let stretch = max(scale, 1)
    let support = filter.support * stretch
    let shrink = 1 / stretch
    var windows: [Window] = []
    windows.reserveCapacity(targetExtent)
    var weights: [Int32] = []
    var exact: [Double] = []
    for target in 0..<targetExtent {
      let center = (Double(target) + 0.5) * scale
      // Both are within the extents by much less than an Int can hold; the cast rounds toward zero.
      let start = max(Int(center - support + 0.5), 0)
      let end = min(Int(center + support + 0.5), sourceExtent)
      exact.removeAll(keepingCapacity: true)
      var sum = 0.0
      for source in start..<end {
        let weight = filter.weight(at: (Double(source) - center + 0.5) * shrink)
        exact.append(weight)
        sum += weight
      }
      windows.append(Window(start: start, end: end, firstWeight: weights.count))
      for weight in exact {
        weights.append(ResamplingTable.fixedPoint(sum == 0 ? weight : weight / sum))
      }
    }
    self.windows = windows
    self.weights = weights
  }

  /// A weight with ``fractionBits`` fraction bits, halves rounded away from zero.
  private static func fixedPoint(_ weight: Double) -> Int32 {
    let scaled = weight * Double(1 << fractionBits)
    return Int32(scaled < 0 ? scaled - 0.5 : scaled + 0.5)
  }

  /// The sum of fixed-point products as an 8-bit sample; `sum` includes ``half``.
  @inline(__always)
  static func sample(_ sum: Int32) -> UInt8 {
    UInt8(truncatingIfNeeded: min(max(sum >> Int32(fractionBits), 0), 255))
  }
}
