import Foundation
import TaskProtocol

/// The formats of files that the plugin reads.
enum MoleculeFormat: String, CaseIterable {
  case smiles, mol, sdf

  /// The format that the user names, else that of the file name, else that of the content.
  init(_ source: ValidationSource) {
    let name = source.path.map { URL(fileURLWithPath: $0).pathExtension.lowercased() } ?? ""
    let byName = MoleculeFormat.allCases.first { $0.inputFormat.fileExtensions.contains(name) }
    if let chosen = source.format.flatMap(MoleculeFormat.init(rawValue:)) ?? byName {
      self = chosen
    } else if MolReader.recognizes(source.bytes) {
      self = MoleculeFormat.endsRecords(source.bytes) ? .sdf : .mol
    } else {
      self = .smiles
    }
  }

  private static func endsRecords(_ bytes: [UInt8]) -> Bool {
    bytes.split(separator: 0x0A).contains { $0.starts(with: "$$$$".utf8) }
  }

  var inputFormat: InputFormat {
    switch self {
    case .smiles:
      InputFormat(
        name: rawValue,
        fileExtensions: ["smi", "smiles", "can", "txt"],
        summary: "SMILES, one string a line, a name after white space."
      )
    case .mol:
      InputFormat(
        name: rawValue,
        fileExtensions: ["mol"],
        summary: "MOL files, V2000 and V3000."
      )
    case .sdf:
      InputFormat(
        name: rawValue,
        fileExtensions: ["sdf", "sd"],
        summary: "SD files: MOL records that end with $$$$."
      )
    }
  }
}
