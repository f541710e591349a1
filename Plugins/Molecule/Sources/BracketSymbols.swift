/// The element symbols that the constraint accepts in brackets, byte by byte.
enum BracketSymbols {
  /// Elements by symbols of one byte, `noElement` where there is none.
  private static let singles: [UInt8] = {
    var table = [UInt8](repeating: noElement, count: 256)
    for (number, symbol) in Element.symbols.enumerated() where symbol.utf8.count == 1 {
      for byte in symbol.utf8 { table[Int(byte)] = UInt8(number) }
    }
    // Aromatic boron, silicon, arsenic and tellurium are left out: see README.md.
    for (letter, number) in [("c", 6), ("n", 7), ("o", 8), ("p", 15), ("s", 16)] {
      for byte in letter.utf8 { table[Int(byte)] = UInt8(number) }
    }
    return table
  }()

  /// Elements by symbols of two letters, 26 for each first letter.
  private static let doubles: [UInt8] = {
    var table = [UInt8](repeating: noElement, count: 26 * 26)
    for (number, symbol) in Element.symbols.enumerated() where symbol.utf8.count == 2 {
      let bytes = Array(symbol.utf8)
      table[Int(bytes[0] - 0x41) * 26 + Int(bytes[1] - 0x61)] = UInt8(number)
    }
    return table
  }()

  private static let noElement: UInt8 = 255

  /// What completes a symbol, by its first byte, the shortest first: 0 for nothing.
  private static let restsByLetter: [[UInt8]] = (UInt8.min...UInt8.max).map { first in
    let longer = (UInt8(ascii: "a")...UInt8(ascii: "z")).filter { element(first, $0) != nil }
    return (element(first) == nil ? [] : [0]) + longer
  }

  static func begins(with byte: UInt8) -> Bool { !restsByLetter[Int(byte)].isEmpty }

  static func rests(of letter: UInt8) -> [UInt8] { restsByLetter[Int(letter)] }

  /// The element with a symbol of one byte.
  static func element(_ letter: UInt8) -> Element? {
    let number = singles[Int(letter)]
    return number == noElement ? nil : Element(number: Int(number))
  }

  /// The element with a symbol of two letters.
  static func element(_ first: UInt8, _ second: UInt8) -> Element? {
    if first == UInt8(ascii: "s"), second == UInt8(ascii: "e") { return Element(number: 34) }
    guard (0x41...0x5A).contains(first), (0x61...0x7A).contains(second) else { return nil }
    let number = doubles[Int(first - 0x41) * 26 + Int(second - 0x61)]
    return number == noElement ? nil : Element(number: Int(number))
  }
}
