import Foundation
import TaskProtocol

/// One line of `PAIRS.jsonl`: an image or a prediction, and what is right.
struct EvaluationPair: Decodable {
  /// Names the pair in reports and joins it with predictions from elsewhere.
  let id: String
  /// The image, relative to the folder of the file.
  let image: String?
  /// What another tool made of the image.
  let prediction: String?
  /// What is right, in the task's language; several where more than one answer is.
  let references: [String]

  enum CodingKeys: String, CodingKey {
    case id, image, prediction
    case references = "reference"
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    id = try values.decode(String.self, forKey: .id)
    image = try values.decodeIfPresent(String.self, forKey: .image)
    prediction = try values.decodeIfPresent(String.self, forKey: .prediction)
    if let one = try? values.decode(String.self, forKey: .references) {
      references = [one]
    } else {
      references = try values.decode([String].self, forKey: .references)
      guard !references.isEmpty else {
        throw DecodingError.typeMismatch(
          [String].self,
          .init(codingPath: [CodingKeys.references], debugDescription: "no reference")
        )
      }
    }
  }
}

extension EvaluationPair {
  /// The pairs of a file, at least one.
  ///
  /// - Throws: ``ToolError`` that names the file and what is wrong with it.
  static func list(_ data: Data, path: String) throws(ToolError) -> [EvaluationPair] {
    let list = try JSONLines.read(Self.self, from: data, path: path)
    guard !list.isEmpty else { throw ToolError("\(path): holds no pairs", exit: .unreadable) }
    return list
  }
}

/// One line of a predictions file.
struct EvaluationPrediction: Decodable {
  /// The pair it belongs to.
  let id: String
  /// The tool's output.
  let prediction: String

  /// The outputs of a file by id.
  static func texts(
    _ path: String,
    in environment: ToolEnvironment
  ) throws -> [String: String] {
    let lines = try JSONLines.read(Self.self, from: environment.readFile(path), path: path)
    return Dictionary(lines.map { ($0.id, $0.prediction) }) { _, last in last }
  }
}

/// One line of a judgements file: what programs elsewhere said of a pair, by their names.
struct EvaluationJudgement: Decodable {
  /// The pair it belongs to.
  let id: String
  /// All other members.
  let judgements: [String: JSONValue]

  enum CodingKeys: String, CodingKey {
    case id
  }

  init(from decoder: any Decoder) throws {
    id = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .id)
    var members = try decoder.singleValueContainer().decode([String: JSONValue].self)
    members["id"] = nil
    judgements = members
  }

  /// What a file says, by id.
  static func byID(
    _ path: String,
    in environment: ToolEnvironment
  ) throws -> [String: [String: JSONValue]] {
    let lines = try JSONLines.read(Self.self, from: environment.readFile(path), path: path)
    return Dictionary(lines.map { ($0.id, $0.judgements) }) { _, last in last }
  }
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
    // A slice of an array is split several times as fast as one of Data.
    for (index, line) in Array(data)
      .split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
    where !line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) {
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
