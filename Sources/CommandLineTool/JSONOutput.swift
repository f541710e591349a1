import Foundation

/// JSON as the commands print it: sorted keys, so that equal results are equal bytes.
enum JSONOutput {
  /// Indented, over several lines.
  ///
  /// - Parameters:
  ///   - value: What to print.
  ///   - namesInSnakeCase: Whether `propertyName` is printed as `property_name`.
  /// - Returns: The text without a final newline.
  /// - Throws: What encoding the value throws.
  static func pretty(_ value: some Encodable, namesInSnakeCase: Bool = false) throws -> String {
    try encode(value, [.prettyPrinted], namesInSnakeCase ? .convertToSnakeCase : .useDefaultKeys)
  }

  /// On one line.
  static func line(_ value: some Encodable) throws -> String {
    try encode(value, [])
  }

  private static func encode(
    _ value: some Encodable,
    _ formatting: JSONEncoder.OutputFormatting,
    _ keys: JSONEncoder.KeyEncodingStrategy = .useDefaultKeys
  ) throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = keys
    encoder.outputFormatting = formatting.union([.sortedKeys, .withoutEscapingSlashes])
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

/// Writes the elements of a run as they come: one object alone, several as an array or as lines.
struct JSONSequence {
  /// How elements are put together.
  enum Layout {
    /// A single indented object, or an array when there are several.
    case json(elementCount: Int)
    /// One object per line.
    case lines
  }

  private let layout: Layout
  private let stream: TextStream
  private var written = 0

  init(layout: Layout, stream: TextStream) {
    self.layout = layout
    self.stream = stream
  }

  /// Writes the next element.
  mutating func append(_ value: some Encodable) throws {
    switch layout {
    case .lines:
      stream.writeLine(try JSONOutput.line(value))
    case .json(let count) where count == 1:
      stream.writeLine(try JSONOutput.pretty(value))
    case .json:
      stream.write((written == 0 ? "[\n" : ",\n") + (try JSONOutput.pretty(value)))
    }
    written += 1
  }

  /// Closes what is open.
  func finish() {
    guard case .json(let count) = layout, count != 1 else { return }
    stream.write(written == 0 ? "[]\n" : "\n]\n")
  }
}
