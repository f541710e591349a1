import Foundation

/// Plots of a report as SVG that follows the page's colours.
enum ReportPlots {
  private static let width = 320.0
  private static let height = 180.0
  private static let left = 46.0
  private static let bottom = 30.0
  private static let top = 8.0

  /// How many outputs have which score.
  ///
  /// - Parameter scores: 0 to 1; others count at the nearer end.
  static func distribution(of scores: [Double]) -> String {
    let bins = 20
    var counts = [Int](repeating: 0, count: bins)
    for score in scores { counts[min(max(Int(score * Double(bins)), 0), bins - 1)] += 1 }
    let most = Double(max(counts.max() ?? 1, 1))
    let bars = counts.enumerated().map { bin, count in
      let from = x(Double(bin) / Double(bins)) + 0.5
      let to = x(Double(bin + 1) / Double(bins)) - 0.5
      let y = y(Double(count) / most)
      let bottom = self.y(0)
      return
        "<rect x=\"\(text(from))\" y=\"\(text(y))\" width=\"\(text(to - from))\" height=\"\(text(bottom - y))\"/>"
    }
    return frame(
      "<g class=\"fill\">\(bars.joined())</g>",
      label: "score",
      ends: ("0", "1"),
      largest: "\(Int(most))"
    )
  }

  /// Risk at every coverage.
  ///
  /// - Parameter risks: Of the most confident answers, one more each.
  static func riskCoverage(_ risks: [Double]) -> String {
    let most = max(risks.max() ?? 0, 1e-9)
    let points = risks.enumerated().map { index, risk in
      "\(text(x(Double(index + 1) / Double(risks.count)))),\(text(y(risk / most)))"
    }
    return frame(
      "<polyline class=\"line\" points=\"\(points.joined(separator: " "))\"/>",
      label: "share kept, most confident first",
      ends: ("0", "1"),
      largest: text(most)
    )
  }

  /// What is lost against something that might foretell it.
  static func scatter(_ points: [(x: Double, y: Double)], label: String) -> String {
    let farthest = max(points.map(\.x).max() ?? 0, 1e-9)
    let most = max(points.map(\.y).max() ?? 0, 1e-9)
    let dots = points.map { point in
      "<circle cx=\"\(text(x(point.x / farthest)))\" cy=\"\(text(y(point.y / most)))\" r=\"2.5\"/>"
    }
    return frame(
      "<g class=\"dots\">\(dots.joined())</g>",
      label: label,
      ends: ("0", text(farthest)),
      largest: text(most)
    )
  }

  private static func x(_ share: Double) -> Double { left + share * (width - left - 8) }

  private static func y(_ share: Double) -> Double {
    height - bottom - share * (height - bottom - top)
  }

  private static func frame(
    _ content: String,
    label: String,
    ends: (String, String),
    largest: String
  ) -> String {
    """
    <svg viewBox="0 0 \(Int(width)) \(Int(height))" role="img">\
    <path class="axis" d="M\(text(left)) \(text(top))V\(text(y(0)))H\(text(width - 8))"/>\
    \(content)\
    <text x="\(text(left))" y="\(text(height - 16))">\(ends.0)</text>\
    <text x="\(text(width - 8))" y="\(text(height - 16))" text-anchor="end">\(ends.1)</text>\
    <text x="\(text((left + width) / 2))" y="\(text(height - 4))" text-anchor="middle">\(label)</text>\
    <text x="\(text(left - 4))" y="\(text(top + 8))" text-anchor="end">\(largest)</text>\
    <text x="\(text(left - 4))" y="\(text(y(0)))" text-anchor="end">0</text></svg>
    """
  }

  private static func text(_ number: Double) -> String {
    number.formatted(
      .number.grouping(.never).precision(.significantDigits(1...3)).locale(
        Locale(identifier: "en_US")
      )
    )
  }
}
