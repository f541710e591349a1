import FileAccess
package import JSONText
import Tensors

/// Reads a JSON file that a checkpoint folder holds.
///
/// - Parameters:
///   - path: The file.
///   - limit: Largest size in bytes that is read.
/// - Returns: The file's value.
/// - Throws: ``CheckpointError`` when the file is missing, too large or not JSON.
package func readJSON(path: String, limit: Int = 16 << 20) throws(CheckpointError) -> JSONTree {
  let bytes: [UInt8]
  do {
    bytes = try RegularFile(opening: path).bytes(limit: limit)
  } catch {
    throw CheckpointError(error)
  }
  return try parseJSON(bytes, path: path)
}

/// Maps a file, with the failure as a checkpoint error.
func mapFile(_ path: String) throws(CheckpointError) -> ByteStorage {
  do {
    return try ByteStorage(mapping: path)
  } catch {
    throw CheckpointError(error)
  }
}

/// Reads a JSON text, with the failure as a checkpoint error.
///
/// `subject` is the part of the file that the text is, if it is not all of it.
func parseJSON(
  _ bytes: [UInt8],
  path: String,
  subject: String? = nil
) throws(CheckpointError) -> JSONTree {
  do {
    return try JSONTree(parsing: bytes)
  } catch {
    let field = error.field.isEmpty ? nil : error.field
    let place = subject != nil ? field.map { " of \($0)" } ?? "" : ""
    throw CheckpointError(
      path: path,
      subject: subject ?? field,
      expected: "JSON with \(error.expected) at line \(error.line), column \(error.column)\(place)",
      found: error.found,
      advice: "copy the file again: it is damaged or not what its name says"
    )
  }
}

extension CheckpointError {
  fileprivate init(_ error: FileError) {
    self.init(path: error.path, expected: error.expected, found: error.found)
  }
}
