import Foundation
import Metrics
import TaskEngine
import TaskProtocol

/// One page on an evaluation: scores, plots, and the worst outputs beside their images.
///
/// Nothing is loaded from elsewhere and no script runs; documents of other tools stand in frames without
/// any rights.
struct EvaluationReport<P: TaskPlugin> {
  let plugin: P
  let record: EvaluationRecord
  let samples: [EvaluationSample]
  let pairs: [EvaluationPair]
  /// Folder of the pairs' file.
  let folder: String
  let environment: ToolEnvironment
  /// Draws music, where a program for it is there.
  var notation: NotationRenderer? { NotationRenderer(path: environment.variables["PATH"]) }

  /// Outputs that are shown.
  private var worst: Int { 20 }
  /// Bytes of the largest image that is put into the page.
  private var largestImage: Int { 4 << 20 }

  /// The page.
  var html: String {
    let title = "\(escaped(plugin.manifest.id)): \(record.count) pairs"
    return """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" \
      content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
      <title>\(title)</title><style>\(EvaluationPage.style)</style></head><body>
      <h1>\(title)</h1>
      \(scores)
      <div class="plots">\(plots)</div>
      <h2>The worst, by \(escaped(firstMetric))</h2>
      \(cases)
      </body></html>

      """
  }

  private var firstMetric: String { plugin.metrics.first?.name ?? "score" }

  /// What the first metric says is missing.
  private func loss(_ sample: EvaluationSample) -> Double {
    guard let metric = plugin.metrics.first else { return 0 }
    return metric.loss(of: sample.scores[metric] ?? metric.best)
  }

  private var scores: String {
    let rows = plugin.metrics.compactMap { metric -> String? in
      guard let summary = record.metrics[metric.name] else { return nil }
      return "<tr><th>\(escaped(metric.name))</th><td>\(number(summary.value))</td>"
        + "<td>\(number(summary.low)) to \(number(summary.high))</td></tr>"
    }
    var lines = [
      "<table class=\"scores\"><tr><th>metric</th><td>score</td><td>95 % interval</td></tr>"
        + rows.joined() + "</table>",
      "<p>\(record.valid) of \(record.count - record.abstained) outputs are valid.</p>",
    ]
    if record.abstained > 0 {
      lines.append(
        "<p>\(record.abstained) of \(record.count) were withheld and are not scored.</p>"
      )
    }
    if let calibration = record.calibration {
      lines.append(
        "<p>\(number(calibration.rightShare)) are wholly right. Confidence: calibration error "
          + "\(number(calibration.expectedError)), Brier \(number(calibration.brierScore)), "
          + "risk-coverage area \(number(calibration.riskArea)).</p>"
      )
      if let area = calibration.interventionArea {
        lines.append(
          "<p>The probability that the constraint took away ranks \(number(area)) of the wrong outputs "
            + "before the right ones (0.5 is chance).</p>"
        )
      }
    }
    return lines.joined(separator: "\n")
  }

  private var plots: String {
    let samples = samples.filter { !$0.abstained }
    let scores = samples.map { sample in plugin.metrics.first.flatMap { sample.scores[$0] } ?? 0 }
    let losses = samples.map(loss)
    var plots = [("Outputs by \(firstMetric)", ReportPlots.distribution(of: scores))]
    let confidences = samples.compactMap(\.confidence)
    if confidences.count == samples.count {
      let risks = Calibration.risks(confidences, losses: losses)
      plots.append(("What is lost if only some are kept", ReportPlots.riskCoverage(risks)))
    }
    let masses = samples.compactMap(\.maskedMass)
    if masses.count == samples.count, masses.contains(where: { $0 > 0 }) {
      let points = zip(masses, losses).map { (x: $0, y: $1) }
      plots.append(
        (
          "What is lost, against what the constraint took away",
          ReportPlots.scatter(points, label: "probability masked, all tokens")
        )
      )
    }
    return plots.map { "<figure><figcaption>\(escaped($0.0))</figcaption>\($0.1)</figure>" }
      .joined(separator: "\n")
  }

  private var cases: String {
    let order = samples.indices.sorted { first, second in
      let (a, b) = (loss(samples[first]), loss(samples[second]))
      return a == b ? first < second : a > b
    }
    let shown = order.prefix(worst).filter { loss(samples[$0]) > 0 }
    guard !shown.isEmpty else { return "<p>All outputs are right.</p>" }
    return shown.map { section(samples[$0], pairs[$0]) }.joined(separator: "\n")
  }

  private func section(_ sample: EvaluationSample, _ pair: EvaluationPair) -> String {
    let scores = plugin.metrics.compactMap { metric in
      sample.scores[metric].map { "\(escaped(metric.name)) \(number($0))" }
    }
    let confidence = sample.confidence.map { ", confidence \(number($0))" } ?? ""
    let findings = sample.findings.map { "<li>\(escaped($0.message))</li>" }
    let list = findings.isEmpty ? "" : "<ul>\(findings.joined())</ul>"
    return """
      <section><h3>\(escaped(sample.id))</h3>
      <p>\(scores.joined(separator: ", "))\(confidence)</p>\(list)
      <div class="case">
      <figure><figcaption>image</figcaption>\(image(pair))</figure>
      <figure><figcaption>found</figcaption>\(rendered(sample.prediction))</figure>
      <figure><figcaption>right</figcaption>\(pair.references.map(rendered).joined())</figure>
      </div></section>
      """
  }

  private func image(_ pair: EvaluationPair) -> String {
    guard let image = pair.image else { return "<p>none</p>" }
    let path = (image.hasPrefix("/") ? "" : folder as NSString).appendingPathComponent(image)
    guard let data = try? environment.readFile(path), data.count <= largestImage,
      let type = EvaluationPage.imageType(data)
    else { return "<p>\(escaped(image))</p>" }
    return
      "<img alt=\"\(escaped(image))\" src=\"data:\(type);base64,\(data.base64EncodedString())\">"
  }

  /// A document as its own format draws it, and its text.
  private func rendered(_ text: String) -> String {
    let raw = "<details><summary>text</summary><pre>\(escaped(text))</pre></details>"
    guard let document = try? plugin.parse(text) else {
      return "<p>It cannot be parsed.</p><pre>\(escaped(text))</pre>"
    }
    if let notation,
      let exporter = plugin.exporters.first(where: { $0.mediaType.hasPrefix(EvaluationPage.music) }
      ),
      let bytes = try? exporter.write(document), let drawing = notation.svg(of: bytes)
    {
      return EvaluationPage.drawing(drawing) + raw
    }
    for type in ["image/svg+xml", "text/html", "text/plain"] {
      guard let exporter = plugin.exporters.first(where: { $0.mediaType.hasPrefix(type) }),
        let bytes = try? exporter.write(document)
      else { continue }
      switch type {
      case "image/svg+xml":
        return EvaluationPage.drawing(Data(bytes)) + raw
      case "text/html":
        let page = escaped(String(decoding: bytes, as: UTF8.self))
        return
          "<iframe sandbox=\"\" loading=\"lazy\" title=\"document\" srcdoc=\"\(page)\"></iframe>"
          + raw
      default:
        return "<pre>\(escaped(String(decoding: bytes, as: UTF8.self)))</pre>" + raw
      }
    }
    return "<pre>\(escaped(text))</pre>"
  }

  private func number(_ value: Double) -> String { value.fourPlaces }

  private func escaped(_ text: String) -> String { EvaluationPage.escaped(text) }
}

/// What does not depend on the task.
enum EvaluationPage {
  /// The media type of MusicXML.
  static let music = "application/vnd.recordare.musicxml+xml"

  /// An SVG document as an image, which runs no script and loads nothing.
  static func drawing(_ svg: Data) -> String {
    "<img alt=\"\" class=\"paper\" src=\"data:image/svg+xml;base64,\(svg.base64EncodedString())\">"
  }

  static func escaped(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }

  /// The media type of an image that browsers show, by its first bytes.
  static func imageType(_ data: Data) -> String? {
    let start = Array(data.prefix(3))
    if start.starts(with: [0x89, 0x50, 0x4E]) { return "image/png" }
    if start.starts(with: [0xFF, 0xD8, 0xFF]) { return "image/jpeg" }
    return nil
  }

  static let style = """
    :root{color-scheme:light dark;--line:#8886;--main:#2563eb}
    body{font:16px/1.45 system-ui,sans-serif;margin:0 auto;max-width:76rem;padding:1rem}
    h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}h3{font-size:1rem;margin:0}
    table.scores{border-collapse:collapse}table.scores th{text-align:left;font-weight:600}
    table.scores th,table.scores td{padding:.2rem 1rem .2rem 0;border-bottom:1px solid var(--line)}
    figure{margin:0;min-width:0}figcaption{font-size:.85rem;opacity:.75}
    .plots,.case{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(min(17rem,100%),1fr))}
    section{border-top:1px solid var(--line);padding:1rem 0}section p{margin:.2rem 0 .6rem}
    img{max-width:100%;max-height:24rem}img.paper{background:#fff;width:100%;object-fit:contain;object-position:left}
    iframe{width:100%;height:16rem;border:1px solid var(--line);background:#fff;resize:vertical}
    pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:.85rem;margin:.3rem 0}
    svg{width:100%;max-width:26rem;font-size:11px;fill:currentColor}
    .axis{fill:none;stroke:currentColor;opacity:.5}.fill rect,.dots circle{fill:var(--main)}
    .dots circle{opacity:.6}.line{fill:none;stroke:var(--main);stroke-width:2}
    """
}
