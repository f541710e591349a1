import Tensors

/// Reads a JSON file that a checkpoint folder holds.
///
/// - Parameters:
///   - path: The file.
///   - limit: Largest size in bytes that is read.
/// - Returns: The file's value.
/// - Throws: ``CheckpointError`` when the file is missing, too large or not JSON.
package func readJSON(path: String, limit: Int = 16 << 20) throws(CheckpointError) -> JSONValue {
  let storage = try mapFile(path)
  guard storage.byteCount <= limit else {
    throw CheckpointError(
      path: path,
      expected: "at most \(limit) bytes of JSON",
      found: "\(storage.byteCount) bytes"
    )
  }
  return try parseJSON(storage.bytes, path: path)
}

/// Maps a file, with the failure as a checkpoint error.
func mapFile(_ path: String) throws(CheckpointError) -> ByteStorage {
  // Opening a pipe would wait for a writer, so this is asked before.
  if let isRegular = isRegularFile(path), !isRegular {
    throw CheckpointError(path: path, expected: "a file", found: "a folder or device")
  }
  do {
    return try ByteStorage(mapping: path)
  } catch {
    throw CheckpointError(
      path: path,
      expected: "a readable file",
      found: "\(error)".dropPrefix("\(path): ")
    )
  }
}

func parseJSON(
  _ bytes: UnsafeRawBufferPointer,
  path: String,
  subject: String? = nil
) throws(CheckpointError) -> JSONValue {
  do {
    return try JSONParser.parse(bytes)
  } catch {
    throw CheckpointError(
      path: path,
      subject: subject,
      expected: "JSON with \(error.expected) at byte \(error.offset)",
      found: "something else there",
      advice: "copy the file again: it is damaged or not what its name says"
    )
  }
}

extension String {
  fileprivate func dropPrefix(_ prefix: String) -> String {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : self
  }
}
