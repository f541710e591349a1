import Checkpoints
import Kernels
import LanguageModel
import PaliGemma
import Tensors
import TestSupport
import Testing
import VisionEncoder

@Suite struct StageParityTests {
  @Test(arguments: Reference.float32Cases + Reference.halfCases, InstructionSet.available)
  func `every stage agrees with the reference implementation`(
    name: String,
    instructionSet: InstructionSet
  ) throws {
    let reference = try Reference(name, on: instructionSet)
    let model = reference.model
    let tolerance = Reference.tolerance(name, instructionSet)
    var compared = 0
    func compare(_ stage: String, _ found: [Float]) throws {
      guard reference.golden.tensorNames.contains(stage) else { return }
      let expected = try reference.golden.tensor(stage)
      expectClose(
        found,
        expected.values,
        absolute: tolerance,
        columns: expected.shape.last,
        "\(name) on \(instructionSet.rawValue), \(stage)"
      )
      compared += 1
    }

    var vision: [(String, [Float])] = []
    let features = try model.features(of: reference.pixels) { stage, matrix in
      vision.append((Self.name(of: stage), matrix.values))
    }
    for (stage, values) in vision { try compare(stage, values) }
    try compare("projector", features.matrix.values)

    let suffix = try reference.suffix
    let prompt = try model.promptEmbeddings(
      features,
      tokens: try model.promptTokens("read the table")
    )
    let session = try DecodingSession(
      decoder: model.decoder,
      prefixLength: prompt.rows,
      suffixCapacity: suffix.count
    )
    var text: [(String, [Float])] = []
    var logits: [Float] = []
    let columns = model.checkpoint.configuration.text.vocabularySize
    try session.run(
      prompt: prompt,
      suffix: suffix,
      firstLogits: 0,
      observe: { stage, matrix in text.append((Self.name(of: stage), matrix.values)) }
    ) { _, row in logits += UnsafeBufferPointer(start: row, count: columns) }
    for (stage, values) in text { try compare(stage, values) }
    try compare("logits", logits)
    // Every recorded stage was reached, the input and three derived values apart.
    let derived = ["pixel_values", "prompt.logits", "logits.bfloat16_arithmetic"]
    #expect(compared == reference.golden.tensorNames.filter { !derived.contains($0) }.count)
  }

  @Test(arguments: Reference.float32Cases)
  func `the prompt alone gives the reference's logits`(name: String) throws {
    let reference = try Reference(name)
    let rows = try reference.logits(suffix: [])
    #expect(rows.count == 1)
    expectClose(rows[0], try reference.golden.tensor("prompt.logits").values, absolute: 1e-4)
  }

  @Test(arguments: Reference.float32Cases)
  func `the prompt is tokenised as the reference processor does`(name: String) throws {
    let reference = try Reference(name)
    let image = reference.model.checkpoint.configuration
    let expected = try reference.golden.integers("prefix_ids")
    let found =
      [Int](repeating: image.imageTokenIndex, count: image.vision.tokenCount)
      + (try reference.model.promptTokens("read the table"))
    #expect(found == expected)
  }

  @Test(arguments: InstructionSet.available)
  func `all tensor-name layouts and shards give the same logits bit for bit`(
    instructionSet: InstructionSet
  ) throws {
    let first = try Reference(Reference.layoutCases[0], on: instructionSet)
    let expected = try first.logits(suffix: try first.suffix, first: 0)
    let recorded = try first.golden.tensor("logits")
    expectClose(Array(expected.joined()), recorded.values, absolute: 1e-4, columns: 320)
    for name in Reference.layoutCases.dropFirst() {
      let other = try Reference(name, on: instructionSet)
      #expect(try other.logits(suffix: try other.suffix, first: 0) == expected, "\(name)")
    }
  }

  @Test func `with bfloat16 weights we are nearer to float32 arithmetic than bfloat16 is`() throws {
    let reference = try Reference("bfloat16")
    let exact = try reference.golden.tensor("logits").values
    let rounded = try reference.golden.tensor("logits.bfloat16_arithmetic").values
    let found = Array(try reference.logits(suffix: try reference.suffix, first: 0).joined())
    let ours = LargestDifference(found, exact).value
    let theirs = LargestDifference(rounded, exact).value
    #expect(ours * 10 < theirs, "\(ours) against \(theirs)")
  }

  @Test(arguments: InstructionSet.available)
  func `computing in bfloat16 we are nearer to float32 arithmetic than the reference is`(
    instructionSet: InstructionSet
  ) throws {
    let reference = try Reference("bfloat16", on: instructionSet, arithmetic: .bfloat16)
    let exact = try reference.golden.tensor("logits").values
    let rounded = try reference.golden.tensor("logits.bfloat16_arithmetic").values
    let found = Array(try reference.logits(suffix: try reference.suffix, first: 0).joined())
    let ours = LargestDifference(found, exact).value
    let theirs = LargestDifference(rounded, exact).value
    #expect(ours > 0)
    #expect(ours * 2 < theirs, "\(ours) against \(theirs)")
  }

  private static func name(of stage: VisionStage) -> String {
    switch stage {
    case .patches: "vision.patches"
    case .embeddings: "vision.embeddings"
    case .block(let index): "vision.block.\(index)"
    case .normalised: "vision.post_layernorm"
    }
  }

  private static func name(of stage: TextStage) -> String {
    switch stage {
    case .embeddings: "text.embeddings"
    case .block(let index): "text.block.\(index)"
    case .normalised: "text.norm"
    }
  }
}
