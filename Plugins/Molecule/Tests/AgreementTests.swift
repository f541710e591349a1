import Foundation
import Testing

import MoleculeDomain

/// Strings with the verdict that RDKit gave, one a line: `1` or `0`, a tab, the string.
struct RecordedVerdicts {
  struct Entry {
    var isValid: Bool
    var text: String
  }

  let entries: [Entry]

  init(path: String) throws {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    entries = text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
      return fields.count == 2 ? Entry(isValid: fields[0] == "1", text: String(fields[1])) : nil
    }
  }

  /// Entries on which the validator says something else.
  var disagreements: [(entry: Entry, issues: [SMILESIssue])] {
    entries.compactMap { entry in
      let reading = MoleculeReading(Array(entry.text.utf8))
      return reading.isValid == entry.isValid ? nil : (entry, reading.issues)
    }
  }
}

@Suite struct AgreementTests {
  @Test func `the verdict on 20,000 strings is that of RDKit in 99.9 percent`() throws {
    let path = ProcessInfo.processInfo.environment["COPYIST_MOLECULE_VERDICTS"]
    let verdicts = try RecordedVerdicts(path: path ?? fixture("verdicts.tsv"))
    #expect(verdicts.entries.count >= 20_000)
    let disagreements = verdicts.disagreements
    for item in disagreements.prefix(60) {
      let issues = item.issues.map { "\($0.code)@\($0.offset)" }.joined(separator: " ")
      print("RDKit \(item.entry.isValid ? "accepts" : "refuses") \(item.entry.text) \(issues)")
    }
    print("\(disagreements.count) disagreements in \(verdicts.entries.count) strings")
    #expect(Double(disagreements.count) <= 0.001 * Double(verdicts.entries.count))
  }
}

/// Path of a file in the plugin's Fixtures folder.
func fixture(_ name: String) -> String {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures").appendingPathComponent(name).path
}
