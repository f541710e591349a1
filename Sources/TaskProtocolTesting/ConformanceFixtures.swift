import Foundation

/// Texts that a domain's author knows the verdict of.
public struct ConformanceFixtures: Sendable {
  /// Outputs that are valid and must never be blocked.
  public var accept: [String]
  /// Outputs that are not valid.
  public var reject: [String]

  /// Texts given in the program.
  public init(accept: [String], reject: [String]) {
    self.accept = accept
    self.reject = reject
  }

  /// Reads `accept.txt` and `reject.txt` of a folder.
  ///
  /// One text a line; empty lines and lines that start with `# ` are left out. `\n`, `\t` and `\\`
  /// stand for a newline, a tab and a backslash.
  ///
  /// - Throws: The system's error when a file cannot be read.
  public init(directory: String) throws {
    func texts(_ name: String) throws -> [String] {
      try String(contentsOfFile: directory + "/" + name, encoding: .utf8)
        .split(separator: "\n")
        .filter { !$0.hasPrefix("# ") }
        .map(unescaped)
    }
    self.init(accept: try texts("accept.txt"), reject: try texts("reject.txt"))
  }
}

private func unescaped(_ line: Substring) -> String {
  var text = ""
  var isEscaped = false
  for character in line {
    if isEscaped {
      text.append(character == "n" ? "\n" : character == "t" ? "\t" : character)
      isEscaped = false
    } else if character == "\\" {
      isEscaped = true
    } else {
      text.append(character)
    }
  }
  return text
}
