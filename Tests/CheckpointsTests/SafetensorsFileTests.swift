import Checkpoints
import Tensors
import TestSupport
import Testing

@Suite struct SafetensorsFileTests {
  private func open(_ bytes: [UInt8]) throws -> SafetensorsFile {
    let folder = try TemporaryFolder()
    // The mapping outlives the name.
    return try SafetensorsFile(path: try folder.write(bytes, to: "a.safetensors"))
  }

  @Test func `tensors of the three formats are read with their values`() throws {
    var bytes = SafetensorsBytes.file(
      header: SafetensorsBytes.header(
        #""__metadata__": {"format": "pt"}"#,
        SafetensorsBytes.member("a", shape: "[2]", offsets: "[0, 8]"),
        SafetensorsBytes.member("b", "BF16", shape: "[1, 2]", offsets: "[8, 12]"),
        SafetensorsBytes.member("c", "F16", shape: "[]", offsets: "[12, 14]")
      ),
      dataSize: 0
    )
    bytes += [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0]  // 1, -2 as binary32
    bytes += [0x40, 0x40, 0x80, 0xBF]  // 3, -1 as bfloat16
    bytes += [0x00, 0x38]  // 0.5 as binary16
    let file = try open(bytes)
    #expect(file.metadata == ["format": "pt"])
    #expect(try file.tensor("a").floats() == [1, -2])
    #expect(try file.tensor("b").floats() == [3, -1])
    #expect(try file.tensor("b").shape == [1, 2])
    #expect(try file.tensor("c").floats() == [0.5])
    #expect(file.byteCount == bytes.count)
  }

  @Test func `a header may be padded with spaces and tensors may be empty`() throws {
    let member = SafetensorsBytes.member("a", shape: "[0, 4]", offsets: "[0, 0]")
    let file = try open(SafetensorsBytes.file(header: "{\(member)}   ", dataSize: 0))
    #expect(try file.tensor("a").floats() == [])
  }

  @Test(arguments: ["I64", "F8_E4M3", "SOMETHING"])
  func `a format that cannot be read is an error only when it is asked for`(type: String) throws {
    let sizes = ["I64": "[0, 16]", "F8_E4M3": "[0, 2]"]
    let end = ["I64": 16, "F8_E4M3": 2][type, default: 5]
    let file = try open(
      SafetensorsBytes.file(
        header: SafetensorsBytes.header(
          SafetensorsBytes.member("a", type, shape: "[2]", offsets: sizes[type, default: "[0, 5]"])
        ),
        dataSize: end
      )
    )
    #expect(file.entries["a"]?.typeName == type)
    #expect(file.tensors.isEmpty)
    let error = #expect(throws: CheckpointError.self) { try file.tensor("a") }
    #expect(error?.found == type)
    let absent = #expect(throws: CheckpointError.self) { try file.tensor("b") }
    #expect(absent?.subject == "b")
  }

  private static let good = SafetensorsBytes.member("a")

  /// Header text, data size, and the subject that the error names.
  static let damaged: [(header: String, dataSize: Int, subject: String?)] = [
    ("", 0, "header"),
    ("not json", 0, "header"),
    ("[]", 0, "header"),
    ("{\(good)", 24, "header"),
    ("{\(good)} x", 24, "header"),
    ("{\(good), \(good)}", 24, "header"),
    (String(repeating: "[", count: 100_000), 0, "header"),
    (#"{"__metadata__": {"format": 3}}"#, 0, "__metadata__"),
    (#"{"__metadata__": "pt"}"#, 0, "__metadata__"),
    (#"{"a": 3}"#, 0, "a"),
    (#"{"a": {"dtype": "F32", "shape": [2, 3]}}"#, 24, "a"),
    (#"{"a": {"dtype": 1, "shape": [2, 3], "data_offsets": [0, 24]}}"#, 24, "a"),
    ("{\(good)}", 23, "a"),
    ("{\(good)}", 25, nil),
    ("{\(good)}", 0, "a"),
    ("{\(SafetensorsBytes.member("a", "BF16"))}", 24, "a"),
    ("{\(SafetensorsBytes.member("a", shape: "[2, 4]"))}", 24, "a"),
    ("{\(SafetensorsBytes.member("a", shape: "[-2, -3]"))}", 24, "a"),
    ("{\(SafetensorsBytes.member("a", shape: "[2.5, 3]"))}", 24, "a"),
    ("{\(SafetensorsBytes.member("a", shape: "[4611686018427387904, 4]"))}", 24, "a"),
    ("{\(SafetensorsBytes.member("a", shape: "[9223372036854775807]"))}", 24, "a"),
    ("{\(SafetensorsBytes.member("a", shape: "[99999999999999999999]"))}", 24, "a"),
    ("{\(SafetensorsBytes.member("a", "X", shape: "[4611686018427387904]"))}", 24, "a"),
    ("{\(SafetensorsBytes.member("a", offsets: "[24, 0]"))}", 24, "a"),
    ("{\(SafetensorsBytes.member("a", offsets: "[-24, 0]"))}", 24, "a"),
    ("{\(SafetensorsBytes.member("a", offsets: "[0, 24, 48]"))}", 24, "a"),
    ("{\(SafetensorsBytes.member("a", offsets: "[0, 9223372036854775807]"))}", 24, "a"),
    ("{\(SafetensorsBytes.member("a", offsets: "[8, 32]"))}", 32, "a"),
    ("{\(good), \(SafetensorsBytes.member("b"))}", 24, "b"),
    ("{\(good), \(SafetensorsBytes.member("b", offsets: "[23, 47]"))}", 47, "b"),
    ("{\(good), \(SafetensorsBytes.member("b", offsets: "[25, 49]"))}", 49, "b"),
  ]

  @Test(arguments: damaged.indices)
  func `a damaged header is refused and names what is wrong`(index: Int) throws {
    let (header, dataSize, subject) = SafetensorsFileTests.damaged[index]
    let error = #expect(throws: CheckpointError.self, "\(header.prefix(100))") {
      try open(SafetensorsBytes.file(header: header, dataSize: dataSize))
    }
    #expect(error?.subject == subject, "\(header.prefix(100))")
    #expect(error?.path.hasSuffix("a.safetensors") == true)
  }

  @Test(arguments: [UInt64.max, UInt64(Int.max), 100_000_001, 1000, 27])
  func `a header length beyond the file is refused`(length: UInt64) throws {
    let error = #expect(throws: CheckpointError.self) {
      try open(SafetensorsBytes.file(header: "{}", dataSize: 24, length: length))
    }
    #expect(error?.subject == "header length")
  }

  @Test func `every truncation of a good file is refused`() throws {
    let bytes = SafetensorsBytes.file(header: "{\(SafetensorsFileTests.good)}", dataSize: 24)
    #expect(try open(bytes).tensors.count == 1)
    for count in 0..<bytes.count {
      #expect(throws: CheckpointError.self, "\(count) bytes") { try open(Array(bytes[..<count])) }
    }
  }

  @Test func `a folder or a missing file is refused`() throws {
    let folder = try TemporaryFolder()
    #expect(throws: CheckpointError.self) { try SafetensorsFile(path: folder.path) }
    let error = #expect(throws: CheckpointError.self) {
      try SafetensorsFile(path: folder.path + "/none")
    }
    #expect(error?.found.contains("No such file") == true)
  }
}
