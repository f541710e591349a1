import CKernels

extension Compute {
  /// `0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))`, in place.
  package func geluTanh(_ values: UnsafeMutablePointer<Float>, count: Int) {
    share(items: count, step: 64, workPerItem: 24) { range in
      table.gelu_tanh(values + range.lowerBound, range.count)
    }
  }

  /// `gate = geluTanh(gate) * up`.
  package func gatedGELU(
    gate: UnsafeMutablePointer<Float>,
    up: UnsafePointer<Float>,
    count: Int
  ) {
    share(items: count, step: 64, workPerItem: 25) { range in
      table.gated_gelu(gate + range.lowerBound, up + range.lowerBound, range.count)
    }
  }

  /// `target += source`.
  package func add(
    _ source: UnsafePointer<Float>,
    to target: UnsafeMutablePointer<Float>,
    count: Int
  ) {
    share(items: count, step: 64, workPerItem: 1) { range in
      table.add(source + range.lowerBound, target + range.lowerBound, range.count)
    }
  }

  /// `values *= factor`.
  package func scale(_ values: UnsafeMutablePointer<Float>, by factor: Float, count: Int) {
    share(items: count, step: 64, workPerItem: 1) { range in
      table.scale(values + range.lowerBound, factor, range.count)
    }
  }

  /// `cap * tanh(x / cap)`, in place.
  package func softCap(_ values: UnsafeMutablePointer<Float>, cap: Float, count: Int) {
    share(items: count, step: 64, workPerItem: 40) { range in
      table.soft_cap(values + range.lowerBound, cap, range.count)
    }
  }
}
