import JSONText
package import Tensors

/// One tensor as a safetensors header declares it.
package struct SafetensorsEntry: Sendable, Equatable {
  /// Name of the number format, one of the file format's own (`BF16`, `F8_E4M3`) or unknown to us.
  package let typeName: String
  /// Extents, outermost first.
  package let shape: Shape
  /// Bytes of the tensor, counted from the first byte after the header.
  package let range: Range<Int>
}

/// The declarations at the start of a safetensors file, all checked against the file's size.
///
/// Format: 8 bytes little-endian header length, that many bytes of JSON, then the data
/// (https://github.com/huggingface/safetensors, "Format").
package struct SafetensorsHeader: Sendable {
  /// Largest header that is read, in bytes; the reference implementation has the same limit.
  package static let maximumLength = 100_000_000

  /// Declared tensors by name.
  package let entries: [String: SafetensorsEntry]
  /// The free-form `__metadata__` strings.
  package let metadata: [String: String]
  /// Offset of the first data byte from the start of the file.
  package let dataOffset: Int

  /// Bits per element of the number formats that the file format names; `nil` when unknown.
  static func bits(of typeName: String) -> Int? {
    switch typeName {
    case "F4": 4
    case "F6_E2M3", "F6_E3M2": 6
    case "BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ": 8
    case "U16", "I16", "F16", "BF16": 16
    case "U32", "I32", "F32": 32
    case "U64", "I64", "F64", "C64": 64
    default: nil
    }
  }

  /// Reads and checks the header of a mapped file.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - path: Its name, for errors.
  /// - Throws: ``CheckpointError`` for a length beyond the file or ``maximumLength``, text that is not
  ///   JSON, and declarations that overlap, leave gaps or do not agree with shape and format.
  package init(_ bytes: UnsafeRawBufferPointer, path: String) throws(CheckpointError) {
    guard bytes.count >= 8 else {
      throw CheckpointError(
        path: path,
        expected: "a safetensors file of at least 8 bytes",
        found: "\(bytes.count) bytes",
        advice: "download the file again"
      )
    }
    let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    guard length <= SafetensorsHeader.maximumLength, Int(length) <= bytes.count - 8 else {
      throw CheckpointError(
        path: path,
        subject: "header length",
        expected: "at most \(min(SafetensorsHeader.maximumLength, bytes.count - 8)) bytes",
        found: "\(length)",
        advice: "the file is truncated or not a safetensors file"
      )
    }
    let end = 8 + Int(length)
    let json = try parseJSON(
      Array(bytes[8..<end]),
      path: path,
      subject: "header"
    )
    guard let members = json.object else {
      throw CheckpointError(
        path: path,
        subject: "header",
        expected: "an object",
        found: json.kind
      )
    }
    var entries: [String: SafetensorsEntry] = [:]
    var metadata: [String: String] = [:]
    for (name, value) in members {
      if name == "__metadata__" {
        metadata = try SafetensorsHeader.metadata(value, path: path)
      } else {
        entries[name] = try SafetensorsHeader.entry(
          value,
          name: name,
          path: path,
          dataSize: bytes.count - end
        )
      }
    }
    try SafetensorsHeader.checkCover(entries, dataSize: bytes.count - end, path: path)
    self.entries = entries
    self.metadata = metadata
    self.dataOffset = end
  }

  private static func metadata(
    _ value: JSONTree,
    path: String
  ) throws(CheckpointError) -> [String: String] {
    var result: [String: String] = [:]
    for (name, text) in value.object ?? [:] {
      result[name] = text.string
    }
    guard let members = value.object, result.count == members.count else {
      throw CheckpointError(
        path: path,
        subject: "__metadata__",
        expected: "an object of strings",
        found: value.kind
      )
    }
    return result
  }

  private static func entry(
    _ value: JSONTree,
    name: String,
    path: String,
    dataSize: Int
  ) throws(CheckpointError) -> SafetensorsEntry {
    func failure(_ expected: String, _ found: String) -> CheckpointError {
      CheckpointError(
        path: path,
        subject: name,
        expected: expected,
        found: found,
        advice: "the file is truncated or damaged; download it again"
      )
    }
    guard let members = value.object, let typeName = members["dtype"]?.string,
      let extents = members["shape"]?.array, let offsets = members["data_offsets"]?.array
    else {
      throw failure("an object with dtype, shape and data_offsets", value.kind)
    }
    let numbers = extents.compactMap(\.integer)
    guard numbers.count == extents.count, numbers.count <= 16,
      let shape = Shape(checking: numbers)
    else {
      throw failure("a shape of at most 16 non-negative extents", "\(numbers)")
    }
    let bounds = offsets.compactMap(\.integer)
    guard offsets.count == 2, bounds.count == 2, 0 <= bounds[0], bounds[0] <= bounds[1],
      bounds[1] <= dataSize
    else {
      throw failure(
        "data_offsets [begin, end] with begin <= end <= \(dataSize), the bytes of data",
        "\(bounds)"
      )
    }
    if let bits = bits(of: typeName) {
      let (size, overflow) = shape.elementCount.multipliedReportingOverflow(by: bits)
      guard !overflow, size % 8 == 0, size / 8 == bounds[1] - bounds[0] else {
        throw failure(
          "the bytes of \(typeName) \(shape)",
          "\(bounds[1] - bounds[0]) bytes"
        )
      }
    } else if shape.elementCount / 8 > bounds[1] - bounds[0] {
      // An unknown format takes a bit at least; without a bound, counts over a file could overflow.
      throw failure("the bytes of \(typeName) \(shape)", "\(bounds[1] - bounds[0]) bytes")
    }
    return SafetensorsEntry(typeName: typeName, shape: shape, range: bounds[0]..<bounds[1])
  }

  /// Every data byte belongs to exactly one tensor, as the format demands.
  private static func checkCover(
    _ entries: [String: SafetensorsEntry],
    dataSize: Int,
    path: String
  ) throws(CheckpointError) {
    let sorted = entries.sorted {
      ($0.value.range.lowerBound, $0.value.range.upperBound, $0.key)
        < ($1.value.range.lowerBound, $1.value.range.upperBound, $1.key)
    }
    var position = 0
    for (name, entry) in sorted {
      guard entry.range.lowerBound == position else {
        throw CheckpointError(
          path: path,
          subject: name,
          expected: "data that begins at byte \(position)",
          found: entry.range.lowerBound < position
            ? "byte \(entry.range.lowerBound), inside another tensor"
            : "byte \(entry.range.lowerBound), which leaves a gap",
          advice: "the header is damaged; download the file again"
        )
      }
      position = entry.range.upperBound
    }
    guard position == dataSize else {
      throw CheckpointError(
        path: path,
        expected: "\(position) bytes of data as the header declares",
        found: "\(dataSize)",
        advice: "the file is damaged; download it again"
      )
    }
  }
}
