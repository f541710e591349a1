import Checkpoints
import Tensors
import TestSupport
import Testing

/// Damaged files either load or throw; anything else ends the test process.
@Suite struct CheckpointFuzzTests {
  private static let base = "\(Golden.root)/layout-hub"

  /// Values that break careless readers, besides random bytes.
  private static let tokens = [
    "-1", "0", "1e308", "9223372036854775807", "18446744073709551616", "null", "[]", "{}", "\"\"",
    "true", "[[[[", "\\u0000", "\"", "}", ",", "0.5", "99999",
  ]

  private func mutate(
    _ bytes: [UInt8],
    in range: Range<Int>,
    with random: inout SeededGenerator
  ) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let upper = min(range.upperBound, bytes.count)
      guard range.lowerBound < upper else { break }
      let position = Int.random(in: range.lowerBound..<upper, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes[position] = UInt8.random(in: 0...255, using: &random)
      case 1: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 2: bytes.remove(at: position)
      case 3:
        let token = CheckpointFuzzTests.tokens.randomElement(using: &random) ?? ""
        let end = min(position + Int.random(in: 0...6, using: &random), upper)
        bytes.replaceSubrange(position..<end, with: Array(token.utf8))
      default: bytes.removeSubrange(position..<bytes.count)
      }
    }
    return bytes
  }

  /// Opens a folder; `true` when it loaded.
  private func loads(_ folder: TemporaryFolder, _ comment: String) -> Bool {
    do {
      let checkpoint = try Checkpoint(directory: folder.path)
      // What loaded must be readable to its last byte.
      for entry in checkpoint.table.entries {
        let count = try checkpoint.tensor(entry.role).floats().count
        #expect(count == entry.shape.elementCount, "\(comment)")
      }
      return true
    } catch {
      #expect(!error.description.contains("\n"), "\(comment)")
      return false
    }
  }

  @Test(arguments: ["config.json", "preprocessor_config.json", "generation_config.json"])
  func `mutated configuration files load or throw`(name: String) throws {
    let folder = try TemporaryFolder()
    try folder.copy(
      from: CheckpointFuzzTests.base,
      ["config.json", "preprocessor_config.json", "generation_config.json", "model.safetensors"]
    )
    let bytes = try readBytes("\(CheckpointFuzzTests.base)/\(name)")
    var loaded = 0
    for seed in 0..<500 {
      var random = SeededGenerator(seed: UInt64(seed))
      try folder.write(mutate(bytes, in: 0..<bytes.count, with: &random), to: name)
      if loads(folder, "seed \(seed)") { loaded += 1 }
    }
    // Both outcomes occur, or the mutations test nothing.
    #expect(loaded > 0 && loaded < 500)
  }

  @Test func `mutated safetensors headers load or throw`() throws {
    let folder = try TemporaryFolder()
    try folder.copy(from: CheckpointFuzzTests.base, ["config.json"])
    let bytes = try readBytes("\(CheckpointFuzzTests.base)/model.safetensors")
    let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    var refused = 0
    for seed in 0..<300 {
      var random = SeededGenerator(seed: UInt64(seed))
      let range = seed % 8 == 0 ? 0..<8 : 0..<(8 + length)
      try folder.write(mutate(bytes, in: range, with: &random), to: "model.safetensors")
      if !loads(folder, "seed \(seed)") { refused += 1 }
    }
    #expect(refused > 150)
  }

  @Test func `mutated indexes load or throw`() throws {
    let folder = try TemporaryFolder()
    let index = "model.safetensors.index.json"
    let golden = "\(Golden.root)/sharded"
    let bytes = try readBytes("\(golden)/\(index)")
    let shards = try Checkpoint(directory: golden).files.map(\.name)
    try folder.copy(from: golden, ["config.json", index] + shards)
    #expect(loads(folder, "unchanged"))
    for seed in 0..<300 {
      var random = SeededGenerator(seed: UInt64(seed))
      try folder.write(mutate(bytes, in: 0..<bytes.count, with: &random), to: index)
      _ = loads(folder, "seed \(seed)")
    }
  }
}
