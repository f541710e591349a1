import ChemistryToolkit
import TaskProtocol

/// How a predicted molecule is compared with the one that was drawn.
///
/// Canonical forms and fingerprints are libindigo's; figures from RDKit's are other variants and not
/// comparable where the two disagree about aromaticity or stereochemistry.
enum MoleculeMetrics {
  static let all: [TaskMetric] =
    [
      TaskMetric(
        name: "exact-indigo",
        summary:
          "1 where both have the same canonical SMILES of libindigo, stereochemistry included; "
          + "strings without one must be equal as text.",
        score: { exact($0, $1, keepingStereochemistry: true) }
      ),
      TaskMetric(
        name: "exact-indigo-flat",
        summary: "As exact-indigo, with every mark of stereochemistry taken off both.",
        score: { exact($0, $1, keepingStereochemistry: false) }
      ),
      TaskMetric(
        name: "valid-rdkit-2026.09",
        summary: "1 where the prediction is valid by the rules that this plugin follows.",
        score: { prediction, _ in MoleculeReading(modelOutput: prediction).document == nil ? 0 : 1 }
      ),
      TaskMetric(
        name: "tanimoto-indigo-sim",
        summary:
          "Tanimoto coefficient of libindigo's similarity fingerprints, 0 to 1; 0 where one of "
          + "the two is no molecule.",
        score: tanimoto
      ),
      TaskMetric(
        name: "inchi-match",
        summary: "1 where both have the same standard InChI; only where libinchi is installed.",
        pairScore: { pair in
          guard StandardInChI.isAvailable else { return nil }
          guard let found = StandardInChI.identifier(of: pair.prediction) else { return 0 }
          return pair.references.contains { StandardInChI.identifier(of: $0) == found } ? 1 : 0
        }
      ),
    ] + MolScribeScores.all

  private static func exact(
    _ prediction: String,
    _ reference: String,
    keepingStereochemistry: Bool
  ) -> Double {
    let forms = [prediction, reference].map { text -> String in
      let reading = MoleculeReading(modelOutput: text)
      let form = try? reading.document?.canonicalForm(
        keepingStereochemistry: keepingStereochemistry
      )
      // Text that is no molecule can still be right when the reference is none either.
      return form ?? "text " + text.filter { !$0.isWhitespace }
    }
    return forms[0] == forms[1] ? 1 : 0
  }

  private static func tanimoto(_ prediction: String, _ reference: String) -> Double {
    guard let first = MoleculeReading(modelOutput: prediction).document,
      let second = MoleculeReading(modelOutput: reference).document
    else { return 0 }
    let value = try? ChemistryToolkit.read(first.plainSMILES, second.plainSMILES) {
      (one, other) throws(ToolkitFailure) in try one.tanimoto(to: other)
    }
    return value ?? 0
  }
}
