import Foundation
import RadiographyDomain
import TaskProtocol
import Testing

@Suite struct StatementTests {
  private let plugin = RadiographyPlugin()

  @Test func `every sentence of the list says what the list says`() throws {
    var count = 0
    for line in try Files.lines("Fixtures/statements.txt") {
      let parts = line.components(separatedBy: "=>")
      try #require(parts.count == 2, "\(line)")
      let sentence = parts[0].trimmingCharacters(in: .whitespaces)
      let expected = parts[1].trimmingCharacters(in: .whitespaces)
      let found = try plugin.statements(in: sentence).map {
        notation($0, usualPlace: EmbeddedData.usualPlace(of: $0.observation))
      }
      #expect(found.joined(separator: "; ") == expected, "\(sentence)")
      count += 1
    }
    #expect(count >= 150)
  }

  @Test func `case, line breaks and full stops change nothing`() throws {
    let plain = try plugin.statements(in: "No effusion, pneumothorax or consolidation.")
    #expect(plain.count == 3)
    #expect(try plugin.statements(in: "NO EFFUSION, PNEUMOTHORAX OR CONSOLIDATION.") == plain)
    #expect(try plugin.statements(in: "No effusion,\npneumothorax\nor consolidation") == plain)
    #expect(try plugin.statements(in: "no effusion,pneumothorax or  consolidation!") == plain)
  }

  @Test func `a denial reaches each of the three in every order of the list`() throws {
    let names = ["effusion", "pneumothorax", "consolidation"]
    let cues = ["No", "Without", "No evidence of", "Negative for", "There is no"]
    for cue in cues {
      for first in names {
        for second in names where second != first {
          for joint in [" or ", ", ", "/", " nor "] {
            let sentence = "\(cue) \(first)\(joint)\(second)."
            let found = try plugin.statements(in: sentence)
            #expect(found.map(\.polarity) == [.negative, .negative], "\(sentence)")
          }
        }
      }
    }
  }

  @Test func `nothing is concluded from a sentence that was cut`() throws {
    let document = try plugin.parse("FINDINGS: There is a large left effusion a…\nIMPRESSION: …")
    #expect(document.findings.map(\.isCut) == [true])
    #expect(document.findings.flatMap(\.statements) == [])
    #expect(document.impression.map(\.text) == ["…"])
  }

  @Test func `the data files can be read and are those of the repository`() throws {
    #expect(EmbeddedData.problems == [])
    let record = ProcessInfo.processInfo.environment["RECORD_RULES"] != nil
    for (file, source, constant, text) in EmbeddedData.files {
      let stored = try Files.text("Rules/\(file)")
      let swift = """
        // Made from Rules/\(file); to make it anew: RECORD_RULES=1 swift test --filter StatementTests
        // swift-format-ignore-file

        /// The contents of `Rules/\(file)`.
        package let \(constant) = #\"\"\"
        \(stored)\"\"\"#

        """
      if record {
        try swift.write(
          to: Files.folder.appendingPathComponent("Sources/\(source)"),
          atomically: true,
          encoding: .utf8
        )
      }
      #expect(
        stored == text + "\n",
        "record anew with RECORD_RULES=1 swift test --filter StatementTests"
      )
      #expect(try Files.text("Sources/\(source)") == swift)
    }
  }
}
