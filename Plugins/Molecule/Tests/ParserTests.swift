import MoleculeDomain
import TaskProtocol
import Testing

@Suite struct ParserTests {
  private func codes(_ text: String) -> [String] {
    MoleculeReading(Array(text.utf8)).issues.map(\.code)
  }

  @Test(arguments: [
    ("C11", "ring-to-itself", 2), ("C12CCCCC12", "duplicate-bond", 9),
    ("C-1CCCCC=1", "ring-bond-conflict", 8), ("C.1CC1", "ring-without-atom", 2),
    ("C1CC", "ring-not-closed", 1), ("CC(C", "branch-not-closed", 2),
    ("C)C", "branch-not-open", 1), ("C()C", "empty-branch", 2), ("C=", "dangling-bond", 1),
    ("C==C", "bond-without-atom", 2), ("[C+16]", "charge-range", 2),
    ("[1000C]", "isotope-range", 1), ("C%1CC", "ring-number", 1), ("[C", "bracket", 2),
    ("[Xx]", "element", 1), ("CXC", "unexpected-character", 1), ("C(C)(C)(C)(C)C", "valence", 0),
    ("c1cccc1", "kekulization", 5), ("cc", "aromatic-outside-ring", 0),
    ("C..C", "empty-component", 2),
  ])
  func `the offending character is named`(text: String, code: String, offset: Int) {
    let issue = MoleculeReading(Array(text.utf8)).issues.first
    #expect(issue?.code == code)
    #expect(issue?.offset == offset)
  }

  @Test(arguments: ["C(C)1CC1", "[HH1]", "C%(100)CC%(100)", "C~C", "[#6]"])
  func `what only other tools write is an error for a model and a warning in a file`(
    text: String
  ) throws {
    let plugin = MoleculePlugin()
    let asFile = try plugin.validate(ValidationSource(bytes: Array(text.utf8), origin: .file))
    let asModel = try plugin.validate(ValidationSource(modelOutput: text))
    #expect(asFile.map(\.severity) == asModel.map { _ in .warning })
    #expect(asModel.contains { $0.severity == .error })
  }

  @Test func `hydrogens, charges and formula are filled in`() throws {
    let document = try MoleculePlugin().parse("C[N+](C)(C)CC(=O)[O-].[Na+].c1cc[nH]c1\n")
    #expect(document.formula == "C9H16N2NaO2+")
    #expect(document.componentCount == 3)
    #expect(document.atoms[0].hydrogens == 3)
    #expect(document.smiles == "C[N+](C)(C)CC(=O)[O-].[Na+].c1cc[nH]c1")
  }

  @Test func `a thousand rings and ten thousand branches are read`() {
    let nested =
      String(repeating: "C(", count: 10_000) + "C" + String(repeating: ")", count: 10_000)
    #expect(codes(nested) == [])
    #expect(codes(String(repeating: "C1CC1", count: 1000)) == [])
  }

  @Test func `a file names line and column of its mistakes`() throws {
    let text = "CCO ethanol\n\n  C1CC broken\n"
    let findings = try MoleculePlugin().validate(
      ValidationSource(bytes: Array(text.utf8), origin: .file)
    )
    #expect(findings.map(\.code) == ["ring-not-closed"])
    #expect(findings.first?.line == 3)
    #expect(findings.first?.column == 4)
  }
}
