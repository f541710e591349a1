extension Compute {
  /// `0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))`, in place.
  package func geluTanh(_ values: UnsafeMutablePointer<Float>, count: Int) {
    ReferenceKernels.geluTanh(values, count: count)
  }

  /// `gate = geluTanh(gate) * up`.
  package func gatedGELU(
    gate: UnsafeMutablePointer<Float>,
    up: UnsafePointer<Float>,
    count: Int
  ) {
    ReferenceKernels.gatedGELU(gate: gate, up: up, count: count)
  }

  /// `target += source`.
  package func add(
    _ source: UnsafePointer<Float>,
    to target: UnsafeMutablePointer<Float>,
    count: Int
  ) {
    ReferenceKernels.add(source, to: target, count: count)
  }

  /// `values *= factor`.
  package func scale(_ values: UnsafeMutablePointer<Float>, by factor: Float, count: Int) {
    ReferenceKernels.scale(values, by: factor, count: count)
  }

  /// `cap * tanh(x / cap)`, in place.
  package func softCap(_ values: UnsafeMutablePointer<Float>, cap: Float, count: Int) {
    ReferenceKernels.softCap(values, cap: cap, count: count)
  }
}
