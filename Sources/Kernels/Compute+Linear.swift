import CKernels
import Tensors

/// A linear layer: `output[r, o] = sum over i of input[r, i] * weights[o, i], plus bias[o]`.
package struct LinearLayer {
  /// `[outputs, inputs]`.
  package let weights: LinearWeights
  /// `[outputs]`, or `nil` for none.
  package let bias: UnsafePointer<Float>?
  /// `[rows, outputs]`; must not overlap the input.
  package let output: UnsafeMutablePointer<Float>

  package init(
    _ weights: LinearWeights,
    bias: UnsafePointer<Float>? = nil,
    output: UnsafeMutablePointer<Float>
  ) {
    self.weights = weights
    self.bias = bias
    self.output = output
  }
}

extension Compute {
  /// Input rows that are packed at once.
  ///
  /// It bounds the memory of a call; more rows read the weights again, which is cheap next to so many
  /// products. A multiple of every tile height.
  package static let rowsTogether = 480

  /// One linear layer.
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
    linear(input, rows: rows, layers: [LinearLayer(weights, bias: bias, output: output)])
  }

  /// Several linear layers over the same input, which is packed once where their formats agree.
  ///
  /// - Parameters:
  ///   - input: `[rows, inputs]`, as many inputs as every layer has.
  ///   - rows: Zero or more.
  ///   - layers: What is computed.
  package func linear(_ input: UnsafePointer<Float>, rows: Int, layers: [LinearLayer]) {
    guard rows > 0 else { return }
    var left = layers.filter { $0.weights.outputs > 0 }[...]
    while let first = left.first {
      precondition(first.weights.inputs == layers[0].weights.inputs, "layers of other inputs")
      let format = packing(of: first.weights)
      let alike = left.prefix { packing(of: $0.weights) == format }
      left = left.dropFirst(alike.count)
      linear(input, rows: rows, Array(alike), format)
    }
  }

  /// How input rows are packed for weights.
  private enum Packing: Equatable {
    case dense(ck_element)
    case quantized
  }

  private func packing(of weights: LinearWeights) -> Packing {
    switch weights.storage {
    case .dense(let view): .dense(element(of: view))
    case .quantized: .quantized
    }
  }

  private func element(of view: TensorView) -> ck_element {
    switch view.elementType {
    case .float32: CK_ELEMENT_FLOAT32
    case .float16: CK_ELEMENT_FLOAT16
    case .bfloat16: arithmetic == .bfloat16 ? CK_ELEMENT_BFLOAT16_BOTH : CK_ELEMENT_BFLOAT16
    }
  }

  private func linear(
    _ input: UnsafePointer<Float>,
    rows: Int,
    _ layers: [LinearLayer],
    _ packing: Packing
  ) {
    let inputs = layers[0].weights.inputs
    let rowBytes =
      switch packing {
      case .dense(let element): table.packed_row_bytes(element, inputs)
      case .quantized: table.quantized_row_bytes(inputs)
      }
    withScratch(min(rows, Compute.rowsTogether) * rowBytes) { packed in
      for first in stride(from: 0, to: rows, by: Compute.rowsTogether) {
        let count = min(rows - first, Compute.rowsTogether)
        pack(input + first * inputs, rows: count, inputs: inputs, packing, to: packed)
        let parts = layers.map { layer in
          part(of: layer, from: first, rows: count, packed: packed)
        }
        run(parts, work: 2 * count * max(inputs, 1) * layers.reduce(0) { $0 + $1.weights.outputs })
      }
    }
  }

  private func pack(
    _ input: UnsafePointer<Float>,
    rows: Int,
    inputs: Int,
    _ packing: Packing,
    to packed: UnsafeMutableRawPointer
  ) {
    switch packing {
    case .dense(let element):
      share(items: rows, step: table.tile_rows, workPerItem: inputs * 2) { range in
        table.pack_rows(input, rows, inputs, element, range.lowerBound, range.upperBound, packed)
      }
    case .quantized:
      share(items: rows, workPerItem: inputs * 4) { range in
        table.quantize_rows(input, inputs, range.lowerBound, range.upperBound, packed)
      }
    }
  }

  /// One layer over packed rows, cut into tasks.
  private struct LinearPart {
    enum Call {
      case dense(ck_linear)
      case quantized(ck_quantized)
    }
    let call: Call
    let outputs: Int
    /// Outputs per task.
    let chunk: Int
    let scratchBytes: Int
    var tasks: Int { (outputs + chunk - 1) / chunk }
  }

  private func part(
    of layer: LinearLayer,
    from first: Int,
    rows: Int,
    packed: UnsafeMutableRawPointer
  ) -> LinearPart {
    let (inputs, outputs) = (layer.weights.inputs, layer.weights.outputs)
    let output = layer.output + first * outputs
    // Enough tasks that slow and fast cores end together, large enough that handing them out costs little.
    let even = outputs / (threads * (threads == 1 ? 1 : 8))
    switch layer.weights.storage {
    case .dense(let view):
      let element = element(of: view)
      let smallest = rows > table.tile_rows ? 32 : max(65536 / max(inputs, 1), 8)
      let wish = max(even, smallest)
      // Whole panels where there are enough of them.
      let step = wish >= 64 ? 64 : wish >= 32 ? 32 : 8
      let call = ck_linear(
        weights: view.baseAddress,
        element: element,
        inputs: inputs,
        outputs: outputs,
        rows: rows,
        packed: UnsafeRawPointer(packed),
        bias: layer.bias,
        output: output
      )
      return LinearPart(
        call: .dense(call),
        outputs: outputs,
        chunk: (wish + step - 1) / step * step,
        scratchBytes: table.linear_scratch_bytes(element, inputs, rows)
      )
    case .quantized(let view):
      let bits = Int32(view.bits.rawValue)
      let smallest = rows > 4 ? 64 : max(131_072 / max(inputs, 1), 64)
      let call = ck_quantized(
        weights: view.baseAddress,
        bits: bits,
        inputs: inputs,
        outputs: outputs,
        rows: rows,
        packed: UnsafeRawPointer(packed),
        bias: layer.bias,
        output: output
      )
      return LinearPart(
        call: .quantized(call),
        outputs: outputs,
        chunk: (max(even, smallest) + 63) / 64 * 64,
        scratchBytes: table.quantized_scratch_bytes(bits, inputs, rows)
      )
    }
  }

  private func run(_ parts: [LinearPart], work: Int) {
    let scratchBytes = parts.map(\.scratchBytes).max() ?? 0
    share(
      parts.reduce(0) { $0 + $1.tasks },
      work: work,
      scratchBytes: scratchBytes
    ) { task, scratch in
      var task = task
      for part in parts {
        guard task >= part.tasks else {
          let range = task * part.chunk..<min((task + 1) * part.chunk, part.outputs)
          run(part.call, range, scratch)
          return
        }
        task -= part.tasks
      }
    }
  }

  private func run(
    _ call: LinearPart.Call,
    _ outputs: Range<Int>,
    _ scratch: UnsafeMutableRawPointer
  ) {
    switch call {
    case .dense(var layer):
      table.linear(&layer, outputs.lowerBound, outputs.upperBound, scratch)
    case .quantized(var layer):
      table.quantized_linear(&layer, outputs.lowerBound, outputs.upperBound, scratch)
    }
  }
}
