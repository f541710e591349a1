import Checkpoints
import Generation
import ImageInput
import JSONText
import Kernels
import LanguageModel
import Tensors
import TestSupport
import Testing
import VisionEncoder

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

private let fullSizeFolder = getenv("COPYIST_FULL_SIZE").map { String(cString: $0) }

/// The true 3B shape against `Tests/Goldens/full_size.py`, by hand: the weights take 6 GB.
@Suite(.enabled(if: fullSizeFolder != nil, "set COPYIST_FULL_SIZE to the script's folder"))
struct FullSizeTests {
  @Test func `16 greedy tokens equal the reference's in float32 arithmetic`() throws {
    let folder = try #require(fullSizeFolder)
    let recorded = try readJSON(path: "\(folder)/reference-f32.json")
    let expected = try #require(recorded.object?["tokens"]?.array).compactMap(\.integer)
    let prompt = try #require(recorded.object?["prompt"]?.array).compactMap(\.integer)
    let values = try readBytes("\(folder)/pixels.f32").withUnsafeBytes { bytes in
      (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
    }

    let clock = ContinuousClock()
    var mark = clock.now
    func lap(_ what: String) {
      print("\(what): \(mark.duration(to: clock.now))")
      mark = clock.now
    }
    let compute = try Compute()
    print("\(compute.instructionSet.rawValue), \(compute.threads) threads")
    let checkpoint = try Checkpoint(directory: folder)
    let vision = try VisionEncoder(checkpoint: checkpoint, compute: compute)
    let decoder = try TextDecoder(checkpoint: checkpoint, compute: compute)
    lap("open")
    let encoded = vision.encode(values)
    let image = FloatMatrix(
      rows: encoded.rows + prompt.count,
      columns: checkpoint.configuration.text.hiddenSize
    )
    let bias = try checkpoint.tensor(.projectorBias).floats()
    compute.linear(
      encoded.pointer,
      rows: encoded.rows,
      weights: LinearWeights(try checkpoint.tensor(.projectorWeight)),
      bias: bias,
      output: image.pointer
    )
    lap("vision")
    try decoder.embed(prompt, into: image.row(encoded.rows))
    let session = try DecodingSession(
      decoder: decoder,
      prefixLength: image.rows,
      suffixCapacity: expected.count
    )
    let columns = checkpoint.configuration.text.vocabularySize
    let logits = FloatMatrix(rows: 1, columns: columns)
    try session.run(prompt: image) { _, row in logits.pointer.update(from: row, count: columns) }
    lap("prefill of \(image.rows) tokens")
    let first = try readBytes("\(folder)/logits-f32.f32").withUnsafeBytes { bytes in
      (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
    }
    print("first logits: \(LargestDifference(logits.values, first))")
    var tokens: [Int] = []
    var sequence = SuffixSequence.empty
    while true {
      tokens.append(compute.argmax(logits.pointer, count: 257_152))
      guard tokens.count < expected.count, let last = tokens.last else { break }
      sequence = try session.step([(sequence, last)], logits: logits)[0]
    }
    lap("\(tokens.count - 1) steps")
    let status = String(decoding: try readBytes("/proc/self/status"), as: UTF8.self)
    for line in status.split(separator: "\n") where line.hasPrefix("VmHWM") { print(line) }
    #expect(tokens == expected)
  }
}
