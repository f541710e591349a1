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
  /// - Parameter scores: From 0 on; the axis ends at 1, or at the largest where that is more.
  /// - Returns: An `svg` element.
  static func distribution(of scores: [Double]) -> String {
    let bins = 20
    var counts = [Int](repeating: 0, count: bins)
    let farthest = max(scores.max() ?? 1, 1)
    for score in scores {
      counts[min(max(Int(score / farthest * Double(bins)), 0), bins - 1)] += 1
    }
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
      ends: ("0", text(farthest)),
      largest: "\(Int(most))"
    )
  }

  /// Risk at every coverage.
  ///
  /// - Parameter risks: Of the most confident answers, one more each.
  /// - Returns: An `svg` element.
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

  /// One point of a trade-off.
  struct Choice {
    let name: String
    let cost: Double
    let value: Double
    let isOnFront: Bool
  }

  /// Value against cost on a page of its own, the cost on a logarithmic axis, the front as a line.
  static func tradeOff(_ choices: [Choice], costLabel: String, valueLabel: String) -> String {
    let (width, height, left, bottom) = (640.0, 400.0, 70.0, 50.0)
    let costs = choices.map { log(max($0.cost, 1e-9)) }
    let values = choices.map(\.value)
    func scale(_ value: Double, _ all: [Double]) -> Double {
      let (low, high) = (all.min() ?? 0, all.max() ?? 1)
      return high > low ? (value - low) / (high - low) : 0.5
    }
    func place(_ choice: Choice) -> (x: Double, y: Double) {
      (
        left + 20 + scale(log(max(choice.cost, 1e-9)), costs) * (width - left - 160),
        height - bottom - 20 - scale(choice.value, values) * (height - bottom - 50)
      )
    }
    let front = choices.filter(\.isOnFront).sorted { $0.cost < $1.cost }.map(place)
    let line = front.map { "\(text($0.x)),\(text($0.y))" }.joined(separator: " ")
    let points = choices.map { choice in
      let (x, y) = place(choice)
      let name = EvaluationPage.escaped(choice.name)
      return
        "<circle cx=\"\(text(x))\" cy=\"\(text(y))\" r=\"5\" fill=\"\(choice.isOnFront ? "#2563eb" : "#9ca3af")\"/>"
        + "<text x=\"\(text(x + 9))\" y=\"\(text(y + 4))\">\(name)</text>"
    }
    let ends = [choices.min { $0.cost < $1.cost }, choices.max { $0.cost < $1.cost }]
      .compactMap { $0 }
    let ticks = ends.map { choice in
      "<text x=\"\(text(place(choice).x))\" y=\"\(text(height - bottom + 16))\" text-anchor=\"middle\">"
        + "\(text(choice.cost))</text>"
    }
    let levels = [choices.min { $0.value < $1.value }, choices.max { $0.value < $1.value }]
      .compactMap { $0 }
      .map { choice in
        "<text x=\"\(text(left - 6))\" y=\"\(text(place(choice).y + 4))\" text-anchor=\"end\">"
          + "\(text(choice.value))</text>"
      }
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(width)) \(Int(height))" \
      font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="#fff"/>
      <path d="M\(text(left)) 20V\(text(height - bottom))H\(text(width - 20))" fill="none" stroke="#6b7280"/>
      <polyline points="\(line)" fill="none" stroke="#2563eb"/>
      \(points.joined(separator: "\n"))
      \(ticks.joined())\(levels.joined())
      <text x="\(text((left + width) / 2))" y="\(text(height - 12))" text-anchor="middle">\(costLabel)</text>
      <text x="16" y="\(text(height / 2))" text-anchor="middle" transform="rotate(-90 16 \(text(height / 2)))">\
      \(EvaluationPage.escaped(valueLabel))</text></svg>

      """
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
