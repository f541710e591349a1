import Checkpoints
import ImageInput
import Kernels
import LanguageModel
import PaliGemma
import Tensors
import TestSupport

/// A recorded case together with the model that reads its checkpoint.
struct Reference {
  let golden: Golden
  let model: PaliGemmaModel
  let pixels: PixelTensor

  init(
    _ name: String,
    on instructionSet: InstructionSet? = nil,
    threads: Int = 2,
    arithmetic: Arithmetic = .float32
  ) throws {
    self.golden = try Golden(case: name)
    self.model = try PaliGemmaModel(
      directory: golden.checkpointDirectory,
      compute: try Compute(
        threads: threads,
        instructionSet: instructionSet,
        arithmetic: arithmetic
      )
    )
    let size = model.checkpoint.configuration.vision.imageSize
    self.pixels = PixelTensor(size: size, values: try golden.tensor("pixel_values").values)
  }

  /// The suffix that the dump was recorded with, end token included.
  var suffix: [Int] { get throws { try golden.integers("suffix_ids") } }

  /// The prompt as the decoder reads it.
  func prompt() throws -> FloatMatrix {
    try model.promptEmbeddings(
      try model.features(of: pixels),
      tokens: try model.promptTokens("read the table")
    )
  }

  /// Logits of one pass over prompt and suffix, one array per position from `first` on.
  func logits(
    suffix: [Int],
    first: Int? = nil,
    windowPolicy: WindowPolicy = .reference
  ) throws -> [[Float]] {
    let prompt = try prompt()
    let session = try DecodingSession(
      decoder: model.decoder,
      prefixLength: prompt.rows,
      suffixCapacity: suffix.count,
      windowPolicy: windowPolicy
    )
    var rows: [[Float]] = []
    let count = model.checkpoint.configuration.text.vocabularySize
    try session.run(prompt: prompt, suffix: suffix, firstLogits: first) { _, row in
      rows.append(Array(UnsafeBufferPointer(start: row, count: count)))
    }
    return rows
  }

  /// Cases whose dump holds every stage, weights stored as float32.
  static let float32Cases = [
    "paligemma1", "paligemma2-3b-like", "paligemma2-28b-like", "sliding-window",
  ]
  /// One set of weights under every tensor-name layout, and in shards.
  static let layoutCases = [
    "layout-hub", "layout-transformers4", "layout-transformers5", "layout-transformers5-saved",
    "sharded",
  ]
  /// Cases whose weights are stored in 16 bits.
  static let halfCases = ["bfloat16", "float16"]

  /// How far logits may lie from the reference's, which computes in float32 on the same weights.
  ///
  /// bfloat16 weights make the AVX-512 family split every activation in two bfloat16 parts, which
  /// keeps 16 of its 24 significant bits; `docs/Numerics.md` explains the bound.
  static func tolerance(_ name: String, _ instructionSet: InstructionSet) -> Float {
    guard name == "bfloat16" else { return 1e-4 }
    return instructionSet == .avx512bf16 ? 2e-3 : 3e-4
  }
}
