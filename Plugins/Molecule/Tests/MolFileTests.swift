import Foundation
import MoleculeDomain
import TaskProtocol
import Testing

@Suite struct MolFileTests {
  private let plugin = MoleculePlugin()

  private func findings(_ text: String, path: String? = "test.mol") throws -> [Finding] {
    try plugin.validate(ValidationSource(bytes: Array(text.utf8), origin: .file, path: path))
  }

  /// Ethanol with one line changed, counted from 1.
  private func ethanol(_ line: Int = 0, _ text: String? = nil) -> String {
    var lines = [
      "ethanol", "  test", "", "  3  2  0  0  0  0  0  0  0  0999 V2000",
      "    0.0000    0.0000    0.0000 C   0  0  0  0  0  0  0  0  0  0  0  0",
      "    1.0000    0.0000    0.0000 C   0  0  0  0  0  0  0  0  0  0  0  0",
      "    2.0000    0.0000    0.0000 O   0  0  0  0  0  0  0  0  0  0  0  0",
      "  1  2  1  0", "  2  3  1  0", "M  END",
    ]
    if line > 0 {
      if let text { lines[line - 1] = text } else { lines.remove(at: line - 1) }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  @Test func `files of RDKit and Open Babel have no errors`() throws {
    let folder = fixture("mol")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(names.count >= 37)
    for name in names {
      let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
      let found = try plugin.validate(ValidationSource(bytes: bytes, origin: .file, path: name))
      #expect(found.filter { $0.severity == .error } == [], "\(name)")
    }
  }

  @Test(arguments: [
    ("aspirin", "C9H8O4"), ("alanine", "C3H7NO2"), ("choline-salt", "C5H14ClNO"),
    ("labelled", "C2H6O"), ("pyrrole", "C4H5N"), ("fumarate", "C4H4O4"), ("caffeine", "C8H10N4O2"),
    ("radical", "C2H5"), ("r-group", "C6H4*2"),
  ])
  func `both versions of both programs are read as one molecule`(
    name: String,
    formula: String
  ) throws {
    for variant in ["rdkit-\(name)", "rdkit-\(name)-v3000", "openbabel-\(name)"] {
      let path = fixture("mol/\(variant).mol")
      let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
      let document = try plugin.read(ValidationSource(bytes: bytes, origin: .file, path: path))
      #expect(document.formula == formula, "\(variant)")
    }
  }

  @Test func `stereochemistry survives the way through a MOL file`() throws {
    for (name, smiles) in [("alanine", "C[C@H](N)C(=O)O"), ("fumarate", "OC(=O)/C=C/C(=O)O")] {
      let bytes = Array(
        try Data(contentsOf: URL(fileURLWithPath: fixture("mol/rdkit-\(name).mol")))
      )
      let document = try plugin.read(
        ValidationSource(bytes: bytes, origin: .file, path: "a.mol")
      )
      #expect(document.canonicalSMILES == (try plugin.parse(smiles)).canonicalSMILES)
    }
  }

  @Test func `a file without mistakes has no findings`() throws {
    #expect(try findings(ethanol()) == [])
    #expect(try findings(ethanol(), path: nil) == [], "recognized by its content")
  }

  @Test(arguments: [
    (4, "  x  2", "counts", 4), (4, "  4  2  0  0  0  0  0  0  0  0999 V2000", "coordinates", 8),
    (4, "  3  9  0  0  0  0  0  0  0  0999 V2000", "counts", 10),
    (8, "  1  4  1  0", "atom-number", 8), (8, "  1  1  1  0", "bond-to-itself", 8),
    (9, "  2  1  1  0", "duplicate-bond", 9), (9, "  2  3 12  0", "bond-type", 9),
    (9, "  2  x  1  0", "bond-line", 9), (10, "M  CHG  1   9   1\nM  END", "atom-number", 10),
    (10, "M  CHG  2   1   1\nM  END", "property-count", 10),
    (10, "M  CHG  1   1  99\nM  END", "charge-range", 10),
    (10, "M  ISO  1   1   0\nM  END", "isotope-range", 10),
    (10, "M  RGP  1   1   1\nM  END", "r-group", 10), (10, "", "end-missing", 11),
    (5, "    0.0000    nonsense  0.0000 C   0", "coordinates", 5),
    (9, "  2  3  3  0", "valence", 7),
  ])
  func `each mistake is named with its line`(
    line: Int,
    text: String,
    code: String,
    found: Int
  ) throws {
    let all = try findings(ethanol(line, text))
    #expect(all.contains { $0.code == code && $0.line == found && $0.severity == .error }, "\(all)")
  }

  @Test func `each record of an SD file is examined, lines counted through the file`() throws {
    let records = ethanol() + "$$$$\n" + ethanol(9, "  2  2  1  0") + "$$$$\n"
    let all = try findings(records, path: "list.sdf")
    #expect(all.map(\.code) == ["bond-to-itself"])
    #expect(all.first?.line == 20)
  }

  @Test func `a long list of mistakes is cut off`() throws {
    let bad = ethanol(8, "  1  7  1  0")
    let all = try findings(
      String(repeating: bad + "$$$$\n", count: 12_000),
      path: "list.sdf"
    )
    #expect(all.count < 10_200)
    #expect(all.last?.code == "more-findings")
  }

  @Test func `mutated files are never a trap`() throws {
    let seed: UInt64 = 7
    var generator = SplitMix(seed: seed)
    let folder = fixture("mol")
    let originals = try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map {
      Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/" + $0)))
    }
    for _ in 0..<2000 {
      guard var bytes = originals.randomElement(using: &generator) else { continue }
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch generator.next() % 4 {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(UInt8(ascii: "9"), at: place)
        default: bytes.removeSubrange(place..<min(bytes.count, place + 20))
        }
        if bytes.isEmpty { bytes = [0x0A] }
      }
      let path = generator.next() % 2 == 0 ? "a.mol" : "a.sdf"
      let source = ValidationSource(bytes: bytes, origin: .file, path: path)
      _ = try plugin.validate(source)
      if generator.next() % 8 == 0, let document = try? plugin.read(source) {
        for exporter in plugin.exporters { _ = try? exporter.write(document) }
      }
    }
  }
}
