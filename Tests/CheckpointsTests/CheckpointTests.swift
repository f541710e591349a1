import Checkpoints
import JSONText
import Tensors
import TestSupport
import Testing

@Suite struct CheckpointTests {
  static let cases = [
    "paligemma1", "paligemma2-3b-like", "paligemma2-28b-like", "sliding-window", "layout-hub",
    "layout-transformers4", "layout-transformers5", "layout-transformers5-saved", "sharded",
    "bfloat16", "float16",
  ]

  @Test(arguments: cases)
  func `a recorded checkpoint opens with the reference's parameter count`(name: String) throws {
    let golden = try Golden(case: name)
    let checkpoint = try Checkpoint(directory: golden.checkpointDirectory)
    #expect(checkpoint.parameterCount == (try golden.value("parameters").integer))
    #expect(checkpoint.extraTensors.isEmpty)
    #expect(checkpoint.preprocessor.size == checkpoint.configuration.vision.imageSize)
    for entry in checkpoint.table.entries {
      #expect(try checkpoint.tensor(entry.role).shape == entry.shape)
    }
  }

  @Test(arguments: [
    ("layout-hub", TensorLayout.hub), ("layout-transformers4", .transformers4),
    ("layout-transformers5", .transformers5), ("layout-transformers5-saved", .transformers5Saved),
    ("sharded", .hub),
  ])
  func `each layout is recognised and gives the same weights`(
    name: String,
    layout: TensorLayout
  ) throws {
    let plain = try Checkpoint(directory: "\(Golden.root)/layout-hub")
    let other = try Checkpoint(directory: "\(Golden.root)/\(name)")
    #expect(other.layout == layout)
    #expect(other.configuration == plain.configuration)
    for entry in plain.table.entries {
      let same = try plain.tensor(entry.role).floats() == other.tensor(entry.role).floats()
      #expect(same, "\(entry.role)")
    }
    #expect((other.files.count > 1) == (name == "sharded"))
  }

  @Test func `16-bit weights keep their element type`() throws {
    let checkpoint = try Checkpoint(directory: "\(Golden.root)/bfloat16")
    #expect(checkpoint.formats == ["BF16": checkpoint.parameterCount])
    #expect(try checkpoint.tensor(.embedding).elementType == .bfloat16)
    let half = try Checkpoint(directory: "\(Golden.root)/float16")
    #expect(half.formats == ["F16": half.parameterCount])
  }

  @Test func `a role that the configuration lacks is an error`() throws {
    let checkpoint = try Checkpoint(directory: "\(Golden.root)/paligemma1")
    #expect(throws: CheckpointError.self) {
      try checkpoint.tensor(.text(block: 0, .postAttentionNorm))
    }
    #expect(throws: CheckpointError.self) { try checkpoint.tensor(.vision(block: 99, .fc1Bias)) }
    #expect(throws: CheckpointError.self) { try checkpoint.tensor(.text(block: -1, .upWeight)) }
  }

  // MARK: - Damaged folders

  private static let base = "\(Golden.root)/layout-hub"
  private static let weights = "model.safetensors"
  private static let index = "model.safetensors.index.json"

  /// A copy of the small checkpoint.
  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.copy(
      from: CheckpointTests.base,
      ["config.json", "preprocessor_config.json", CheckpointTests.weights]
    )
    return folder
  }

  /// The weights with the header's text changed; names and offsets keep their meaning.
  private func rewritten(_ change: (String) -> String) throws -> [UInt8] {
    let bytes = try readBytes("\(CheckpointTests.base)/\(CheckpointTests.weights)")
    let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = String(decoding: bytes[8..<8 + length], as: UTF8.self)
    return SafetensorsBytes.file(header: change(header), dataSize: 0) + bytes[(8 + length)...]
  }

  private func failure(_ folder: TemporaryFolder) -> CheckpointError? {
    #expect(throws: CheckpointError.self) { try Checkpoint(directory: folder.path) }
  }

  @Test func `a missing tensor is named`() throws {
    let folder = try folder()
    let name = "language_model.model.norm.weight"
    try folder.write(
      try rewritten { $0.replacing(name, with: "elsewhere") },
      to: CheckpointTests.weights
    )
    let error = failure(folder)
    #expect(error?.subject == name)
    #expect(error?.expected == "a tensor of shape [16]")
  }

  @Test func `a tensor of another shape is named with both shapes`() throws {
    let folder = try folder()
    try folder.write(
      try rewritten { $0.replacing("[16,3,14,14]", with: "[16,3,28,7]") },
      to: CheckpointTests.weights
    )
    let error = failure(folder)
    #expect(error?.subject == "vision_tower.vision_model.embeddings.patch_embedding.weight")
    #expect(error?.expected == "shape [16, 3, 14, 14]")
    #expect(error?.found == "[16, 3, 28, 7]")
  }

  @Test func `a tensor that is needed must have an element type we read`() throws {
    let folder = try folder()
    try folder.write(
      try rewritten { $0.replacing(#""F32""#, with: #""I32""#) },
      to: CheckpointTests.weights
    )
    #expect(failure(folder)?.found == "I32")
  }

  @Test func `tensors beyond the model are listed and do no harm`() throws {
    let folder = try folder()
    let bytes = try readBytes("\(CheckpointTests.base)/\(CheckpointTests.weights)")
    let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let size = bytes.count - 8 - length
    let extra = SafetensorsBytes.member(
      "rotary.inv_freq",
      "I64",
      shape: "[1]",
      offsets: "[\(size), \(size + 8)]"
    )
    try folder.write(
      try rewritten { "{\(extra), " + $0.dropFirst() } + [UInt8](repeating: 0, count: 8),
      to: CheckpointTests.weights
    )
    let checkpoint = try Checkpoint(directory: folder.path)
    #expect(checkpoint.extraTensors == ["rotary.inv_freq"])
    #expect(CheckpointReport(checkpoint).notes.contains { $0.hasPrefix("1 tensor is not used") })
  }

  @Test(arguments: [(320, true), (321, false)])
  func `an output head is left aside, but its shape must fit`(rows: Int, fits: Bool) throws {
    let folder = try folder()
    let bytes = try readBytes("\(CheckpointTests.base)/\(CheckpointTests.weights)")
    let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let size = bytes.count - 8 - length
    let head = SafetensorsBytes.member(
      "language_model.lm_head.weight",
      shape: "[\(rows), 16]",
      offsets: "[\(size), \(size + rows * 64)]"
    )
    try folder.write(
      try rewritten { "{\(head), " + $0.dropFirst() } + [UInt8](repeating: 0, count: rows * 64),
      to: CheckpointTests.weights
    )
    if fits {
      let checkpoint = try Checkpoint(directory: folder.path)
      #expect(checkpoint.extraTensors == ["language_model.lm_head.weight"])
      let plain = try Checkpoint(directory: CheckpointTests.base)
      #expect(checkpoint.parameterCount == plain.parameterCount)
    } else {
      #expect(failure(folder)?.subject == "language_model.lm_head.weight")
    }
  }

  @Test func `weights of another model are refused with a name that was expected`() throws {
    let folder = try folder()
    try folder.write(
      SafetensorsBytes.file(header: "{\(SafetensorsBytes.member("bert.x"))}", dataSize: 24),
      to: CheckpointTests.weights
    )
    let error = failure(folder)
    #expect(error?.found == "bert.x")
    #expect(error?.expected.contains("language_model.model.embed_tokens.weight") == true)
  }

  @Test func `a folder without configuration or weights says so`() throws {
    let empty = try TemporaryFolder()
    #expect(failure(empty)?.path.hasSuffix("config.json") == true)
    try empty.copy(from: CheckpointTests.base, ["config.json"])
    #expect(failure(empty)?.found == "no safetensors file")
    try empty.write([], to: "weights.npz")
    #expect(failure(empty)?.advice?.contains("convert") == true)
    try empty.write("x", to: "config.json")
    #expect(failure(empty)?.path.hasSuffix("config.json") == true)
  }

  @Test func `one safetensors file under another name is taken, two are not`() throws {
    let folder = try TemporaryFolder()
    try folder.copy(from: CheckpointTests.base, ["config.json"])
    let bytes = try readBytes("\(CheckpointTests.base)/\(CheckpointTests.weights)")
    try folder.write(bytes, to: "weights.safetensors")
    #expect(try Checkpoint(directory: folder.path).files.map(\.name) == ["weights.safetensors"])
    try folder.write(bytes, to: "more.safetensors")
    #expect(failure(folder)?.found.hasPrefix("2 safetensors files") == true)
  }

  // MARK: - Shards

  private func sharded(_ map: String) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.copy(from: CheckpointTests.base, ["config.json"])
    let bytes = try readBytes("\(CheckpointTests.base)/\(CheckpointTests.weights)")
    try folder.write(bytes, to: "a.safetensors")
    try folder.write(map, to: CheckpointTests.index)
    return folder
  }

  @Test(arguments: [
    "../a.safetensors", "/etc/a.safetensors", "x/a.safetensors", "a", "..", "", "a.safetensors/",
    #"..\\a.safetensors"#, #"a\u0000.safetensors"#, "model.safetensors.index.json",
  ])
  func `an index may name only files of its folder`(name: String) throws {
    let folder = try sharded(#"{"weight_map": {"t": "\#(name)"}}"#)
    let error = failure(folder)
    #expect(error?.subject == "weight_map.t")
    #expect(error?.path.hasSuffix("index.json") == true)
  }

  @Test(arguments: [
    "{}", "[]", "x", #"{"weight_map": {}}"#, #"{"weight_map": []}"#,
    #"{"weight_map": {"t": 3}}"#,
  ])
  func `a malformed index is refused`(text: String) throws {
    #expect(failure(try sharded(text))?.path.hasSuffix("index.json") == true)
  }

  @Test func `a missing shard and a misplaced tensor are named`() throws {
    let missing = failure(try sharded(#"{"weight_map": {"t": "b.safetensors"}}"#))
    #expect(missing?.path.hasSuffix("/b.safetensors") == true)
    #expect(missing?.found == "no such file")
    let misplaced = failure(try sharded(#"{"weight_map": {"t": "a.safetensors"}}"#))
    #expect(misplaced?.subject == "t")
  }

  @Test func `an index with thousands of files is refused before any is opened`() throws {
    let map = (0..<5000).map { #""t\#($0)": "s\#($0).safetensors""# }.joined(separator: ",")
    #expect(failure(try sharded(#"{"weight_map": {\#(map)}}"#))?.subject == "weight_map")
  }
}
