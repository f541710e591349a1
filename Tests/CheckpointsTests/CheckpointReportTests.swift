import Checkpoints
import TestSupport
import Testing

@Suite struct CheckpointReportTests {
  @Test func `a report tells what the configuration and the files say`() throws {
    let report = CheckpointReport(
      try Checkpoint(directory: "\(Golden.root)/paligemma2-3b-like")
    )
    #expect(report.family == .paliGemma2)
    #expect(report.size == nil)
    #expect(report.resolution == 42)
    #expect(report.imageTokens == 9)
    #expect(report.textLayers == 3)
    #expect(report.heads == 8)
    #expect(report.keyValueHeads == 4)
    #expect(report.headSize == 8)
    #expect(report.attentionSoftCap == 50)
    #expect(report.slidingLayers == 2)
    #expect(report.layout == .hub)
    #expect(report.files.map(\.name) == ["model.safetensors"])
    #expect(report.files.first?.elementCounts == ["F32": report.parameterCount])
    #expect(report.parametersByElementType == ["F32": report.parameterCount])
    #expect(report.tokenizerFiles == ["tokenizer.json"])
    #expect(report.notes == [])
  }

  @Test func `a picture that outgrows the window is noted`() throws {
    let report = CheckpointReport(try Checkpoint(directory: "\(Golden.root)/sliding-window"))
    #expect(report.slidingWindow == 8)
    #expect(report.notes.count == 1)
    #expect(report.notes.first?.contains("sliding layers see 8") == true)
  }

  @Test func `missing files are noted`() throws {
    let folder = try TemporaryFolder()
    try folder.copy(from: "\(Golden.root)/layout-hub", ["config.json", "model.safetensors"])
    let report = CheckpointReport(try Checkpoint(directory: folder.path))
    #expect(report.tokenizerFiles.isEmpty)
    #expect(report.notes.count == 2)
  }
}
