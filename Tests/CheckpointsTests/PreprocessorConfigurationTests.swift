import Checkpoints
import TestSupport
import Testing

@Suite struct PreprocessorConfigurationTests {
  private func read(
    _ json: String?,
    as name: String = "preprocessor_config.json"
  ) throws -> PreprocessorConfiguration {
    let folder = try TemporaryFolder()
    if let json { try folder.write(json, to: name) }
    let vision = try configuration(PublishedCheckpoint.small(448, 0).json()).vision
    return try PreprocessorConfiguration(directory: folder.path, vision: vision)
  }

  @Test func `the published file is read`() throws {
    let read = try read(
      #"""
      {"do_convert_rgb": null, "do_normalize": true, "do_rescale": true, "do_resize": true,
       "image_mean": [0.5, 0.5, 0.5], "image_processor_type": "SiglipImageProcessor",
       "image_seq_length": 1024, "image_std": [0.5, 0.5, 0.5],
       "processor_class": "PaliGemmaProcessor", "resample": 3,
       "rescale_factor": 0.00392156862745098, "size": {"height": 448, "width": 448}}
      """#
    )
    #expect(read == PreprocessorConfiguration(size: 448))
    #expect(read.resampling == .bicubic)
    #expect(abs(read.rescale - 1 / 255) < 1e-9)
  }

  @Test func `without a file the reference defaults hold`() throws {
    #expect(try read(nil) == PreprocessorConfiguration(size: 448))
  }

  @Test func `the combined file of newer versions is read`() throws {
    let read = try read(
      #"{"image_processor": {"size": 448, "resample": 2}, "image_seq_length": 1024}"#,
      as: "processor_config.json"
    )
    #expect(read.resampling == .bilinear)
  }

  @Test func `steps that are switched off do nothing`() throws {
    let read = try read(#"{"size": 448, "do_rescale": false, "do_normalize": false}"#)
    #expect(read.rescale == 1)
    #expect(read.mean == [0, 0, 0])
    #expect(read.standardDeviation == [1, 1, 1])
  }

  @Test(arguments: [
    ("{}", "size"), (#"{"size": 224}"#, "size"), (#"{"size": {"shortest_edge": 448}}"#, "size"),
    (#"{"size": {"height": 448, "width": 224}}"#, "size"), (#"{"size": "448"}"#, "size"),
    (#"{"size": 448, "resample": 0}"#, "resample"),
    (#"{"size": 448, "resample": "bicubic"}"#, "resample"),
    (#"{"size": 448, "do_resize": false}"#, "do_resize"),
    (#"{"size": 448, "do_normalize": 1}"#, "do_normalize"),
    (#"{"size": 448, "image_mean": [0.5, 0.5]}"#, "image_mean"),
    (#"{"size": 448, "image_std": [0.5, 0.5, 0]}"#, "image_std"),
    (#"{"size": 448, "rescale_factor": -1}"#, "rescale_factor"),
    (#"{"size": 448, "image_seq_length": 256}"#, "image_seq_length"),
  ])
  func `a wrong field is named`(json: String, subject: String) throws {
    let error = #expect(throws: CheckpointError.self) { try read(json) }
    #expect(error?.subject == subject)
  }
}
