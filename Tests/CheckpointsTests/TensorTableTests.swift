import Checkpoints
import Tensors
import Testing

@Suite struct TensorTableTests {
  @Test(arguments: PublishedCheckpoint.all)
  func `parameters and tensors of the published sizes are as published`(
    checkpoint: PublishedCheckpoint
  ) throws {
    let table = TensorTable(try configuration(checkpoint.json(rows: 257_152)))
    #expect(table.parameterCount == checkpoint.parameters)
    #expect(table.entries.count == checkpoint.tensors)
  }

  @Test(
    arguments: zip(
      PublishedCheckpoint.all.filter { $0.resolution == 224 },
      [2_923_466_480, 3_032_242_416, 9_662_638_832, 27_650_487_024]
    )
  )
  func `with the padded table of the hub's files the count is the hub's`(
    checkpoint: PublishedCheckpoint,
    parameters: Int
  ) throws {
    #expect(TensorTable(try configuration(checkpoint.json())).parameterCount == parameters)
  }

  @Test(arguments: TensorLayout.allCases, PublishedCheckpoint.all.filter { $0.resolution == 224 })
  func `every tensor of a layout has a name of its own`(
    layout: TensorLayout,
    checkpoint: PublishedCheckpoint
  ) throws {
    let table = TensorTable(try configuration(checkpoint.json()))
    let names = Set(table.entries.map { table.name(of: $0.role, in: layout) })
    #expect(names.count == table.entries.count)
    #expect(Set(table.entries.map(\.role)).count == table.entries.count)
  }

  @Test func `shapes of the 3B and 28B decoders are those of their files`() throws {
    let small = TensorTable(try configuration(PublishedCheckpoint.small(224, 0).json()))
    let large = TensorTable(try configuration(PublishedCheckpoint.large(448, 0).json()))
    func shape(_ table: TensorTable, _ role: TensorRole) -> [Int]? {
      table.entries.first { $0.role == role }?.shape.extents
    }
    #expect(shape(small, .visionPatchWeight) == [1152, 3, 14, 14])
    #expect(shape(small, .visionPositions) == [256, 1152])
    #expect(shape(small, .vision(block: 26, .fc1Weight)) == [4304, 1152])
    #expect(shape(small, .vision(block: 26, .fc2Weight)) == [1152, 4304])
    #expect(shape(small, .vision(block: 27, .fc1Weight)) == nil)
    #expect(shape(small, .projectorWeight) == [2304, 1152])
    #expect(shape(small, .embedding) == [257_216, 2304])
    #expect(shape(small, .text(block: 0, .queryWeight)) == [2048, 2304])
    #expect(shape(small, .text(block: 25, .keyWeight)) == [1024, 2304])
    #expect(shape(small, .text(block: 25, .outputWeight)) == [2304, 2048])
    #expect(shape(small, .text(block: 25, .downWeight)) == [2304, 9216])
    #expect(shape(large, .visionPositions) == [1024, 1152])
    #expect(shape(large, .text(block: 45, .queryWeight)) == [4096, 4608])
    #expect(shape(large, .text(block: 45, .valueWeight)) == [2048, 4608])
  }

  @Test func `Gemma 1 has no norms after attention and MLP, and its names say otherwise`() throws {
    let first = TensorTable(try configuration(PublishedCheckpoint.paliGemma1(224, 0).json()))
    let second = TensorTable(try configuration(PublishedCheckpoint.small(224, 0).json()))
    #expect(!first.entries.contains { $0.role == .text(block: 0, .postAttentionNorm) })
    #expect(!first.entries.contains { $0.role == .text(block: 0, .postFeedForwardNorm) })
    let name = "language_model.model.layers.3.post_attention_layernorm.weight"
    #expect(first.name(of: .text(block: 3, .feedForwardNorm), in: .hub) == name)
    #expect(second.name(of: .text(block: 3, .postAttentionNorm), in: .hub) == name)
  }
}
