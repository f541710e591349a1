import ChemistryToolkit
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
        name: "canonical-smiles",
        fileExtension: "smi",
        mediaType: "chemical/x-daylight-smiles",
        summary: "The canonical SMILES of libindigo: equal strings are equal molecules.",
        writing: { document throws(ExportFailure) in
          try document.exporting("canonical-smiles") { () throws(ToolkitFailure) in
            try document.canonicalForm(keepingStereochemistry: true) + "\n"
          }
        }
      ),
      Exporter(
        name: "mol",
        fileExtension: "mol",
        mediaType: "chemical/x-mdl-molfile",
        summary: "MOL V2000 with a computed layout, at most 999 atoms; classes of atoms are lost.",
        writing: { document throws(ExportFailure) in try document.molfile("mol") }
      ),
      Exporter(
        name: "sdf",
        fileExtension: "sdf",
        mediaType: "chemical/x-mdl-sdfile",
        summary: "One SDF record: the MOL file, SMILES and formula.",
        writing: { document throws(ExportFailure) in
          try document.molfile("sdf")
            + "> <SMILES>\n\(document.smiles)\n\n> <FORMULA>\n\(document.formula)\n\n$$$$\n"
        }
      ),
      Exporter(
        name: "svg",
        fileExtension: "svg",
        mediaType: "image/svg+xml",
        summary: "A drawing with a computed layout, not that of the image.",
        writing: { document throws(ExportFailure) in
          let bytes = try document.depiction(.svg)
          return String(decoding: bytes, as: UTF8.self) + (bytes.last == 0x0A ? "" : "\n")
        }
      ),
      Exporter(
        name: "png",
        fileExtension: "png",
        mediaType: "image/png",
        summary: "The same drawing as pixels.",
        bytes: { document throws(ExportFailure) in try document.depiction(.png) }
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

  private func exporting<Result>(
    _ format: String,
    _ body: () throws(ToolkitFailure) -> Result
  ) throws(ExportFailure) -> Result {
    do {
      return try body()
    } catch {
      throw ExportFailure(
        format: format,
        reason: "libindigo: \(error) Use the formats smiles or json."
      )
    }
  }

  func molfile(_ format: String) throws(ExportFailure) -> String {
    try exporting(format) { () throws(ToolkitFailure) in
      try ChemistryToolkit.read(standardSMILES) { (molecule) throws(ToolkitFailure) in
        try molecule.layOut()
        let text = try molecule.molfile()
        return text.hasSuffix("\n") ? text : text + "\n"
      }
    }
  }

  private func depiction(
    _ format: ToolkitMolecule.DepictionFormat
  ) throws(ExportFailure) -> [UInt8] {
    try exporting(format.rawValue) { () throws(ToolkitFailure) in
      try ChemistryToolkit.read(standardSMILES) { (molecule) throws(ToolkitFailure) in
        try molecule.layOut()
        return try molecule.depiction(format)
      }
    }
  }

  /// The string with R groups as libindigo writes numbered sites: `[*:1]`.
  private var standardSMILES: String {
    kekuleSMILES { label in label.map { "[*:\($0)]" } ?? "*" }
  }
}
