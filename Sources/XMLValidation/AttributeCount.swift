/// Finds start tags with more attributes than anyone writes.
///
/// libxml2 compares every attribute of a tag with every earlier one, so that a tag with 100,000 takes it
/// more than a minute.
struct AttributeCount {
  /// Most attributes of one tag that are given to libxml2.
  static let maximum = 1000

  /// The most attributes that a tag may have had so far, if the parser is in a certain state.
  private struct Guess {
    /// Below 0 when the parser cannot be in the state.
    var count = -1
    /// Where the tag starts.
    var start = 0

    /// Keeps the larger count.
    mutating func take(_ other: Guess, adding more: Int = 0) {
      guard other.count >= 0, other.count + more > count else { return }
      count = other.count + more
      start = other.start
    }
  }

  // Where in a tag the parser may be.
  private var between = Guess()
  private var inName = Guess()
  private var afterEquals = Guess()
  private var inValue = Guess()
  private var inSingleQuotes = Guess()
  private var inDoubleQuotes = Guess()

  /// Where a tag starts that may have more attributes than ``maximum``; `nil` when there is none.
  ///
  /// Whether a `<` is one of a comment, a script or a value is not known here, so each is taken for the
  /// start of a tag besides whatever else is going on: never too few are counted.
  static func tagBeyondMaximum(in bytes: [UInt8]) -> Int? {
    // The text needs as many marks between attributes.
    guard bytes.count > maximum else { return nil }
    var scan = AttributeCount()
    var isAfterLess = false
    for (offset, byte) in bytes.enumerated() {
      scan.advance(byte)
      if isAfterLess, startsName(byte) { scan.inName.take(Guess(count: 0, start: offset - 1)) }
      isAfterLess = byte == UInt8(ascii: "<")
      if scan.inName.count > maximum { return scan.inName.start }
    }
    return nil
  }

  private static func startsName(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte >= 0x80
      || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ":")
  }

  private mutating func advance(_ byte: UInt8) {
    let old = self
    inSingleQuotes = Guess()
    inDoubleQuotes = Guess()
    if byte == UInt8(ascii: "'") {
      between = old.inSingleQuotes
      inDoubleQuotes = old.inDoubleQuotes
      inSingleQuotes = old.afterEquals
      inName.take(old.between, adding: 1)
      afterEquals = Guess()
    } else if byte == UInt8(ascii: "\"") {
      between = old.inDoubleQuotes
      inSingleQuotes = old.inSingleQuotes
      inDoubleQuotes = old.afterEquals
      inName.take(old.between, adding: 1)
      afterEquals = Guess()
    } else {
      inSingleQuotes = old.inSingleQuotes
      inDoubleQuotes = old.inDoubleQuotes
      switch byte {
      case 0...0x20:
        between.take(old.inName)
        between.take(old.inValue)
        inName = Guess()
        inValue = Guess()
      case UInt8(ascii: ">"):
        between = Guess()
        inName = Guess()
        afterEquals = Guess()
        inValue = Guess()
      case UInt8(ascii: "/"):
        between.take(old.inName)
        inName = Guess()
        inValue.take(old.afterEquals)
        afterEquals = Guess()
      case UInt8(ascii: "="):
        afterEquals = old.inName
        afterEquals.take(old.between)
        inValue.take(old.afterEquals)
        between = Guess()
        inName = Guess()
      default:
        inName.take(old.between, adding: 1)
        between = Guess()
        inValue.take(old.afterEquals)
        afterEquals = Guess()
      }
    }
  }
}
