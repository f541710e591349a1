/// Builds the text of an XML document, two spaces a level.
struct MusicXMLText {
  /// The text so far.
  private(set) var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
  private var open: [String] = []

  init() {}

  /// Adds lines as they are.
  mutating func line(_ line: String) { text += line + "\n" }

  private mutating func indent() {
    for _ in open { text += "  " }
  }

  /// Opens an element.
  mutating func begin(_ name: String, _ attributes: KeyValuePairs<String, String?> = [:]) {
    indent()
    text += "<\(name)\(Self.attributes(attributes))>\n"
    open.append(name)
  }

  /// Closes the element that was opened last.
  mutating func end() {
    guard let name = open.popLast() else { return }
    indent()
    text += "</\(name)>\n"
  }

  /// An element without content.
  mutating func empty(_ name: String, _ attributes: KeyValuePairs<String, String?> = [:]) {
    indent()
    text += "<\(name)\(Self.attributes(attributes))/>\n"
  }

  /// An element with text.
  mutating func leaf(
    _ name: String,
    _ content: String,
    _ attributes: KeyValuePairs<String, String?> = [:]
  ) {
    guard !content.isEmpty else { return empty(name, attributes) }
    indent()
    text += "<\(name)\(Self.attributes(attributes))>\(Self.escaped(content))</\(name)>\n"
  }

  /// An element with a number.
  mutating func leaf(_ name: String, _ number: Int) { leaf(name, String(number)) }

  private static func attributes(_ attributes: KeyValuePairs<String, String?>) -> String {
    var text = ""
    for (name, value) in attributes {
      if let value { text += " \(name)=\"\(escaped(value))\"" }
    }
    return text
  }

  /// Text as it stands between tags and between quotation marks.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      // White space that a parser would change otherwise.
      case "\t", "\n", "\r": escaped += "&#\(scalar.value);"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// The first character that XML 1.0 does not have, not even as a reference.
  static func forbiddenScalar(in text: String) -> Unicode.Scalar? {
    text.unicodeScalars.first { scalar in
      switch scalar.value {
      case 0x09, 0x0A, 0x0D, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: false
      default: true
      }
    }
  }
}
