import OutputConstraints
import TaskProtocol

/// Reads diagrams of chess positions.
struct ChessPlugin: TaskPlugin {
  var manifest: TaskManifest {
    TaskManifest(
      id: "chess",
      version: "1.0.0",
      title: "Chess diagrams to FEN",
      summary: "Transcribes a chess diagram into the piece placement of a FEN record.",
      promptPrefix: "chess",
      imagePolicy: .stretch,
      maximumTokens: 96
    )
  }

  func parse(_ text: String) throws(ParseFailure) -> ChessPosition { try ChessPosition(fen: text) }

  func validate(_ source: ValidationSource) throws(SchemaFailure) -> [Finding] {
    do throws(ParseFailure) {
      let text = String(decoding: source.bytes, as: UTF8.self)
      // A file ends with a newline, a model's output does not.
      let isFile = source.origin == .file && text.hasSuffix("\n")
      _ = try parse(isFile ? String(text.dropLast()) : text)
      return []
    } catch {
      return error.findings
    }
  }

  var exporters: [Exporter<ChessPosition>] {
    [
      Exporter(
        name: "fen",
        fileExtension: "fen",
        mediaType: "application/vnd.chess-fen",
        summary: "The piece placement alone.",
        write: { $0.fen + "\n" }
      ),
      Exporter(
        name: "board",
        fileExtension: "txt",
        mediaType: "text/plain",
        summary: "Eight lines of eight squares.",
        write: { $0.ranks.joined(separator: "\n") + "\n" }
      ),
    ]
  }

  var constraint: (any OutputConstraint)? { ChessConstraint() }

  var metrics: [TaskMetric] {
    [
      TaskMetric(
        name: "squares",
        summary: "Share of the 64 squares that are right, 0 for an invalid prediction.",
        score: { prediction, reference in
          guard let read = try? ChessPosition(fen: prediction),
            let right = try? ChessPosition(fen: reference)
          else { return 0 }
          return Double(zip(read.ranks.joined(), right.ranks.joined()).count { $0 == $1 }) / 64
        }
      )
    ]
  }

  /// One part per rank, so that each rank has a confidence of its own.
  func parts(of text: String) -> [TextPart] {
    var parts: [TextPart] = []
    var start = 0
    for (index, rank) in text.split(separator: "/").enumerated() {
      parts.append(TextPart(path: "/ranks/\(index)", range: start..<start + rank.utf8.count))
      start += rank.utf8.count + 1
    }
    return parts
  }
}
