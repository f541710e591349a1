import CKernels
import Tensors

extension Compute {
  /// Input rows that are packed at once.
  ///
  /// It bounds the memory of a call; more rows read the weights again, which is cheap next to so many
  /// products. A multiple of every tile height.
  static let rowsTogether = 480

  /// `output[r, o] = sum over i of input[r, i] * w[o, i], plus bias[o]`.
  ///
  /// - Parameters:
  ///   - input: `[rows, weights.inputs]`.
  ///   - rows: Zero or more.
  ///   - weights: `[outputs, inputs]`.
  ///   - bias: `[outputs]`, or `nil` for none.
  ///   - output: `[rows, weights.outputs]`; must not overlap the input.
  package func linear(
    _ input: UnsafePointer<Float>,
    rows: Int,
    weights: LinearWeights,
    bias: UnsafePointer<Float>?,
    output: UnsafeMutablePointer<Float>
  ) {
    guard rows > 0, weights.outputs > 0 else { return }
    let rowBytes =
      switch weights.storage {
      case .dense(let view): table.packed_row_bytes(element(view), weights.inputs)
      case .quantized: table.quantized_row_bytes(weights.inputs)
      }
    withScratch(min(rows, Compute.rowsTogether) * rowBytes) { packed in
      for first in stride(from: 0, to: rows, by: Compute.rowsTogether) {
        let part = LinearPart(
          input: input + first * weights.inputs,
          rows: min(rows - first, Compute.rowsTogether),
          bias: bias,
          output: output + first * weights.outputs,
          packed: packed
        )
        switch weights.storage {
        case .dense(let view): linear(part, view, weights)
        case .quantized(let view): linear(part, view)
        }
      }
    }
  }

  /// Rows that are packed at once.
  private struct LinearPart {
    let input: UnsafePointer<Float>
    let rows: Int
    let bias: UnsafePointer<Float>?
    let output: UnsafeMutablePointer<Float>
    let packed: UnsafeMutableRawPointer
  }

  private func linear(_ part: LinearPart, _ view: TensorView, _ weights: LinearWeights) {
    let element = element(view)
    let (inputs, outputs) = (weights.inputs, weights.outputs)
    share(items: part.rows, step: table.tile_rows, workPerItem: inputs * 2) { range in
      table.pack_rows(
        part.input,
        part.rows,
        inputs,
        element,
        range.lowerBound,
        range.upperBound,
        part.packed
      )
    }
    var layer = ck_linear(
      weights: view.baseAddress,
      element: element,
      inputs: inputs,
      outputs: outputs,
      rows: part.rows,
      packed: UnsafeRawPointer(part.packed),
      bias: part.bias,
      output: part.output
    )
    let chunk = outputsPerTask(rows: part.rows, weights: weights)
    withUnsafePointer(to: &layer) { layer in
      share(
        (outputs + chunk - 1) / chunk,
        work: 2 * part.rows * max(inputs, 1) * outputs,
        scratchBytes: table.linear_scratch_bytes(element, inputs, part.rows)
      ) { task, scratch in
        table.linear(layer, task * chunk, min((task + 1) * chunk, outputs), scratch)
      }
    }
  }

  private func linear(_ part: LinearPart, _ view: QuantizedView) {
    let (inputs, outputs) = (view.inputs, view.outputs)
    share(items: part.rows, workPerItem: inputs * 4) { range in
      table.quantize_rows(part.input, inputs, range.lowerBound, range.upperBound, part.packed)
    }
    let bits = Int32(view.bits.rawValue)
    var layer = ck_quantized(
      weights: view.baseAddress,
      bits: bits,
      inputs: inputs,
      outputs: outputs,
      rows: part.rows,
      packed: UnsafeRawPointer(part.packed),
      bias: part.bias,
      output: part.output
    )
    // Whole panels of 64 outputs, enough of them per task that handing them out costs little.
    let even = outputs / (threads * (threads == 1 ? 1 : 8))
    let smallest = part.rows > 4 ? 64 : max(131_072 / max(inputs, 1), 64)
    let chunk = (max(even, smallest) + 63) / 64 * 64
    withUnsafePointer(to: &layer) { layer in
      share(
        (outputs + chunk - 1) / chunk,
        work: 2 * part.rows * max(inputs, 1) * outputs,
        scratchBytes: table.quantized_scratch_bytes(bits, inputs, part.rows)
      ) { task, scratch in
        table.quantized_linear(layer, task * chunk, min((task + 1) * chunk, outputs), scratch)
      }
    }
  }

  /// Outputs that one task computes: a multiple of 8, enough tasks to even out the threads, and not
  /// so few weights per task that handing them out costs anything.
  private func outputsPerTask(rows: Int, weights: LinearWeights) -> Int {
    let even = weights.outputs / (threads * (threads == 1 ? 1 : 8))
    let smallest = rows > table.tile_rows ? 32 : max(65536 / max(weights.inputs, 1), 8)
    let chunk = max(even, smallest)
    // Whole panels where there are enough of them.
    let step = chunk >= 64 ? 64 : chunk >= 32 ? 32 : 8
    return (chunk + step - 1) / step * step
  }

  private func element(_ view: TensorView) -> ck_element {
    switch view.elementType {
    case .float32: CK_ELEMENT_FLOAT32
    case .float16: CK_ELEMENT_FLOAT16
    case .bfloat16: arithmetic == .bfloat16 ? CK_ELEMENT_BFLOAT16_BOTH : CK_ELEMENT_BFLOAT16
    }
  }
}
