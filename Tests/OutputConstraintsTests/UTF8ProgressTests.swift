import OutputConstraints
import Testing

@Suite struct UTF8ProgressTests {
  /// The characters of every path that the automaton allows, with its promises checked.
  @Test func `it accepts every character past ASCII that may stand in XML, and nothing else`() {
    var found: Set<UInt32> = []
    var pending: [(progress: UTF8Progress, bytes: [UInt8])] = [(UTF8Progress(), [])]
    while let (progress, bytes) = pending.popLast() {
      if !bytes.isEmpty, progress.isBetweenCharacters {
        guard let text = String(validating: bytes, as: UTF8.self),
          let scalar = text.unicodeScalars.first, text.unicodeScalars.count == 1
        else {
          Issue.record("\(bytes) is no character")
          return
        }
        found.insert(scalar.value)
        continue
      }
      if !bytes.isEmpty { checkEnding(progress, bytes) }
      for byte in UInt8.min...UInt8.max {
        var next = progress
        guard next.advance(byte) else { continue }
        // Of the planes past the first two, one in sixteen third bytes and all of the last.
        if bytes.count == 2, bytes[0] > 0xF0, byte & 0x0F != 0x0F { continue }
        pending.append((next, bytes + [byte]))
      }
    }
    let planes = (UInt32(0xA0)...0x1_FFFF).filter { value in
      Unicode.Scalar(value) != nil && value & 0xFFFE != 0xFFFE && !(0xFDD0...0xFDEF).contains(value)
    }
    #expect(found.filter { $0 <= 0x1_FFFF } == Set(planes))
    #expect(found.contains(0x10_FFFD) && !found.contains(0x10_FFFE) && !found.contains(0x2_FFFF))
  }

  private func checkEnding(_ start: UTF8Progress, _ bytes: [UInt8]) {
    var progress = start
    var missing = progress.missingByteCount
    while let byte = progress.closer {
      let isAccepted = progress.advance(byte)
      #expect(missing > 0 && isAccepted, "\(bytes)")
      missing -= 1
    }
    #expect(missing == 0 && progress.isBetweenCharacters, "\(bytes)")
  }

  @Test func `ASCII bytes are not its concern`() {
    for byte: UInt8 in 0...0x7F {
      var progress = UTF8Progress()
      let isAccepted = progress.advance(byte)
      #expect(!isAccepted)
    }
  }
}
