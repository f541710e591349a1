public import OutputConstraints
public import TaskProtocol

/// Reads drawings of molecules as SMILES.
public struct MoleculePlugin: TaskPlugin {
  /// The plugin; it holds no state.
  public init() {}

  /// Prompt `molecule`, images padded to a square, at most 256 tokens.
  public var manifest: TaskManifest {
    TaskManifest(
      id: "molecule",
      version: "1.0.0",
      title: "Molecule drawings to SMILES",
      summary: """
        Transcribes the drawing of one molecule into SMILES, checks syntax, valence and aromatic \
        systems by the rules of RDKit 2026.09, and writes it as SMILES or JSON.
        """,
      promptPrefix: "molecule",
      imagePolicy: .pad,
      maximumTokens: 256
    )
  }

  /// Reads the model's output, white space around it aside.
  ///
  /// - Throws: ``ParseFailure`` when the text is not one SMILES string whose chemistry is possible.
  public func parse(_ text: String) throws(ParseFailure) -> MoleculeDocument {
    let reading = MoleculeReading(modelOutput: text)
    guard let document = reading.document else {
      throw ParseFailure(findings: reading.issues.map { $0.finding(line: nil, strict: true) })
    }
    return document
  }

  /// SMILES as written, and JSON.
  public var exporters: [Exporter<MoleculeDocument>] { MoleculeDocument.exporters }

  /// SMILES of possible molecules: see README.md for what it leaves out.
  public var constraint: (any OutputConstraint)? { SMILESConstraint() }

  /// None yet.
  public var metrics: [TaskMetric] { [] }
}
