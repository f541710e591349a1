import Foundation
import MoleculeDomain
import TaskProtocol
import Testing

/// What MolScribe's program and RDKit's InChI say of 572 pairs; see Reference/record_molscribe.py.
@Suite struct MolScribeTests {
  private struct Row {
    let prediction: String
    let reference: String
    let values: [String: Double]
  }

  private func rows() throws -> [Row] {
    let text = try String(contentsOfFile: fixture("molscribe.tsv"), encoding: .utf8)
    return text.split(separator: "\n").map { line in
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      let names = [
        "molscribe-canon-smiles-indigo", "molscribe-canon-smiles-em-indigo",
        "molscribe-graph-indigo",
        "molscribe-chiral-indigo", "inchi-match",
      ]
      return Row(
        prediction: fields[0],
        reference: fields[1],
        values: Dictionary(uniqueKeysWithValues: zip(names, fields[2...].compactMap { Double($0) }))
      )
    }
  }

  /// RDKit writes these in another way before it does anything else, and so takes them for their charged
  /// forms; libindigo does not.
  private static let rewritten = ["CN(=O)=O", "OCl(=O)(=O)=O"]

  /// Rows on which a metric says something else; `nil` and -1 mean that it says nothing.
  private func disagreements(_ name: String) throws -> (asked: Int, different: [String]) {
    let metric = try #require(MoleculePlugin().metrics.first { $0.name == name })
    var (asked, different): (Int, [String]) = (0, [])
    for row in try rows() {
      guard let expected = row.values[name], name != "inchi-match" || expected >= 0,
        !Self.rewritten.contains(row.reference)
          || (name == "inchi-match" && row.reference == "CN(=O)=O")
      else { continue }
      asked += 1
      let score = metric.score(row.prediction, row.reference)
      if (score.isNaN ? -1 : score) != expected {
        different.append("\(row.prediction) \(row.reference): \(score), not \(expected)")
      }
    }
    return (asked, different)
  }

  @Test(arguments: ["canon-smiles", "canon-smiles-em", "graph", "chiral"])
  func `exact match is that of MolScribe's program, with libindigo's canonical form`(
    _ kind: String
  ) throws {
    let (asked, different) = try disagreements("molscribe-\(kind)-indigo")
    #expect(asked == 569)
    #expect(
      different.isEmpty,
      "\(different.count): \(different.prefix(20).joined(separator: "; "))"
    )
  }

  @Test func `equality of standard InChI is that of RDKit's`() throws {
    #expect(StandardInChI.isAvailable, "install libinchi1: make packages")
    let (asked, different) = try disagreements("inchi-match")
    #expect(asked >= 400)
    #expect(
      different.isEmpty,
      "\(different.count): \(different.prefix(20).joined(separator: "; "))"
    )
  }

  @Test func `callers on several threads get the same identifiers`() async throws {
    let texts = try rows().map(\.reference).filter { StandardInChI.identifier(of: $0) != nil }
    let expected = texts.map { StandardInChI.identifier(of: $0) }
    let differing = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<4 {
        group.addTask { zip(texts, expected).count { StandardInChI.identifier(of: $0) != $1 } }
      }
      return await group.reduce(0, +)
    }
    #expect(texts.count >= 400 && differing == 0)
  }

  @Test func `identifiers are the standard ones`() {
    #expect(StandardInChI.identifier(of: "CCO") == "InChI=1S/C2H6O/c1-2-3/h3H,2H2,1H3")
    #expect(
      StandardInChI.identifier(of: "C[C@H](N)C(=O)O")
        == "InChI=1S/C3H7NO2/c1-2(4)3(5)6/h2H,4H2,1H3,(H,5,6)/t2-/m0/s1"
    )
    for text in ["", "C(", "[R1]C", "*"] {
      #expect(StandardInChI.identifier(of: text) == nil, "\(text)")
    }
  }
}
