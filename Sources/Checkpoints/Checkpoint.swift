package import Tensors

/// A checkpoint folder in the Hugging Face layout: configuration, preprocessing and mapped weights.
///
/// Every tensor of ``TensorTable`` is checked for presence, shape and element type when the folder
/// is opened, so that ``tensor(_:)`` cannot fail for a role that the configuration has.
package final class Checkpoint: Sendable {
  /// One file with weights.
  package struct File: Sendable, Equatable, Codable {
    /// Name within the folder.
    package let name: String
    /// Size in bytes.
    package let byteCount: Int
    /// Tensors in the file.
    package let tensorCount: Int
    /// Elements in the file by the format's own type names.
    package let elementCounts: [String: Int]
  }

  /// The folder as the caller named it.
  package let directory: String
  /// What the configuration files say.
  package let configuration: ModelConfiguration
  /// How pictures become pixel values.
  package let preprocessor: PreprocessorConfiguration
  /// The declaration of every tensor.
  package let table: TensorTable
  /// How the files name tensors.
  package let layout: TensorLayout
  /// The files with weights, in the order of their names.
  package let files: [File]
  /// Parameters of the model by the format they are stored in: an element type's name, `Q8` or `Q4`.
  package let formats: [String: Int]
  /// What the file with quantized weights says of itself; `nil` for weights as published.
  package let quantization: QuantizedFile.Description?
  /// Element type of the published embedding table.
  package let embeddingType: ElementType
  /// Tensors in the files that the model does not use, sorted by name; a tied output head included.
  package let extraTensors: [String]

  private let tensors: [TensorRole: MatrixView]

  /// Opens a folder and checks all of it.
  ///
  /// - Parameters:
  ///   - directory: Holds `config.json`, safetensors files, and optionally `generation_config.json`
  ///     and `preprocessor_config.json`.
  ///   - weights: Which of the folder's weights are used.
  /// - Throws: ``CheckpointError`` for the first thing that does not hold.
  package init(
    directory: String,
    weights: WeightSelection = .automatic
  ) throws(CheckpointError) {
    let configuration = try ModelConfiguration(directory: directory)
    let preprocessor = try PreprocessorConfiguration(
      directory: directory,
      vision: configuration.vision
    )
    let table = TensorTable(configuration)
    let files = try CheckpointFiles(directory: directory, weights: weights)
    let quantization = try QuantizedFile.Description(files.files[0])
    if case .quantized(let bits) = weights, quantization?.bits != bits {
      throw CheckpointError(
        path: files.files[0].path,
        expected: "weights of \(bits.rawValue) bits from 'copyist model quantize'",
        found: quantization.map { "\($0.bits.rawValue) bits" } ?? "weights as published"
      )
    }
    let layout = try Checkpoint.detectLayout(files, table: table)
    var tensors: [TensorRole: MatrixView] = [:]
    var formats: [String: Int] = [:]
    var unused = Set(files.locations.keys)
    for entry in table.entries {
      let name = table.name(of: entry.role, in: layout)
      let (view, format) = try Checkpoint.matrix(name, entry, in: files, quantization)
      tensors[entry.role] = view
      formats[format, default: 0] += entry.shape.elementCount
      unused.remove(name)
    }
    for name in layout.headNames where files.locations[name] != nil && quantization == nil {
      let text = configuration.text
      _ = try Checkpoint.tensor(name, shape: [text.vocabularySize, text.hiddenSize], in: files)
    }
    self.directory = directory
    self.configuration = configuration
    self.preprocessor = preprocessor
    self.table = table
    self.layout = layout
    self.files = files.files.map(File.init)
    self.formats = formats
    self.quantization = quantization
    if let quantization {
      self.embeddingType = quantization.embeddingType
    } else if case .dense(let view)? = tensors[.embedding] {
      self.embeddingType = view.elementType
    } else {
      self.embeddingType = .float32
    }
    self.extraTensors = unused.sorted()
    self.tensors = tensors
  }

  /// Parameters in total; the tied output head is not counted twice.
  package var parameterCount: Int { table.parameterCount }

  /// A tensor of the model that is never quantized: everything but the matrices of the blocks and the
  /// embedding table.
  ///
  /// - Throws: ``CheckpointError`` for a role that the configuration does not have, such as a block
  ///   past the last or a post-norm of Gemma 1, and for a quantized matrix.
  package func tensor(_ role: TensorRole) throws(CheckpointError) -> TensorView {
    guard case .dense(let view) = try matrix(role) else {
      throw CheckpointError(
        path: directory,
        subject: table.name(of: role, in: layout),
        expected: "weights as published",
        found: "quantized weights"
      )
    }
    return view
  }

  /// A matrix of the model, as published or quantized.
  ///
  /// - Throws: ``CheckpointError`` for a role that the configuration does not have.
  package func matrix(_ role: TensorRole) throws(CheckpointError) -> MatrixView {
    guard let view = tensors[role] else {
      throw CheckpointError(
        path: directory,
        subject: table.name(of: role, in: layout),
        expected: "a tensor of the configuration",
        found: "none"
      )
    }
    return view
  }

  /// The layout whose names for the three parts all occur.
  private static func detectLayout(
    _ files: CheckpointFiles,
    table: TensorTable
  ) throws(CheckpointError) -> TensorLayout {
    let anchors: [TensorRole] = [.visionPatchWeight, .projectorWeight, .embedding]
    let scores = TensorLayout.allCases.map { layout in
      anchors.count { files.locations[table.name(of: $0, in: layout)] != nil }
    }
    let best = scores.max() ?? 0
    guard best > 0, let index = scores.firstIndex(of: best) else {
      let names = TensorLayout.allCases.map { table.name(of: .embedding, in: $0) }
      throw CheckpointError(
        path: files.description,
        expected: "tensor names of PaliGemma such as \(names[0])",
        found: files.locations.keys.min() ?? "no tensors",
        advice: "use a PaliGemma checkpoint in the Hugging Face layout"
      )
    }
    return TensorLayout.allCases[index]
  }

  /// A tensor as it is stored, and the name of its format.
  private static func matrix(
    _ name: String,
    _ entry: TensorTable.Entry,
    in files: CheckpointFiles,
    _ quantization: QuantizedFile.Description?
  ) throws(CheckpointError) -> (MatrixView, format: String) {
    guard let quantization, entry.isQuantizable else {
      let view = try tensor(name, shape: entry.shape, in: files)
      return (.dense(view), view.elementType.rawValue)
    }
    let view = try files.files[0].quantized(
      name,
      outputs: entry.shape[0],
      inputs: entry.shape[1],
      bits: quantization.bits
    )
    return (.quantized(view), "Q\(quantization.bits.rawValue)")
  }

  private static func tensor(
    _ name: String,
    shape: Shape,
    in files: CheckpointFiles
  ) throws(CheckpointError) -> TensorView {
    guard let number = files.locations[name] else {
      throw CheckpointError(
        path: files.description,
        subject: name,
        expected: "a tensor of shape \(shape)",
        found: "none of this name",
        advice: "download the complete checkpoint"
      )
    }
    let view = try files.files[number].tensor(name)
    guard view.shape == shape else {
      throw CheckpointError(
        path: files.files[number].path,
        subject: name,
        expected: "shape \(shape)",
        found: "\(view.shape)",
        advice: "take config.json and the weights from the same checkpoint"
      )
    }
    return view
  }
}

extension Checkpoint.File {
  fileprivate init(_ file: SafetensorsFile) {
    self.name = file.path.split(separator: "/").last.map(String.init) ?? file.path
    self.byteCount = file.byteCount
    self.tensorCount = file.entries.count
    self.elementCounts = file.entries.values.reduce(into: [:]) { counts, entry in
      counts[entry.typeName, default: 0] += entry.shape.elementCount
    }
  }
}
