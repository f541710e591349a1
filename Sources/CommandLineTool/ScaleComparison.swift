import Benchmarking
import Foundation
import Metrics
import PaliGemma
import TaskEngine
import TaskProtocol

/// Several checkpoints on the same pairs: quality against cost.
struct ScaleComparison: Encodable {
  /// One checkpoint.
  struct Row: Encodable {
    /// As the user named it.
    let model: String
    let weights: String
    let resolution: Int
    /// The first metric's mean and interval.
    let score: ScoreSummary
    let valid: Int
    let secondsPerImage: Double
    let operationsPerImage: Double
    /// Weights and what one image takes besides them.
    let memoryBytes: Int
    /// Whether none of the others is both as fast and as good.
    var isOnFront = false
  }

  let task: String
  let metric: String
  let count: Int
  /// Loss that is accepted.
  let within: Double
  /// The fastest whose score is at most so much below the best.
  let cheapest: String
  let rows: [Row]

  init(task: String, metric: TaskMetric, count: Int, within: Double, rows: [Row]) {
    self.task = task
    self.metric = metric.name
    self.count = count
    self.within = within
    // Of error rates the smaller is the better.
    let values = rows.map { -metric.loss(of: $0.score.value) }
    let costs = rows.map(\.secondsPerImage)
    self.rows = zip(rows, TradeOff.front(costs: costs, values: values)).map { row, isOnFront in
      var row = row
      row.isOnFront = isOnFront
      return row
    }
    cheapest =
      TradeOff.cheapest(costs: costs, values: values, loss: within).map { rows[$0].model } ?? ""
  }

  /// A table for a person.
  var text: String {
    let head = [
      "model", "weights", "pixels", metric, "95 % interval", "valid", "s per image", "TFLOP",
      "memory GB",
      "front",
    ]
    let lines =
      [head]
      + rows.map { row in
        [
          row.model, row.weights, String(row.resolution), number(row.score.value, 4),
          "\(number(row.score.low, 4)) to \(number(row.score.high, 4))", String(row.valid),
          number(row.secondsPerImage, 3), number(row.operationsPerImage / 1e12, 4),
          number(Double(row.memoryBytes) / 1e9, 2), row.isOnFront ? "*" : "",
        ]
      }
    let widths = head.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    let table = lines.map { line in
      zip(line, widths).enumerated().map { index, cell in
        let padding = String(repeating: " ", count: cell.1 - cell.0.count)
        return index < 2 ? cell.0 + padding : padding + cell.0
      }.joined(separator: "  ")
    }
    return table.joined(separator: "\n")
      + "\n\n\(count) pairs. On the front no other is both as fast and as good.\n"
      + "The fastest within \(number(within, 4)) of the best: \(cheapest)\n"
  }

  /// The rows with full figures.
  var csv: String {
    func field(_ text: String) -> String {
      text.contains(where: { ",\"\n\r".contains($0) })
        ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
    }
    return
      "model,weights,resolution,score,low,high,valid,seconds_per_image,operations_per_image,"
      + "memory_bytes,on_front\n"
      + rows.map { row in
        [
          field(row.model), row.weights, "\(row.resolution)", "\(row.score.value)",
          "\(row.score.low)",
          "\(row.score.high)", "\(row.valid)", "\(row.secondsPerImage)",
          "\(row.operationsPerImage)",
          "\(row.memoryBytes)", "\(row.isOnFront)",
        ].joined(separator: ",") + "\n"
      }.joined()
  }

  /// Quality against seconds.
  var svg: String {
    ReportPlots.tradeOff(
      rows.map {
        ReportPlots.Choice(
          name: $0.model,
          cost: $0.secondsPerImage,
          value: $0.score.value,
          isOnFront: $0.isOnFront
        )
      },
      costLabel: "seconds per image",
      valueLabel: metric
    )
  }

  private func number(_ value: Double, _ digits: Int) -> String {
    value.formatted(
      .number.grouping(.never).precision(.fractionLength(digits)).locale(
        Locale(identifier: "en_US")
      )
    )
  }
}
