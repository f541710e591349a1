import TaskProtocol

/// Exact match as MolScribe's `evaluate.py` makes molecules alike, with libindigo's canonical form instead
/// of RDKit's.
///
/// Qian et al., "MolScribe: robust molecular structure recognition with image-to-graph generation", 2023.
/// A string that is no molecule is compared as it is, and an empty reference is never matched.
enum MolScribeScores {
  static let all: [TaskMetric] = [
    TaskMetric(
      name: "molscribe-canon-smiles-indigo",
      summary: "1 where both are the same molecule but for double bond geometry, with R groups and"
        + " unknown groups made alike; MolScribe's main figure.",
      score: { same($0, $1, .geometryRemoved) }
    ),
    TaskMetric(
      name: "molscribe-canon-smiles-em-indigo",
      summary: "As molscribe-canon-smiles-indigo, with double bond geometry.",
      score: { same($0, $1, .whole) }
    ),
    TaskMetric(
      name: "molscribe-graph-indigo",
      summary:
        "As molscribe-canon-smiles-indigo, without any stereochemistry, isotopes and the numbers"
        + " of R groups.",
      score: { same($0, $1, .graph) }
    ),
    TaskMetric(
      name: "molscribe-chiral-indigo",
      summary: "molscribe-canon-smiles-indigo of the references that have stereocentres.",
      pairScore: { pair in
        let forms = pair.references.map { form($0, .geometryRemoved) }
        guard forms.contains(where: { $0.contains("@") }) else { return nil }
        return forms.contains(form(pair.prediction, .geometryRemoved)) ? 1 : 0
      }
    ),
  ]

  /// What of a molecule counts.
  private enum Detail {
    case whole, geometryRemoved, graph
  }

  private static func same(_ prediction: String, _ reference: String, _ detail: Detail) -> Double {
    !reference.isEmpty && form(prediction, detail) == form(reference, detail) ? 1 : 0
  }

  private static func form(_ text: String, _ detail: Detail) -> String {
    guard !text.isEmpty else { return "" }
    var text = text
    if detail != .whole { text.removeAll { $0 == "/" || $0 == "\\" } }
    text = withPlainGroups(text, keepingNumbers: detail != .graph)
    let reading = MoleculeReading(modelOutput: text)
    let canonical = try? reading.document?.canonicalForm(keepingStereochemistry: detail != .graph)
    return canonical ?? "text " + text
  }

  /// The text with `[R12]` as `[12*]` and brackets that hold no atom as `*`.
  private static func withPlainGroups(_ text: String, keepingNumbers: Bool) -> String {
    var result = ""
    var rest = text[...]
    while let open = rest.firstIndex(of: "[") {
      result += rest[..<open]
      rest = rest[open...]
      guard let close = rest.firstIndex(of: "]"), close > rest.index(after: open) else { break }
      let symbol = rest[rest.index(after: open)..<close]
      let digits = symbol.dropFirst()
      if symbol.first == "R", !digits.isEmpty, digits.allSatisfy(\.isWholeNumber) {
        result += keepingNumbers ? "[\(digits)*]" : "*"
      } else {
        var reader = BracketReader(bytes: Array("[\(symbol)]".utf8), position: 0)
        if (try? reader.read()) == nil {
          result += "*"
        } else {
          // An isotope is all that may stand before the symbol.
          result += keepingNumbers ? "[\(symbol)]" : "[\(symbol.drop(while: \.isWholeNumber))]"
        }
      }
      rest = rest[rest.index(after: close)...]
    }
    return result + rest
  }
}
