import ArgumentParser
import Checkpoints
import Tensors

/// Which weights of a checkpoint folder are used.
struct WeightOptions: ParsableArguments {
  /// Names on the command line.
  enum Choice: String, CaseIterable, ExpressibleByArgument {
    case original
    case eight = "8bit"
    case four = "4bit"

    var selection: WeightSelection {
      switch self {
      case .original: .original
      case .eight: .quantized(.eight)
      case .four: .quantized(.four)
      }
    }
  }

  @Option(
    help: """
      Weights to use: original, or 8bit and 4bit that 'copyist model quantize' wrote (default: \
      original, where present).
      """
  )
  var weights: Choice?

  var selection: WeightSelection { weights?.selection ?? .automatic }
}
