import Foundation

/// Regions of text on a page, each with what stands there.
package struct TextRegions: Sendable {
  /// A region.
  package struct Region: Sendable {
    package let outline: Polygon
    package let text: String
    /// Whether what is found there counts neither for nor against: `###`, as ICDAR marks it.
    package var isIgnored: Bool { text == "###" }
  }

  package let regions: [Region]

  /// Regions that are read at most, and corners of one.
  package static let maximumRegions = 5_000
  package static let maximumCorners = 256

  /// Reads regions from lines `x1,y1,x2,y2,...,text` of three corners or more, as ICDAR writes them, or
  /// from a model's `<loc0001><loc0002><loc0003><loc0004> text`, which are y and x of two corners, with
  /// `;` or a line end between regions.
  ///
  /// Numbers in pairs are corners as long as they go on and something follows them; so a text may be a
  /// number, but may not begin with two numbers and commas behind both.
  ///
  /// - Returns: `nil` when a line is neither, or there are too many regions or corners.
  package init?(_ text: String) {
    var regions: [Region] = []
    for line in text.split(whereSeparator: \.isNewline) {
      let line = line.trimmingCharacters(in: .whitespaces.union(["\u{FEFF}"]))
      if line.isEmpty { continue }
      if line.hasPrefix("<loc") {
        for part in line.components(separatedBy: ";") {
          guard let region = Self.located(part.trimmingCharacters(in: .whitespaces)) else {
            return nil
          }
          regions.append(region)
        }
      } else {
        guard let region = Self.listed(line) else { return nil }
        regions.append(region)
      }
      guard regions.count <= Self.maximumRegions else { return nil }
    }
    self.regions = regions
  }

  private static func located(_ text: String) -> Region? {
    var numbers: [Double] = []
    var rest = Substring(text)
    while numbers.count < 4, rest.hasPrefix("<loc") {
      let digits = rest.dropFirst(4).prefix { $0 != ">" }
      guard digits.count == 4, let number = Double(digits) else { return nil }
      numbers.append(number)
      rest = rest.dropFirst(9)
    }
    guard numbers.count == 4 else { return nil }
    let (top, left, bottom, right) = (numbers[0], numbers[1], numbers[2], numbers[3])
    let corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    return Region(
      outline: Polygon(corners.map { Polygon.Point(x: $0.0, y: $0.1) }),
      text: rest.trimmingCharacters(in: .whitespaces)
    )
  }

  private static func listed(_ line: String) -> Region? {
    let parts = line.split(separator: ",", omittingEmptySubsequences: false)
    var numbers: [Double] = []
    for part in parts.dropLast() {
      guard let number = Double(part.trimmingCharacters(in: .whitespaces)), number.isFinite else {
        break
      }
      numbers.append(number)
    }
    if numbers.count % 2 == 1 { numbers.removeLast() }
    guard (6...2 * maximumCorners).contains(numbers.count) else { return nil }
    let corners = stride(from: 0, to: numbers.count, by: 2).map {
      Polygon.Point(x: numbers[$0], y: numbers[$0 + 1])
    }
    let text = parts.dropFirst(numbers.count).joined(separator: ",")
    return Region(outline: Polygon(corners), text: text)
  }
}
