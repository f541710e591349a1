extension JSONReader {
  /// Reads an integer of at most 15 digits without sign, fraction or exponent.
  package mutating func readIndex(_ field: @autoclosure () -> String) throws(JSONFailure) -> Int {
    _ = peek()
    let start = offset
    var value = 0
    while offset < bytes.count, 0x30...0x39 ~= bytes[offset], offset - start < 16 {
      value = value * 10 + Int(bytes[offset] - 0x30)
      offset += 1
    }
    let digits = offset - start
    let hasTail = offset < bytes.count && [0x2E, 0x45, 0x65].contains(bytes[offset])
    guard digits > 0, digits < 16, !hasTail, digits == 1 || bytes[start] != 0x30 else {
      throw failure(at: start, field(), expected: "an integer of zero or more")
    }
    return value
  }

  /// Passes over a number and returns its bytes.
  package mutating func readNumber(
    _ field: @autoclosure () -> String
  ) throws(JSONFailure) -> Range<Int> {
    _ = peek()
    let start = offset
    func digits(_ reader: inout JSONReader) -> Int {
      let from = reader.offset
      while reader.offset < reader.bytes.count, 0x30...0x39 ~= reader.bytes[reader.offset] {
        reader.offset += 1
      }
      return reader.offset - from
    }
    if take(0x2D) {}
    let whole = offset
    let count = digits(&self)
    var isValid = count == 1 || (count > 1 && bytes[whole] != 0x30)
    if take(0x2E) { isValid = isValid && digits(&self) > 0 }
    if take(0x65) || take(0x45) {
      if !take(0x2B) { _ = take(0x2D) }
      isValid = isValid && digits(&self) > 0
    }
    guard isValid else { throw failure(at: start, field(), expected: "a number") }
    return start..<offset
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard offset < bytes.count, bytes[offset] == byte else { return false }
    offset += 1
    return true
  }
}
