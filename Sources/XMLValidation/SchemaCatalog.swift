import Foundation

/// The addresses that an OASIS XML catalogue gives local files for.
///
/// Entries read: `uri`, `system`, `rewriteURI` and `rewriteSystem`, also inside `group`, with
/// `xml:base`. Catalogues that name other catalogues are not followed. Source: OASIS XML Catalogs 1.1.
struct SchemaCatalog: Sendable {
  private var files: [String: String] = [:]
  private var prefixes: [(prefix: String, replacement: String)] = []

  /// The name of the file that is looked for beside a schema.
  static let fileName = "catalog.xml"

  /// A catalogue without entries.
  init() {}

  /// Reads a catalogue; what is no catalogue has no entries.
  ///
  /// - Parameters:
  ///   - bytes: The catalogue's text.
  ///   - folder: Absolute path of the folder that its relative addresses start from.
  init(_ bytes: [UInt8], in folder: String) {
    guard let root = MarkupDocument.xml(bytes).root, Self.isCatalogue(root) else { return }
    var pending: [(element: MarkupElement, base: String)] = [(root, folder)]
    while let (element, inherited) = pending.popLast() {
      guard Self.isCatalogue(element) else { continue }
      let own = element.attributes.first {
        $0.name == "base" && $0.namespace == "http://www.w3.org/XML/1998/namespace"
      }
      let base = own.map { Self.path($0.value, from: inherited) } ?? inherited
      switch element.name {
      case "uri": add(element, key: "name", value: "uri", base: base)
      case "system": add(element, key: "systemId", value: "uri", base: base)
      case "rewriteURI": add(element, key: "uriStartString", value: "rewritePrefix", base: base)
      case "rewriteSystem":
        add(element, key: "systemIdStartString", value: "rewritePrefix", base: base)
      default: break
      }
      pending += element.elements.map { ($0, base) }
    }
  }

  private static func isCatalogue(_ element: MarkupElement) -> Bool {
    element.namespace == "urn:oasis:names:tc:entity:xmlns:xml:catalog"
  }

  private mutating func add(_ element: MarkupElement, key: String, value: String, base: String) {
    guard let key = element[attribute: key], let value = element[attribute: value] else { return }
    let path = Self.path(value, from: base)
    if element.name.hasPrefix("rewrite") {
      prefixes.append((key, value.hasSuffix("/") && !path.hasSuffix("/") ? path + "/" : path))
    } else if files[key] == nil {
      files[key] = path
    }
  }

  /// The path that an address in a catalogue means.
  private static func path(_ address: String, from base: String) -> String {
    var path = address
    if path.hasPrefix("file://") { path.removeFirst("file://".count) }
    path = path.removingPercentEncoding ?? path
    return path.hasPrefix("/") || path.contains("://") ? path : base + "/" + path
  }

  /// The local file for an address, `nil` when the catalogue has none; of several rewritten
  /// beginnings the longest counts.
  func file(for address: String) -> String? {
    if let file = files[address] { return file }
    let known = prefixes.filter { address.hasPrefix($0.prefix) }
    guard let longest = known.max(by: { $0.prefix.utf8.count < $1.prefix.utf8.count }) else {
      return nil
    }
    return longest.replacement + address.dropFirst(longest.prefix.count)
  }
}
