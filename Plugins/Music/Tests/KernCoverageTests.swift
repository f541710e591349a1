import Foundation
import MusicDomain
import TaskProtocol
import Testing

/// What the constraint blocks of canonical kern.
@Suite struct KernCoverageTests {
  private let constraint = KernConstraint()

  /// Where the constraint refuses a text and why, `nil` for a text it accepts.
  private func refusal(_ text: String) -> String? {
    var state = constraint.initial
    var line = 1
    for byte in text.utf8 {
      let before = state
      guard constraint.advance(&state, byte) else {
        return "line \(line): \(constraint.explain(before, byte))"
      }
      if byte == 0x0A { line += 1 }
    }
    return constraint.canFinish(state) ? nil : "the text is not complete"
  }

  /// The score as a model would write it: without names and records.
  private func bare(_ score: Score) -> Score {
    var score = score
    score.references = []
    for index in score.parts.indices { score.parts[index].name = nil }
    return score
  }

  @Test func `hand-written files are accepted as the writer spells them`() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../Fixtures/kern").standardized
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".krn") }
    #expect(!files.isEmpty)
    for file in files {
      let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
      let score = bare(try MusicPlugin().parse(text))
      guard score.staffCount <= 2 else { continue }
      #expect(refusal(KernWriter.write(score)) == nil, "\(file)")
    }
  }

  /// Over a folder of kern files, two staves at a time.
  ///
  ///     COPYIST_KERN_CORPUS=DIR swift test -c release --filter KernCoverage
  @Test(.enabled(if: ProcessInfo.processInfo.environment["COPYIST_KERN_CORPUS"] != nil))
  func `a corpus is measured`() throws {
    let folder = ProcessInfo.processInfo.environment["COPYIST_KERN_CORPUS"] ?? ""
    var (files, unreadable, systems, accepted) = (0, 0, 0, 0)
    var reasons: [String: Int] = [:]
    for path in FileManager.default.enumerator(atPath: folder)?.compactMap({ $0 as? String }) ?? []
    where path.hasSuffix(".krn") {
      guard let data = FileManager.default.contents(atPath: folder + "/" + path) else { continue }
      files += 1
      let text = String(decoding: data, as: UTF8.self)
      guard let score = KernReader.read(text, isStrict: false).score else {
        unreadable += 1
        continue
      }
      for row in stride(from: 0, to: score.staffCount, by: 2) {
        var system = bare(score)
        let rows = row..<min(row + 2, score.staffCount)
        system.parts = [Part(staffCount: rows.count)]
        for index in system.measures.indices {
          system.measures[index].staves = Array(system.measures[index].staves[rows])
        }
        systems += 1
        if let reason = refusal(KernWriter.write(system)) {
          reasons[String(reason.drop { $0 != ":" }), default: 0] += 1
        } else {
          accepted += 1
        }
      }
    }
    print("files \(files), unreadable \(unreadable), systems \(systems), accepted \(accepted)")
    for (reason, count) in reasons.sorted(by: { $0.value > $1.value }).prefix(20) {
      print(count, reason)
    }
    #expect(systems > 0)
  }
}
