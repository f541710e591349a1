package import Checkpoints
package import Kernels
import LanguageModel
import Tensors
import VisionEncoder

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Times encoder and decoder on random weights of a published shape.
package struct EngineBenchmark {
  /// What is measured.
  package struct Request: Sendable {
    /// Sizes of the model.
    package var shape: PublishedShape
    /// Format of the weights.
    package var weights: BenchmarkWeights
    /// Positions of the prompt; the picture's tokens and four more when `nil`.
    package var prefill: Int?
    /// Tokens that are decoded.
    package var decode: Int
    /// Sequences that are decoded together besides the one alone; 1 for none.
    package var batch: Int
    /// How often encoder and prompt are run; medians count.
    package var repetitions: Int

    package init(
      shape: PublishedShape,
      weights: BenchmarkWeights,
      prefill: Int? = nil,
      decode: Int = 16,
      batch: Int = 1,
      repetitions: Int = 3
    ) {
      self.shape = shape
      self.weights = weights
      self.prefill = prefill
      self.decode = decode
      self.batch = batch
      self.repetitions = repetitions
    }
  }

  private let request: Request
  private let compute: Compute
  private let report: (String) -> Void

  /// - Parameters:
  ///   - request: What is measured.
  ///   - compute: Kernels and threads.
  ///   - report: Receives a word on what is done now.
  package init(_ request: Request, on compute: Compute, report: @escaping (String) -> Void) {
    self.request = request
    self.compute = compute
    self.report = report
  }

  /// Runs everything.
  ///
  /// - Throws: What a session throws when there is too little memory.
  package func run() throws -> EngineFigures {
    report("peaks")
    let peak = compute.peak(request.weights.peak)
    report("weights")
    let configuration = try request.shape.configuration()
    let weights = RandomWeights(configuration, weights: request.weights)
    let encoder = try VisionEncoder(checkpoint: weights, compute: compute)
    let decoder = try TextDecoder(checkpoint: weights, compute: compute)
    let size = configuration.vision.imageSize
    let pixels = (0..<3 * size * size).map { Float($0 % 255) / 127.5 - 1 }
    report("vision")
    let vision = median(
      (0..<request.repetitions).map { _ in
        seconds { _ = encoder.encode(pixels) }
      }
    )
    let positions = request.prefill ?? configuration.vision.tokenCount + 4
    let prompt = FloatMatrix(rows: positions, columns: configuration.text.hiddenSize)
    for index in 0..<positions * prompt.columns {
      prompt.pointer[index] = Float(index % 1013) / 506.5 - 1
    }
    report("prompt")
    let prefill = try median(
      (0..<request.repetitions).map { _ in
        let session = try DecodingSession(
          decoder: decoder,
          prefixLength: positions,
          suffixCapacity: 1
        )
        return try seconds { try session.run(prompt: prompt) { _, _ in } }
      }
    )
    report("decoding")
    // The bytes that decoding reads, just before and after it: other places in memory, and other
    // moments on a shared machine, give other figures.
    var bandwidth = readBandwidth(weights)
    let alone = try decode(decoder, prompt, width: 1)
    bandwidth = max(bandwidth, readBandwidth(weights))
    let together = request.batch > 1 ? try decode(decoder, prompt, width: request.batch) : nil
    let work = EngineWork(configuration)
    let bytes = work.decodeBytes(
      request.weights,
      positions: positions,
      cache: compute.cacheElement
    )
    return EngineFigures(
      shape: request.shape.name,
      weights: request.weights.rawValue,
      instructionSet: compute.instructionSet.rawValue,
      threads: compute.threads,
      prefillTokens: positions,
      decodeTokens: request.decode,
      batch: request.batch,
      visionSeconds: vision,
      visionShareOfPeak: work.vision / vision / peak,
      prefillTokensPerSecond: Double(positions) / prefill,
      prefillOperationsPerSecond: work.prefill(positions) / prefill,
      shareOfPeak: work.prefill(positions) / prefill / peak,
      firstTokenSeconds: vision + prefill,
      decodeTokensPerSecond: alone,
      decodeBytesPerSecond: bytes * alone,
      shareOfReadBandwidth: bytes * alone / bandwidth,
      batchTokensPerSecond: together,
      peakOperationsPerSecond: peak,
      readBytesPerSecond: bandwidth,
      weightBytes: weights.byteCount,
      peakMemoryBytes: peakMemory()
    )
  }

  /// Tokens per second over all sequences.
  private func decode(_ decoder: TextDecoder, _ prompt: FloatMatrix, width: Int) throws -> Double {
    let session = try DecodingSession(
      decoder: decoder,
      prefixLength: prompt.rows,
      suffixCapacity: request.decode + 1,
      width: width
    )
    try session.run(prompt: prompt) { _, _ in }
    let logits = FloatMatrix(rows: width, columns: decoder.configuration.vocabularySize)
    var sequences = [SuffixSequence](repeating: .empty, count: width)
    func step(_ index: Int) throws {
      let batch = sequences.enumerated().map { (sequence: $1, token: 1000 + index * width + $0) }
      sequences = try session.step(batch, logits: logits)
    }
    // The first step touches memory for the first time.
    try step(0)
    let time = try seconds {
      for index in 1...max(request.decode, 1) { try step(index) }
    }
    return Double(max(request.decode, 1) * width) / time
  }

  /// The best of two passes over the decoder's weights.
  private func readBandwidth(_ weights: RandomWeights) -> Double {
    let regions = weights.decoderRegions
    return max(compute.readBandwidth(regions), compute.readBandwidth(regions))
  }

  private func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
  }

  private func seconds(_ body: () throws -> Void) rethrows -> Double {
    let duration = try ContinuousClock().measure(body).components
    return Double(duration.seconds) + Double(duration.attoseconds) * 1e-18
  }

  private func peakMemory() -> Int {
    var usage = rusage()
    getrusage(0, &usage)  // RUSAGE_SELF, which is an Int32 or an enumeration
    #if canImport(Darwin)
    return Int(usage.ru_maxrss)
    #else
    return Int(usage.ru_maxrss) << 10
    #endif
  }
}
