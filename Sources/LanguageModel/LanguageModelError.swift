/// A request that the decoder cannot serve.
package enum LanguageModelError: Error, Equatable, CustomStringConvertible {
  /// A token id has no row in the embedding table.
  case tokenOutOfRange(id: Int, rows: Int)
  /// The request's key and value cache would be larger than the limit.
  case requestTooLarge(positions: Int, bytes: Int, limit: Int)
  /// The system does not grant the memory of the request's key and value cache.
  case outOfMemory(positions: Int, bytes: Int)

  package var description: String {
    switch self {
    case .tokenOutOfRange(let id, let rows):
      "token id \(id): expected 0..<\(rows), the rows of the embedding table"
    case .requestTooLarge(let positions, let bytes, let limit):
      "\(positions) positions: the key and value cache needs "
        + (bytes == .max ? "more bytes than an address holds" : "\(bytes) bytes")
        + ", the limit is \(limit); lower the maximum number of tokens"
    case .outOfMemory(let positions, let bytes):
      "\(positions) positions: the key and value cache needs \(bytes) bytes, more than the system "
        + "grants; lower the maximum number of tokens"
    }
  }
}
