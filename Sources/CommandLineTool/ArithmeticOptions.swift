import ArgumentParser
import Kernels

/// How exactly a model is computed.
struct ArithmeticOptions: ParsableArguments {
  @Option(
    help: """
      float32: nothing is rounded further. bfloat16: keys and values are, and what layers with bfloat16 \
      weights multiply, which is up to twice as fast where the processor has such instructions.
      """
  )
  var arithmetic: Arithmetic = .bfloat16
}

extension Arithmetic: ExpressibleByArgument {}
