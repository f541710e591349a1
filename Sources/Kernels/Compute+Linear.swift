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
    let rowBytes = table.packed_row_bytes(weights.element, weights.inputs)
    withScratch(min(rows, Compute.rowsTogether) * rowBytes) { packed in
      for first in stride(from: 0, to: rows, by: Compute.rowsTogether) {
        linearRows(
          input + first * weights.inputs,
          rows: min(rows - first, Compute.rowsTogether),
          weights: weights,
          bias: bias,
          output: output + first * weights.outputs,
          packed: packed
        )
      }
    }
  }

  private func linearRows(
    _ input: UnsafePointer<Float>,
    rows: Int,
    weights: LinearWeights,
    bias: UnsafePointer<Float>?,
    output: UnsafeMutablePointer<Float>,
    packed: UnsafeMutableRawPointer
  ) {
    let element = weights.element
    share(items: rows, step: table.tile_rows, workPerItem: weights.inputs * 2) { range in
      table.pack_rows(
        input,
        rows,
        weights.inputs,
        element,
        range.lowerBound,
        range.upperBound,
        packed
      )
    }
    var layer = ck_linear(
      weights: weights.view.baseAddress,
      element: element,
      inputs: weights.inputs,
      outputs: weights.outputs,
      rows: rows,
      packed: UnsafeRawPointer(packed),
      bias: bias,
      output: output
    )
    let outputs = weights.outputs
    let chunk = outputsPerTask(rows: rows, weights: weights)
    withUnsafePointer(to: &layer) { layer in
      share(
        (outputs + chunk - 1) / chunk,
        work: 2 * rows * max(weights.inputs, 1) * outputs,
        scratchBytes: table.linear_scratch_bytes(element, weights.inputs, rows)
      ) { task, scratch in
        table.linear(layer, task * chunk, min((task + 1) * chunk, outputs), scratch)
      }
    }
  }

  /// Outputs that one task computes: a multiple of 8, enough tasks to even out the threads, and not
  /// so few weights per task that handing them out costs anything.
  private func outputsPerTask(rows: Int, weights: LinearWeights) -> Int {
    let even = weights.outputs / (threads * (threads == 1 ? 1 : 8))
    let smallest = rows > table.tile_rows ? 32 : max(65536 / max(weights.inputs, 1), 8)
    return (max(even, smallest) + 7) / 8 * 8
  }
}

extension LinearWeights {
  /// The number format as the C kernels name it.
  var element: ck_element {
    switch view.elementType {
    case .float32: CK_ELEMENT_FLOAT32
    case .float16: CK_ELEMENT_FLOAT16
    case .bfloat16: CK_ELEMENT_BFLOAT16
    }
  }
}
