import Benchmarking
import Checkpoints
import Kernels
import Tensors
import Testing

@Suite struct EngineBenchmarkTests {
  /// The parameters that the published files have, as `TensorTableTests` counts them.
  @Test(arguments: [
    ("3b-224", 3_032_242_416), ("10b-448", 9_663_523_568), ("28b-896", 27_654_910_704),
  ])
  func `shapes are those of the published checkpoints`(name: String, parameters: Int) throws {
    let shape = try #require(PublishedShape(named: name))
    let table = TensorTable(try shape.configuration())
    #expect(table.parameterCount == parameters)
    #expect(shape.name == name)
    #expect(PublishedShape(named: "4b-224") == nil)
  }

  @Test func `what registers do and what memory gives is more than nothing`() throws {
    for set in InstructionSet.available {
      let compute = try Compute(threads: 1, instructionSet: set)
      for format in PeakFormat.allCases {
        let peak = compute.peak(format)
        #expect(peak > 1e8 && peak < 1e14, "\(set) \(format): \(peak)")
      }
      let storage = ByteStorage(byteCount: 64 << 20) { _ in }
      let bandwidth = compute.readBandwidth([storage.bytes, storage.bytes])
      #expect(bandwidth > 1e8 && bandwidth < 1e13, "\(set): \(bandwidth)")
      #expect(compute.readBandwidth([]) == 0)
    }
  }
}
