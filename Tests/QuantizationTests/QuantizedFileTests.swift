import Checkpoints
import Foundation
import Kernels
import LanguageModel
import Quantization
import Tensors
import TestSupport
import Testing

@Suite struct QuantizedFileTests {
  private static let sum = String(repeating: "5", count: 64)

  /// A folder with the small files of a recorded checkpoint and its weights in some bits.
  private func quantized(
    _ name: String,
    _ bits: WeightBits,
    threads: Int = 2
  ) throws -> (folder: TemporaryFolder, summary: QuantizedFileWriter.Summary) {
    let source = try Golden(case: name).checkpointDirectory
    let folder = try TemporaryFolder()
    let small = try FileManager.default.contentsOfDirectory(atPath: source).filter {
      $0.hasSuffix(".json") && !$0.hasSuffix(".index.json")
    }
    try folder.copy(from: source, small)
    let summary = try QuantizedFileWriter(
      checkpoint: try Checkpoint(directory: source, weights: .original),
      bits: bits,
      sourceSum: Self.sum,
      compute: try Compute(threads: threads)
    ).write(to: "\(folder.path)/\(QuantizedFile.name(bits))")
    return (folder, summary)
  }

  @Test(arguments: WeightBits.allCases, ["paligemma1", "paligemma2-3b-like", "sharded", "float16"])
  func `a quantized file holds the rounded matrices and the rest as published`(
    bits: WeightBits,
    name: String
  ) throws {
    let (folder, summary) = try quantized(name, bits)
    let original = try Checkpoint(directory: try Golden(case: name).checkpointDirectory)
    let checkpoint = try Checkpoint(directory: folder.path, weights: .quantized(bits))
    #expect(checkpoint.quantization?.bits == bits)
    #expect(checkpoint.quantization?.sourceSum == Self.sum)
    #expect(checkpoint.embeddingType == original.embeddingType)
    #expect(checkpoint.formats["Q\(bits.rawValue)"] == summary.roundedCount)
    #expect(checkpoint.formats.values.reduce(0, +) == original.parameterCount)
    #expect(checkpoint.extraTensors.isEmpty)
    for entry in original.table.entries {
      let published = LinearWeights(try original.matrix(entry.role))
      let stored = try checkpoint.matrix(entry.role)
      guard entry.isQuantizable else {
        guard case .dense(let view) = stored else {
          Issue.record("\(entry.role) is quantized")
          continue
        }
        #expect(view.floats() == (try original.tensor(entry.role)).floats())
        continue
      }
      guard case .quantized(let view) = stored else {
        Issue.record("\(entry.role) is not quantized")
        continue
      }
      #expect(view.byteOffset % 64 == 0, "\(entry.role)")
      let source = try original.tensor(entry.role)
      let again = try #require(
        QuantizedView(
          rounding: source.floats(),
          outputs: published.outputs,
          inputs: published.inputs,
          bits: bits
        )
      )
      let size = try #require(
        QuantizedView.byteCount(outputs: view.outputs, inputs: view.inputs, bits: bits)
      )
      #expect(memcmp(view.baseAddress, again.baseAddress, size) == 0, "\(entry.role)")
    }
  }

  /// The weights of a quantized checkpoint, widened.
  private struct Widened: WeightSource {
    let base: Checkpoint
    var configuration: ModelConfiguration { base.configuration }
    var embeddingType: ElementType { base.embeddingType }

    func tensor(_ role: TensorRole) throws(CheckpointError) -> TensorView {
      try base.tensor(role)
    }

    func matrix(_ role: TensorRole) throws(CheckpointError) -> MatrixView {
      let weights = LinearWeights(try base.matrix(role))
      var values = [Float](repeating: 0, count: weights.outputs * weights.inputs)
      values.withUnsafeMutableBufferPointer { values in
        guard let start = values.baseAddress else { return }
        for row in 0..<weights.outputs {
          weights.write(row: row, to: start + row * weights.inputs)
        }
      }
      return .dense(TensorView(values, shape: [weights.outputs, weights.inputs]))
    }
  }

  @Test func `logits of quantized weights are those of the widened ones but for rounded inputs`()
    throws
  {
    let name = "paligemma2-3b-like"
    let original = try Checkpoint(directory: try Golden(case: name).checkpointDirectory)
    for (bits, least) in [(WeightBits.eight, 0.998), (.four, 0.9)] {
      let (folder, _) = try quantized(name, bits)
      let checkpoint = try Checkpoint(directory: folder.path)
      let rows = try InstructionSet.available.map { set in
        try logits(checkpoint, on: try Compute(instructionSet: set))
      }
      let widened = try logits(Widened(base: checkpoint), on: try Compute())
      let published = try logits(original, on: try Compute())
      for row in rows {
        #expect(cosine(row, widened) >= 0.999, "\(bits)")
        #expect(cosine(row, published) >= least, "\(bits)")
        // Families differ by what is rounded in float32 alone.
        #expect(cosine(row, rows[0]) >= 0.99999)
      }
    }
  }

  private func logits(_ source: some WeightSource, on compute: Compute) throws -> [Float] {
    let text = source.configuration.text
    let decoder = try TextDecoder(checkpoint: source, compute: compute)
    let prompt = FloatMatrix(rows: 8, columns: text.hiddenSize)
    try decoder.embed([2, 5, 7, 9, 11, 13, 17, 19], into: prompt.pointer)
    let session = try DecodingSession(decoder: decoder, prefixLength: 8, suffixCapacity: 1)
    var result: [Float] = []
    try session.run(prompt: prompt) { _, row in
      result = Array(UnsafeBufferPointer(start: row, count: text.vocabularySize))
    }
    return result
  }

  private func cosine(_ left: [Float], _ right: [Float]) -> Double {
    func dot(_ a: [Float], _ b: [Float]) -> Double {
      zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    return dot(left, right) / (dot(left, left) * dot(right, right)).squareRoot()
  }

  @Test(arguments: WeightBits.allCases)
  func `the file is the same on any number of threads and carries the sum of its data`(
    bits: WeightBits
  ) throws {
    let (one, _) = try quantized("paligemma1", bits, threads: 1)
    let (many, _) = try quantized("paligemma1", bits, threads: 5)
    let path = "\(one.path)/\(QuantizedFile.name(bits))"
    let bytes = try readBytes(path)
    #expect(try readBytes("\(many.path)/\(QuantizedFile.name(bits))") == bytes)
    let file = try SafetensorsFile(path: path)
    let description = try #require(try QuantizedFile.Description(file))
    #expect(file.dataSum() == description.dataSum)
    #expect(file.dataOffset % 64 == 0)
    var damaged = bytes
    damaged[bytes.count / 2] ^= 1
    try one.write(damaged, to: QuantizedFile.name(bits))
    #expect(try SafetensorsFile(path: path).dataSum() != description.dataSum)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: one.path)
        .allSatisfy { !$0.hasPrefix(".") }
    )
  }

  @Test func `the published weights are used where both are present`() throws {
    let (folder, _) = try quantized("paligemma1", .eight)
    #expect(try Checkpoint(directory: folder.path).quantization?.bits == .eight)
    let source = try Golden(case: "paligemma1").checkpointDirectory
    try folder.copy(from: source, ["model.safetensors"])
    #expect(try Checkpoint(directory: folder.path).quantization == nil)
    #expect(try Checkpoint(directory: folder.path, weights: .original).quantization == nil)
    let chosen = try Checkpoint(directory: folder.path, weights: .quantized(.eight))
    #expect(chosen.quantization?.bits == .eight)
  }

  @Test func `what does not fit is refused with the file, the field and what to do`() throws {
    let (folder, _) = try quantized("paligemma1", .eight)
    let name = QuantizedFile.name(.eight)
    let good = try readBytes("\(folder.path)/\(name)")
    func failure(_ weights: WeightSelection = .quantized(.eight)) -> String {
      do {
        _ = try Checkpoint(directory: folder.path, weights: weights)
        return "opened"
      } catch {
        return "\(error)"
      }
    }
    #expect(failure(.quantized(.four)).contains("copyist model quantize --bits 4"))
    #expect(failure(.original).contains("no safetensors file"))
    for (old, new, expected) in [
      ("\"copyist.quantized\":\"1\"", "\"copyist.quantized\":\"2\"", "copyist.quantized"),
      ("\"copyist.bits\":\"8\"", "\"copyist.bits\":\"7\"", "copyist.bits"),
      ("\"copyist.bits\":\"8\"", "\"copyist.bits\":\"4\"", "4 bits"),
      ("\"copyist.embedding_type\":\"F32\"", "\"copyist.embedding_type\":\"F31\"", "F31"),
      ("\"dtype\":\"U8\"", "\"dtype\":\"I8\"", "U8"),
    ] {
      let text = String(decoding: good, as: Unicode.ASCII.self)
      #expect(text.contains(old), "\(old)")
      var bytes = good
      let range = try #require(bytes.firstRange(of: Array(old.utf8)))
      bytes.replaceSubrange(range, with: Array(new.utf8))
      try folder.write(bytes, to: name)
      let message = failure()
      #expect(message.contains(expected) && message.contains(name), "\(message)")
    }
  }
}
