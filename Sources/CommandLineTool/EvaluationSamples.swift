import Checksums
import Foundation
import Metrics
import TaskProtocol

/// What was found on one pair.
struct EvaluationSample: Codable {
  /// The pair's.
  let id: String
  /// The output that was scored.
  let prediction: String
  /// Whether the task's validator accepts it.
  let valid: Bool
  /// Whether the output was withheld; it then has no scores.
  var abstained = false
  /// Wall-clock time of the transcription; 0 for predictions from elsewhere.
  let seconds: Double
  /// The model's confidence; absent for predictions from elsewhere.
  var confidence: Double?
  /// Tokens of the output; absent for predictions from elsewhere.
  var tokens: Int?
  /// Probability that the constraint took away, added over all tokens; absent where there was none.
  var maskedMass: Double?
  /// What the validator said.
  let findings: [Finding]
  /// Per metric.
  let scores: PairScores

  enum CodingKeys: String, CodingKey {
    case id, prediction, valid, abstained, seconds, confidence, tokens, findings
    case maskedMass = "masked_mass"
  }
}

extension EvaluationSample {
  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    id = try values.decode(String.self, forKey: .id)
    prediction = try values.decode(String.self, forKey: .prediction)
    valid = try values.decode(Bool.self, forKey: .valid)
    abstained = try values.decodeIfPresent(Bool.self, forKey: .abstained) ?? false
    seconds = try values.decode(Double.self, forKey: .seconds)
    confidence = try values.decodeIfPresent(Double.self, forKey: .confidence)
    tokens = try values.decodeIfPresent(Int.self, forKey: .tokens)
    maskedMass = try values.decodeIfPresent(Double.self, forKey: .maskedMass)
    findings = try values.decode([Finding].self, forKey: .findings)
    scores = try PairScores(from: decoder)
  }

  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(id, forKey: .id)
    try values.encode(prediction, forKey: .prediction)
    try values.encode(valid, forKey: .valid)
    if abstained { try values.encode(true, forKey: .abstained) }
    try values.encode(seconds, forKey: .seconds)
    try values.encodeIfPresent(confidence, forKey: .confidence)
    try values.encodeIfPresent(tokens, forKey: .tokens)
    try values.encodeIfPresent(maskedMass, forKey: .maskedMass)
    try values.encode(findings, forKey: .findings)
    try scores.encode(to: encoder)
  }
}

/// What a file of samples was made with: the same is needed to go on.
struct EvaluationSetting: Codable, Equatable {
  let task: String
  let settings: [TaskSetting]
  /// Whether outputs were decoded freely.
  let check: Bool
  /// Outputs of a lower confidence are withheld.
  var abstainsBelow: Double?
  /// SHA-256 of the pairs.
  let pairs: String
  /// SHA-256 of the predictions; absent when a model ran.
  var predictions: String?
  /// SHA-256 of the judgements; absent without any.
  var judgements: String?
  /// The checkpoint; absent when none ran.
  var model: ModelReference?
  /// What made confidences of probabilities; absent where nothing did.
  var confidence: PlattScaling?
}

/// `samples.jsonl` in a folder: a line on what it was made with, then a line per pair as it is scored.
final class EvaluationSamples {
  private let handle: FileHandle
  private let path: String
  private var known: [String: EvaluationSample]

  /// Opens the file.
  ///
  /// - Parameters:
  ///   - folder: Made when it is not there.
  ///   - setting: What samples are made with.
  ///   - resumes: Whether a file that is there is gone on with.
  /// - Throws: ``ToolError`` when there is a file already, when it was made with something else, or when
  ///   the system refuses it.
  init(folder: String, setting: EvaluationSetting, resumes: Bool) throws(ToolError) {
    path = folder + "/samples.jsonl"
    let manager = FileManager.default
    let exists = manager.fileExists(atPath: path)
    if exists && !resumes {
      throw ToolError(
        "\(path): is there already; go on with --resume or name another folder",
        exit: .usage
      )
    }
    do {
      try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
      if !exists {
        try (try EvaluationSamples.line(setting)).write(to: URL(filePath: path), options: .atomic)
      }
      let file = try FileHandle(forUpdating: URL(filePath: path))
      handle = file
      known = [:]
      let data = try file.readToEnd() ?? Data()
      known = try EvaluationSamples.read(data, setting, path)
      // A line that was not written to its end is written again.
      let end = data.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
      try file.truncate(atOffset: UInt64(end))
    } catch let error as ToolError {
      throw error
    } catch {
      throw ToolError("\(path): \(ToolEnvironment.reason(of: error))", exit: .unreadable)
    }
  }

  deinit { try? handle.close() }

  /// What is known of a pair from before.
  func sample(_ id: String) -> EvaluationSample? { known[id] }

  /// Keeps a sample.
  ///
  /// - Throws: ``ToolError`` when it cannot be written.
  func keep(_ sample: EvaluationSample) throws(ToolError) {
    do {
      try handle.write(contentsOf: try EvaluationSamples.line(sample))
    } catch {
      throw ToolError("\(path): \(ToolEnvironment.reason(of: error))", exit: .failure)
    }
    known[sample.id] = sample
  }

  private static func line(_ value: some Encodable) throws -> Data {
    Data((try JSONOutput.line(value) + "\n").utf8)
  }

  private static func read(
    _ data: Data,
    _ setting: EvaluationSetting,
    _ path: String
  ) throws -> [String: EvaluationSample] {
    var lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    // What stands behind the last line end is empty or incomplete.
    lines = lines.dropLast()
    guard let first = lines.first,
      let found = try? JSONDecoder().decode(EvaluationSetting.self, from: Data(first))
    else { throw ToolError("\(path):1: is no file of samples", exit: .unreadable) }
    guard found == setting else {
      throw ToolError(
        "\(path): was made with another task, checkpoint, mode or pairs; name another folder",
        exit: .usage
      )
    }
    var samples: [String: EvaluationSample] = [:]
    for (index, line) in lines.enumerated().dropFirst() {
      guard let sample = try? JSONDecoder().decode(EvaluationSample.self, from: Data(line)) else {
        throw ToolError("\(path):\(index + 1): is no sample", exit: .unreadable)
      }
      samples[sample.id] = sample
    }
    return samples
  }
}
