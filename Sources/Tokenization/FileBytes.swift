import FileAccess

/// Reads a whole regular file, with the failure as a tokenizer error.
///
/// - Parameters:
///   - path: The file.
///   - limit: Largest accepted size in bytes; checked before memory is taken.
/// - Returns: All bytes of the file.
/// - Throws: ``TokenizerError`` when the file is absent, not regular, too large or unreadable.
func readFile(_ path: String, limit: Int) throws(TokenizerError) -> [UInt8] {
  do {
    return try RegularFile(opening: path).bytes(limit: limit)
  } catch {
    throw TokenizerError(
      path: path,
      field: "file",
      expected: error.expected,
      found: error.found
    )
  }
}
