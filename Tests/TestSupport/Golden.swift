package import Checkpoints
package import JSONText
import Tensors

/// The recorded reference values of one tiny checkpoint under `Tests/Goldens`.
package struct Golden: Sendable {
  /// Folder of the case: a whole checkpoint besides the recorded values.
  package let checkpointDirectory: String
  /// Contents of `dump.json`: token ids, texts, log-probabilities.
  package let values: JSONTree
  private let dump: SafetensorsFile

  /// `Tests/Goldens` of this source tree.
  package static let root: String = {
    let file = #filePath
    let tests = file.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
    return tests.joined(separator: "/") + "/Goldens"
  }()

  /// Opens a case.
  ///
  /// - Parameter name: Folder name such as `paligemma1`.
  /// - Throws: ``CheckpointError`` when `make_goldens.py` was not run for it.
  package init(case name: String) throws(CheckpointError) {
    self.checkpointDirectory = "\(Golden.root)/\(name)"
    self.dump = try SafetensorsFile(path: "\(checkpointDirectory)/dump.safetensors")
    self.values = try readJSON(path: "\(checkpointDirectory)/dump.json")
  }

  /// Names of all recorded tensors, sorted.
  package var tensorNames: [String] { dump.entries.keys.sorted() }

  /// A recorded tensor.
  ///
  /// - Returns: Extents, outermost first, and the elements, row-major.
  /// - Throws: ``CheckpointError`` when the case has no such tensor.
  package func tensor(
    _ name: String
  ) throws(CheckpointError) -> (shape: [Int], values: [Float]) {
    let view = try dump.tensor(name)
    return (view.shape.extents, view.floats())
  }

  /// A value of `dump.json` under nested member names.
  ///
  /// - Throws: ``CheckpointError`` when there is none.
  package func value(_ names: String...) throws(CheckpointError) -> JSONTree {
    var value = values
    for name in names {
      guard let member = value.object?[name] else { throw missing(names, "a value") }
      value = member
    }
    return value
  }

  /// An array of whole numbers, such as token ids.
  package func integers(_ names: String...) throws(CheckpointError) -> [Int] {
    try numbers(names, "whole numbers") { $0.integer }
  }

  /// An array of numbers, such as log-probabilities.
  package func floats(_ names: String...) throws(CheckpointError) -> [Float] {
    try numbers(names, "numbers") { $0.double.map { Float($0) } }
  }

  private func numbers<Number>(
    _ names: [String],
    _ expected: String,
    _ convert: (JSONTree) -> Number?
  ) throws(CheckpointError) -> [Number] {
    var value: JSONTree? = values
    for name in names {
      value = value?.object?[name]
    }
    guard let elements = value?.array else { throw missing(names, "an array of \(expected)") }
    let numbers = elements.compactMap(convert)
    guard numbers.count == elements.count else {
      throw missing(names, "an array of \(expected)")
    }
    return numbers
  }

  private func missing(_ names: [String], _ expected: String) -> CheckpointError {
    CheckpointError(
      path: "\(checkpointDirectory)/dump.json",
      subject: names.joined(separator: "."),
      expected: expected,
      found: "none",
      advice: "run Tests/Goldens/make_goldens.py"
    )
  }
}
