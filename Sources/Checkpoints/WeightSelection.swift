package import Tensors

/// Which of a folder's weights are used.
package enum WeightSelection: Sendable, Equatable {
  /// The weights as published where they are present, otherwise the quantized file, if it is the only
  /// one.
  case automatic
  /// The weights as published.
  case original
  /// The file that ``QuantizedFile`` names.
  case quantized(WeightBits)
}

/// The file with quantized weights that `copyist model quantize` writes beside `config.json`.
///
/// A safetensors file. Matrices are `U8` tensors with the bytes of a ``QuantizedView``, under the names
/// that the published files give them; everything else is as published. The data begins at a multiple of
/// 64 bytes, and matrices stand first. Its `__metadata__` has the members of ``Field``.
package enum QuantizedFile {
  /// Number of the layout; a reader refuses others.
  package static let version = "1"

  /// Members of `__metadata__`, all strings.
  package enum Field: String, CaseIterable {
    /// ``QuantizedFile/version``.
    case version = "copyist.quantized"
    /// `8` or `4`.
    case bits = "copyist.bits"
    /// Element type of the published embedding table, such as `BF16`.
    case embeddingType = "copyist.embedding_type"
    /// SHA-256 over the published weights: of the lines that `sha256sum` prints for their files, sorted
    /// by name.
    case sourceSum = "copyist.source_sha256"
    /// SHA-256 of the data: of everything after the header.
    case dataSum = "copyist.data_sha256"
  }

  /// Name of the file in the checkpoint's folder.
  package static func name(_ bits: WeightBits) -> String {
    "copyist-\(bits.rawValue)bit.safetensors"
  }

  /// What the metadata of a quantized file says.
  package struct Description: Sendable, Equatable {
    /// Bits per weight.
    package let bits: WeightBits
    /// Element type of the published embedding table.
    package let embeddingType: ElementType
    /// SHA-256 of the published weights, hexadecimal.
    package let sourceSum: String
    /// SHA-256 of the data, hexadecimal.
    package let dataSum: String

    /// Reads the metadata of a file; `nil` for a file of another kind.
    ///
    /// - Throws: ``CheckpointError`` for another version, and fields that are missing or wrong.
    package init?(_ file: SafetensorsFile) throws(CheckpointError) {
      guard let version = file.metadata[Field.version.rawValue] else { return nil }
      func failure(_ field: Field, _ expected: String) -> CheckpointError {
        CheckpointError(
          path: file.path,
          subject: "__metadata__.\(field.rawValue)",
          expected: expected,
          found: file.metadata[field.rawValue].map { "\"\($0)\"" } ?? "none",
          advice: "write the file again with 'copyist model quantize'"
        )
      }
      guard version == QuantizedFile.version else {
        throw failure(.version, "\"\(QuantizedFile.version)\"")
      }
      func text(_ field: Field) -> String { file.metadata[field.rawValue] ?? "" }
      guard let bits = Int(text(.bits)).flatMap(WeightBits.init(rawValue:)) else {
        throw failure(.bits, "\"8\" or \"4\"")
      }
      guard let type = ElementType(rawValue: text(.embeddingType)) else {
        throw failure(.embeddingType, "\"F32\", \"F16\" or \"BF16\"")
      }
      for field in [Field.sourceSum, .dataSum] {
        let sum = text(field)
        guard sum.utf8.count == 64, sum.allSatisfy(\.isHexDigit) else {
          throw failure(field, "64 hexadecimal digits")
        }
      }
      self.bits = bits
      self.embeddingType = type
      self.sourceSum = text(.sourceSum)
      self.dataSum = text(.dataSum)
    }
  }
}
