import Foundation

/// One line of `PAIRS.jsonl`: an image or a prediction, and what is right.
struct EvaluationPair: Decodable {
  /// Names the pair in reports and joins it with predictions from elsewhere.
  let id: String
  /// The image, relative to the folder of the file.
  let image: String?
  /// What another tool made of the image.
  let prediction: String?
  /// What is right, in the task's language.
  let reference: String
}

/// One line of a predictions file.
struct EvaluationPrediction: Decodable {
  /// The pair it belongs to.
  let id: String
  /// The tool's output.
  let prediction: String
}

/// Reads files with one JSON object a line.
enum JSONLines {
  /// The objects of a text.
  ///
  /// - Parameters:
  ///   - type: What a line holds.
  ///   - data: UTF-8; empty lines are passed over.
  ///   - path: The file's name for errors.
  /// - Returns: One value per line.
  /// - Throws: ``ToolError`` that names the file, the line and the member that is wrong.
  static func read<Value: Decodable>(
    _ type: Value.Type,
    from data: Data,
    path: String
  ) throws(ToolError) -> [Value] {
    var values: [Value] = []
    for (index, line) in data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .enumerated() where !line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 })
    {
      do {
        values.append(try JSONDecoder().decode(type, from: Data(line)))
      } catch {
        throw ToolError("\(path):\(index + 1): \(reason(of: error))", exit: .unreadable)
      }
    }
    return values
  }

  private static func reason(of error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, _):
      "has no member '\(key.stringValue)'"
    case DecodingError.typeMismatch(_, let context) where !context.codingPath.isEmpty,
      DecodingError.valueNotFound(_, let context) where !context.codingPath.isEmpty:
      "the member '\(context.codingPath.map(\.stringValue).joined(separator: "."))' has another type"
        + " than expected"
    default: "is not a JSON object"
    }
  }
}
