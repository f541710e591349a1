package import Kernels
import Tensors

/// What this machine does per second with the engine's own kernels, measured in a few seconds.
package struct MachineRates: Sendable, Codable, Equatable {
  /// Operations per second of a linear layer with many rows, by format of its weights.
  package var layers: [String: Double]
  /// Operations per second of attention over the encoder's heads.
  package var visionAttention: Double
  /// Operations per second of attention over the decoder's heads.
  package var textAttention: Double
  /// Numbers per second that norms, activations and sums pass through, all together.
  package var elements: Double
  /// Bytes of weights per second that a linear layer with one row reads, by format.
  package var decoding: [String: Double]

  /// Measures.
  ///
  /// - Parameters:
  ///   - formats: Of weights.
  ///   - compute: Kernels, threads and arithmetic.
  package init(of formats: [BenchmarkWeights], on compute: Compute) {
    let probe = RateProbe(compute)
    layers = Dictionary(
      uniqueKeysWithValues: formats.map { ($0.rawValue, probe.layer($0)) }
    )
    visionAttention = probe.attention(heads: 16, headSize: 72, softCap: nil)
    textAttention = probe.attention(heads: 8, headSize: 256, softCap: 50)
    elements = probe.elements()
    decoding = Dictionary(
      uniqueKeysWithValues: formats.map { ($0.rawValue, probe.decoding($0)) }
    )
  }

  /// Known rates.
  package init(
    layers: [String: Double],
    visionAttention: Double,
    textAttention: Double,
    elements: Double,
    decoding: [String: Double]
  ) {
    self.layers = layers
    self.visionAttention = visionAttention
    self.textAttention = textAttention
    self.elements = elements
    self.decoding = decoding
  }
}

/// Times single kernels.
private struct RateProbe {
  private let compute: Compute
  /// Rows of a layer: as many as go through it at once.
  private let rows = Compute.rowsTogether

  init(_ compute: Compute) { self.compute = compute }

  /// The layer that most of the arithmetic is in, on more weights than the caches hold.
  func layer(_ format: BenchmarkWeights) -> Double {
    let (inputs, outputs) = (2304, 9216)
    let weights = (0..<3).map { _ in RandomWeights.matrix(outputs, inputs, format) }
    let input = numbers(rows: rows, columns: inputs)
    let output = FloatMatrix(rows: rows, columns: outputs)
    let operations = 2 * Double(rows * inputs * outputs * weights.count)
    return operations
      / seconds {
        for matrix in weights {
          compute.linear(
            input.pointer,
            rows: rows,
            layers: [LinearLayer(LinearWeights(matrix), output: output.pointer)]
          )
        }
      }
  }

  func attention(heads: Int, headSize: Int, softCap: Float?) -> Double {
    let (rows, keys) = (512, 1024)
    let query = numbers(rows: rows, columns: heads * headSize)
    let key = numbers(rows: keys, columns: heads * headSize)
    let element = compute.attentionElement
    let rounded = ByteBuffer(byteCount: keys * heads * headSize * 2)
    compute.roundToBFloat16(key.pointer, count: keys * heads * headSize, to: rounded.pointer)
    let source =
      element == .bfloat16 ? rounded.pointer : UnsafeMutableRawPointer(key.pointer)
    let output = FloatMatrix(rows: rows, columns: heads * headSize)
    let lower = [Int32](repeating: 0, count: rows)
    let upper = [Int32](repeating: Int32(keys), count: rows)
    let seconds = seconds {
      lower.withUnsafeBufferPointer { lower in
        upper.withUnsafeBufferPointer { upper in
          guard let lower = lower.baseAddress, let upper = upper.baseAddress else { return }
          compute.attention(
            AttentionRequest(
              query: query.pointer,
              keys: source,
              values: source,
              element: element,
              rows: rows,
              heads: heads,
              kvHeads: heads,
              headSize: headSize,
              keyCount: keys,
              scale: 0.1,
              softCap: softCap,
              lower: lower,
              upper: upper,
              output: output.pointer
            )
          )
        }
      }
    }
    return 4 * Double(rows * keys * heads * headSize) / seconds
  }

  /// A norm, a sum and a gated activation over as many numbers each.
  func elements() -> Double {
    let columns = 4608
    let matrix = numbers(rows: rows, columns: columns)
    let other = numbers(rows: rows, columns: columns)
    let gain = numbers(rows: 1, columns: columns)
    let count = rows * columns
    let seconds = seconds {
      compute.rmsNorm(
        matrix.pointer,
        rows: rows,
        columns: columns,
        weight: gain.pointer,
        epsilon: 1e-6,
        output: other.pointer
      )
      compute.add(matrix.pointer, to: other.pointer, count: count)
      compute.gatedGELU(gate: other.pointer, up: matrix.pointer, count: count)
    }
    return 3 * Double(count) / seconds
  }

  /// One row against weights that are much larger than the caches.
  func decoding(_ format: BenchmarkWeights) -> Double {
    let (inputs, outputs) = (2304, 36_864)
    let weights = (0..<4).map { _ in RandomWeights.matrix(outputs, inputs, format) }
    let input = numbers(rows: 1, columns: inputs)
    let output = FloatMatrix(rows: 1, columns: outputs)
    let bytes = weights.reduce(0) { sum, matrix in
      switch matrix {
      case .dense(let view): sum + view.byteCount
      case .quantized(let view): sum + view.storage.byteCount
      }
    }
    return Double(bytes)
      / seconds {
        for matrix in weights {
          compute.linear(
            input.pointer,
            rows: 1,
            layers: [LinearLayer(LinearWeights(matrix), output: output.pointer)]
          )
        }
      }
  }

  private func numbers(rows: Int, columns: Int) -> FloatMatrix {
    let matrix = FloatMatrix(rows: rows, columns: columns)
    for index in 0..<rows * columns {
      matrix.pointer[index] = Float(index % 1013) / 506.5 - 1
    }
    return matrix
  }

  /// The median of several runs, after one that touches the memory.
  private func seconds(_ body: () -> Void) -> Double {
    body()
    let times = (0..<5).map { _ in
      let duration = ContinuousClock().measure(body).components
      return Double(duration.seconds) + Double(duration.attoseconds) * 1e-18
    }
    return times.sorted()[times.count / 2]
  }
}
