import Tensors

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Slow versions of every kernel, written as the definition reads.
///
/// They accumulate in float64 and round once at the end, so a test may compare the fast kernels of
/// every instruction set with them. Shapes are those of the ``Compute`` methods of the same name.
package enum ReferenceKernels {
  /// `output[r, o] = sum over i of input[r, i] * w[o, i], plus bias[o]`, inputs as they are.
  package static func linear(
    _ input: UnsafePointer<Float>,
    rows: Int,
    weights: LinearWeights,
    bias: UnsafePointer<Float>?,
    output: UnsafeMutablePointer<Float>
  ) {
    let inputs = weights.inputs
    let floats = UnsafeMutablePointer<Float>.allocate(capacity: inputs)
    defer { floats.deallocate() }
    var row = [Double](repeating: 0, count: inputs)
    for index in 0..<weights.outputs {
      weights.write(row: index, to: floats)
      for column in 0..<inputs { row[column] = Double(floats[column]) }
      for position in 0..<rows {
        var sum = 0.0
        for column in 0..<inputs {
          sum += Double(input[position * inputs + column]) * row[column]
        }
        output[position * weights.outputs + index] = Float(sum + Double(bias?[index] ?? 0))
      }
    }
  }

  /// `(x - mean) / sqrt(variance + epsilon) * gain + bias` per row, with the biased variance.
  package static func layerNorm(
    _ input: UnsafePointer<Float>,
    rows: Int,
    columns: Int,
    gain: UnsafePointer<Float>,
    bias: UnsafePointer<Float>,
    epsilon: Float,
    output: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<rows {
      let source = UnsafeBufferPointer(start: input + row * columns, count: columns)
      let mean = source.reduce(0.0) { $0 + Double($1) } / Double(columns)
      let variance =
        source.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(columns)
      let factor = 1 / (variance + Double(epsilon)).squareRoot()
      for column in 0..<columns {
        output[row * columns + column] = Float(
          (Double(source[column]) - mean) * factor * Double(gain[column]) + Double(bias[column])
        )
      }
    }
  }

  /// `x / sqrt(mean(x^2) + epsilon) * (1 + weight)` per row.
  package static func rmsNorm(
    _ input: UnsafePointer<Float>,
    rows: Int,
    columns: Int,
    weight: UnsafePointer<Float>,
    epsilon: Float,
    output: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<rows {
      let source = UnsafeBufferPointer(start: input + row * columns, count: columns)
      let mean = source.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(columns)
      let factor = 1 / (mean + Double(epsilon)).squareRoot()
      for column in 0..<columns {
        output[row * columns + column] = Float(
          Double(source[column]) * factor * (1 + Double(weight[column]))
        )
      }
    }
  }

  /// `0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))`, in place.
  package static func geluTanh(_ values: UnsafeMutablePointer<Float>, count: Int) {
    for index in 0..<count { values[index] = Float(gelu(Double(values[index]))) }
  }

  /// `gate = geluTanh(gate) * up`.
  package static func gatedGELU(
    gate: UnsafeMutablePointer<Float>,
    up: UnsafePointer<Float>,
    count: Int
  ) {
    for index in 0..<count { gate[index] = Float(gelu(Double(gate[index])) * Double(up[index])) }
  }

  private static func gelu(_ value: Double) -> Double {
    // (1 + tanh u) / 2 = 1 / (1 + e^-2u), which does not cancel for negative u.
    let inner = (2 / Double.pi).squareRoot() * (value + 0.044715 * value * value * value)
    return value / (1 + exp(-2 * inner))
  }

  /// `target += source`.
  package static func add(
    _ source: UnsafePointer<Float>,
    to target: UnsafeMutablePointer<Float>,
    count: Int
  ) {
    for index in 0..<count { target[index] += source[index] }
  }

  /// `values *= factor`.
  package static func scale(
    _ values: UnsafeMutablePointer<Float>,
    by factor: Float,
    count: Int
  ) {
    for index in 0..<count { values[index] *= factor }
  }

  /// `cap * tanh(x / cap)`.
  package static func softCap(
    _ values: UnsafeMutablePointer<Float>,
    cap: Float,
    count: Int
  ) {
    for index in 0..<count {
      values[index] = Float(Double(cap) * tanh(Double(values[index]) / Double(cap)))
    }
  }

  /// Rotary position embedding on half-split heads.
  ///
  /// The angle is the float32 product of position and frequency, because the reference rounds it;
  /// cosine and sine of that angle are exact here.
  package static func rotate(
    _ values: UnsafeMutablePointer<Float>,
    rows: Int,
    heads: Int,
    headSize: Int,
    positions: UnsafePointer<Int32>,
    frequencies: UnsafePointer<Float>
  ) {
    let half = headSize / 2
    for row in 0..<rows {
      for head in 0..<heads {
        let start = values + (row * heads + head) * headSize
        for index in 0..<half {
          let angle = Double(Float(positions[row]) * frequencies[index])
          let first = Double(start[index])
          let second = Double(start[index + half])
          start[index] = Float(first * cos(angle) - second * sin(angle))
          start[index + half] = Float(second * cos(angle) + first * sin(angle))
        }
      }
    }
  }

  /// Softmax over the visible keys of `scale * q . k`, soft-capped when asked, times the values.
  package static func attention(_ request: AttentionRequest) {
    let width = request.heads * request.headSize
    let keyWidth = request.kvHeads * request.headSize
    let group = request.heads / request.kvHeads
    func number(_ base: UnsafeRawPointer, _ index: Int) -> Double {
      guard request.element == .bfloat16 else {
        return Double(base.load(fromByteOffset: 4 * index, as: Float.self))
      }
      let bits = base.load(fromByteOffset: 2 * index, as: UInt16.self)
      return Double(Float(bitPattern: UInt32(bits) << 16))
    }
    for row in 0..<request.rows {
      let lower = min(max(Int(request.lower[row]), 0), request.keyCount)
      let upper = min(max(Int(request.upper[row]), lower), request.keyCount)
      for head in 0..<request.heads {
        let query = request.query + row * width + head * request.headSize
        let output = request.output + row * width + head * request.headSize
        let offset = head / group * request.headSize
        let scores = (lower..<upper).map { key in
          var sum = 0.0
          for index in 0..<request.headSize {
            sum += Double(query[index]) * number(request.keys, key * keyWidth + offset + index)
          }
          sum *= Double(request.scale)
          return request.softCap.map { Double($0) * tanh(sum / Double($0)) } ?? sum
        }
        let largest = scores.max() ?? 0
        let powers = scores.map { exp($0 - largest) }
        let total = powers.reduce(0, +)
        for index in 0..<request.headSize {
          var sum = 0.0
          for (position, power) in powers.enumerated() {
            sum += power * number(request.values, (lower + position) * keyWidth + offset + index)
          }
          output[index] = powers.isEmpty ? 0 : Float(sum / total)
        }
      }
    }
  }

  /// `log(sum(exp(x)))`; minus infinity when `count` is zero.
  package static func logSumExp(_ values: UnsafePointer<Float>, count: Int) -> Float {
    let buffer = UnsafeBufferPointer(start: values, count: count)
    guard let largest = buffer.max(), largest.isFinite else {
      return buffer.max() ?? -.infinity
    }
    return Float(
      Double(largest) + log(buffer.reduce(0.0) { $0 + exp(Double($1) - Double(largest)) })
    )
  }

  /// Index of the first of the largest values, not-a-number ignored; 0 when there is none.
  package static func argmax(_ values: UnsafePointer<Float>, count: Int) -> Int {
    var best = 0
    var largest = -Float.infinity
    for index in 0..<count where values[index] > largest {
      largest = values[index]
      best = index
    }
    return best
  }
}
