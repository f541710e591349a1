import FileAccess
import Tensors
import Testing

@Suite struct TensorViewTests {
  @Test func `every binary16 bit pattern widens to the number the language gives it`() {
    for bits in UInt16.min...UInt16.max {
      let expected = Float(Float16(bitPattern: bits))
      let found = float16ToFloat(bits)
      #expect(found == expected || (found.isNaN && expected.isNaN))
      #expect(found.sign == expected.sign)
    }
  }

  @Test func `bfloat16 is the upper half of a binary32 at any alignment`() {
    let bytes: [UInt8] = [0xFF, 0x80, 0x3F, 0x49, 0xC0]
    bytes.withUnsafeBytes { raw in
      guard let base = raw.baseAddress else { return }
      #expect(ElementType.bfloat16.load(base + 1, at: 0) == 1)
      #expect(ElementType.bfloat16.load(base + 1, at: 1) == -3.140625)
    }
  }

  @Test func `a view never reaches past its storage`() {
    let storage = ByteStorage(byteCount: 16) { _ in }
    for offset in 0...17 {
      for count in 0...5 {
        let view = TensorView(
          storage: storage,
          byteOffset: offset,
          shape: [count],
          elementType: .float32
        )
        #expect((view != nil) == (offset + count * 4 <= 16))
      }
    }
  }

  @Test func `a shape from a file may be neither negative nor larger than memory can be`() {
    #expect(Shape(checking: [2, -1]) == nil)
    #expect(Shape(checking: [Int.max, 2]) == nil)
    #expect(Shape(checking: [0, Int.max, 3])?.elementCount == 0)
    #expect(Shape(checking: [])?.elementCount == 1)
  }

  @Test func `a mapped file shows its bytes and a missing one says which`() throws {
    let path = "/nonexistent/weights.safetensors"
    let error = #expect(throws: FileError.self) { try ByteStorage(mapping: path) }
    #expect(error?.description.hasPrefix(path) == true)
    let directory = #expect(throws: FileError.self) { try ByteStorage(mapping: "/") }
    #expect(directory?.description == "/: expected a regular file, found a folder or device")
  }
}
