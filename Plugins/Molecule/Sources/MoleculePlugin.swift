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
      version: "1.1.0",
      title: "Molecule drawings to SMILES",
      summary: """
        Transcribes the drawing of one molecule into SMILES, checks syntax, valence and aromatic \
        systems by the rules of RDKit 2026.09, and writes it as SMILES, MOL, SDF, SVG, PNG or JSON.
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
    return document.withCanonicalSMILES()
  }

  /// SMILES as written and canonical, MOL, SDF, SVG, PNG and JSON.
  public var exporters: [Exporter<MoleculeDocument>] { MoleculeDocument.exporters }

  /// SMILES of possible molecules: see README.md for what it leaves out.
  public var constraint: (any OutputConstraint)? { SMILESConstraint() }

  /// Canonical exact match with and without stereochemistry, validity and a Tanimoto coefficient.
  public var metrics: [TaskMetric] { MoleculeMetrics.all }

  /// SMILES, MOL and SD files.
  public var inputFormats: [InputFormat] { MoleculeFormat.allCases.map(\.inputFormat) }

  /// One part per atom: the bytes of its symbol or bracket.
  public func parts(of text: String) -> [TextPart] {
    let leading = text.utf8.prefix { $0.isWhiteSpace }.count
    return MoleculeReading(modelOutput: text).document?.parts(from: leading) ?? []
  }
}
