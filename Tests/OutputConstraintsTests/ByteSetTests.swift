import OutputConstraints
import Testing

@Suite struct ByteSetTests {
  @Test func `a set holds exactly what was inserted and not removed`() {
    for member in UInt8.min...UInt8.max {
      var set = ByteSet([member])
      for byte in UInt8.min...UInt8.max {
        #expect(set.contains(byte) == (byte == member))
      }
      set.remove(member)
      #expect(set == ByteSet())
    }
    #expect((UInt8.min...UInt8.max).allSatisfy(ByteSet.all.contains))
  }
}
