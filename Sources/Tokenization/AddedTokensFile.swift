import FileAccess
import JSONText

/// Tokens that lie beside a `tokenizer.model`, because its vocabulary was extended later.
///
/// `added_tokens.json` maps each to its id: for PaliGemma `{"<image>": 257152}`. Those that
/// `special_tokens_map.json` names are control tokens, as is `<image>`; the others are text.
enum AddedTokensFile {
  /// Largest accepted file in bytes.
  static let sizeLimit = 1 << 24

  /// Reads the files in the folder of a `tokenizer.model`; no file means no tokens.
  static func tokens(besideModel path: String) throws(TokenizerError) -> [AddedToken] {
    let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    let prefix = folder.isEmpty ? "" : folder.joined(separator: "/") + "/"
    guard let file = try read(prefix + "added_tokens.json") else { return [] }
    var special: Set<[UInt8]> = [Array("<image>".utf8)]
    if let map = try read(prefix + "special_tokens_map.json") {
      for member in try map.members() { collect(member.node.value, into: &special) }
    }
    var tokens: [AddedToken] = []
    var ids: Set<Int> = []
    for (content, node) in try file.members() {
      let id = try node.integer(in: 0...PieceTable.idLimit - 1)
      guard !content.isEmpty, ids.insert(id).inserted else {
        throw node.failure(expected: "a text that is not empty, and each id once")
      }
      tokens.append(AddedToken(id: id, content: content, isSpecial: special.contains(content)))
    }
    return tokens
  }

  private static func read(_ path: String) throws(TokenizerError) -> JSONNode? {
    guard fileExists(path) else { return nil }
    let bytes = try readFile(path, limit: sizeLimit)
    do {
      return JSONNode(value: try JSONTree(parsing: bytes), field: "", path: path)
    } catch {
      throw TokenizerError(path: path, error)
    }
  }

  /// Adds the spellings in `"<eos>"`, `{"content": "<eos>", ...}` or an array of them.
  private static func collect(_ value: JSONTree, into special: inout Set<[UInt8]>) {
    switch value {
    case .string(let text): special.insert(Array(text.utf8))
    case .array(let elements): for element in elements { collect(element, into: &special) }
    case .object(let members):
      if let content = members["content"] { collect(content, into: &special) }
    default: break
    }
  }
}
