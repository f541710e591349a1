package import Tensors

/// A safetensors file, mapped into memory.
///
/// Tensors of formats that this package cannot read are no error until one is asked for: files may
/// carry more than the model needs.
package struct SafetensorsFile: Sendable {
  /// The file as the caller named it.
  package let path: String
  /// Size of the file in bytes.
  package let byteCount: Int
  /// Everything the header declares, by name.
  package let entries: [String: SafetensorsEntry]
  /// Tensors of element types this package reads (F32, F16, BF16), by name.
  package let tensors: [String: TensorView]
  /// The header's free-form strings.
  package let metadata: [String: String]
  /// Offset of the first data byte.
  package let dataOffset: Int
  private let storage: ByteStorage

  /// Maps a file and checks its header.
  ///
  /// - Parameter path: A safetensors file. It must not be truncated while the object lives:
  ///   ``ByteStorage/init(mapping:)`` says what happens then.
  /// - Throws: ``CheckpointError`` when the file cannot be mapped or its header does not hold.
  package init(path: String) throws(CheckpointError) {
    let storage = try mapFile(path)
    let header = try SafetensorsHeader(storage.bytes, path: path)
    var tensors: [String: TensorView] = [:]
    for (name, entry) in header.entries {
      guard let type = ElementType(rawValue: entry.typeName) else { continue }
      tensors[name] = TensorView(
        storage: storage,
        byteOffset: header.dataOffset + entry.range.lowerBound,
        shape: entry.shape,
        elementType: type
      )
    }
    self.path = path
    self.byteCount = storage.byteCount
    self.entries = header.entries
    self.tensors = tensors
    self.metadata = header.metadata
    self.dataOffset = header.dataOffset
    self.storage = storage
  }

  /// Everything after the header.
  package var data: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: storage.bytes[dataOffset...])
  }

  /// A matrix of 8 or 4 bits, which the file declares as bytes.
  ///
  /// - Throws: ``CheckpointError`` when the file has no such tensor or its size is another.
  func quantized(
    _ name: String,
    outputs: Int,
    inputs: Int,
    bits: WeightBits
  ) throws(CheckpointError) -> QuantizedView {
    let size = QuantizedView.byteCount(outputs: outputs, inputs: inputs, bits: bits)
    let entry = entries[name]
    guard let entry, entry.typeName == "U8", entry.range.count == size,
      let view = QuantizedView(
        storage: storage,
        byteOffset: dataOffset + entry.range.lowerBound,
        outputs: outputs,
        inputs: inputs,
        bits: bits
      )
    else {
      throw CheckpointError(
        path: path,
        subject: name,
        expected: "U8 with the \(size.map(String.init) ?? "too many") bytes of "
          + "[\(outputs), \(inputs)] in \(bits.rawValue) bits",
        found: entry.map { "\($0.typeName) with \($0.range.count) bytes" } ?? "none of this name",
        advice: "write the file again with 'copyist model quantize'"
      )
    }
    return view
  }

  /// A tensor by its name in the file.
  ///
  /// - Throws: ``CheckpointError`` when the file has no such tensor or its format cannot be read.
  package func tensor(_ name: String) throws(CheckpointError) -> TensorView {
    if let view = tensors[name] { return view }
    guard let entry = entries[name] else {
      throw CheckpointError(
        path: path,
        subject: name,
        expected: "a tensor",
        found: "none of this name"
      )
    }
    throw CheckpointError(
      path: path,
      subject: name,
      expected: "element type F32, F16 or BF16",
      found: entry.typeName,
      advice: "convert the checkpoint to bfloat16 safetensors"
    )
  }
}
