import Foundation
import TaskProtocol

extension MoleculeDocument {
  static var exporters: [Exporter<MoleculeDocument>] {
    [
      Exporter(
        name: "smiles",
        fileExtension: "smi",
        mediaType: "chemical/x-daylight-smiles",
        summary: "SMILES exactly as the model wrote it.",
        write: { $0.smiles + "\n" }
      ),
      Exporter(
        name: "json",
        fileExtension: "json",
        mediaType: "application/json",
        summary: "Atoms and bonds, and the text they were read from.",
        write: { $0.json }
      ),
    ]
  }

  private var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // Encoding numbers and strings cannot fail.
    let data = (try? encoder.encode(self)) ?? Data()
    return String(decoding: data, as: UTF8.self) + "\n"
  }
}
