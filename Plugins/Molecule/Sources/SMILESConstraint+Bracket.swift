/// Bracket atoms.
extension SMILESConstraint {
  func stepBracket(_ state: inout State, _ byte: UInt8) -> Bool {
    let isDigit = (0x30...0x39).contains(byte)
    switch (state.mode, UnicodeScalar(byte)) {
    case (.bracket, "0"..."9"):
      // A number that starts with 0 has no more digits: RDKit refuses [013C].
      guard state.digits == 0 || state.value != 0 else { return false }
      if state.digits == 0 { state.value = byte - 0x30 }
      state.digits += 1
      return state.digits <= 3
    case (.bracket, _): return beginSymbol(&state, byte)
    case (.letter, "a"..."z") where endSymbol(&state, byte): return true
    case (.letter, _):
      guard let element = SMILESConstraint.single(state.letter) else { return false }
      state.element = UInt8(element.number)
      state.isAromatic = state.letter >= 0x61
      state.mode = .symbol
      state.letter = 0
      return stepBracket(&state, byte)
    case (_, "]"):
      guard state.mode != .colon, let budget = budget(of: state) else { return false }
      clearBracket(&state)
      return append(&state, budget)
    case (.symbol, "@"), (.chirality, "@"):
      guard !state.isAromatic, state.element > 1 else { return false }
      state.mode = state.mode == .symbol ? .chirality : .chiralityEnd
      return true
    case (.symbol, "H"), (.chirality, "H"), (.chiralityEnd, "H"):
      state.mode = .hydrogen
      state.hydrogens = 1
      return state.element != 1
    case (.hydrogen, _) where isDigit:
      state.hydrogens = byte - 0x30
      state.mode = .hydrogenCount
      return state.hydrogens > 0
    case (.symbol, "+"), (.chirality, "+"), (.chiralityEnd, "+"), (.hydrogen, "+"),
      (.hydrogenCount, "+"), (.symbol, "-"), (.chirality, "-"), (.chiralityEnd, "-"),
      (.hydrogen, "-"), (.hydrogenCount, "-"):
      state.charge = byte == UInt8(ascii: "+") ? 1 : -1
      state.mode = .sign
      return true
    case (.sign, "+") where state.charge > 0, (.sign, "-") where state.charge < 0:
      state.charge *= 2
      state.mode = .chargeEnd
      return true
    case (.sign, "1"..."9"):
      state.charge *= Int8(byte - 0x30)
      state.mode = .charge
      return true
    case (.charge, "0"..."5") where abs(state.charge) == 1:
      state.charge *= 10 + Int8(byte - 0x30)
      state.mode = .chargeEnd
      return true
    case (.colon, _) where isDigit, (.atomClass, _) where isDigit:
      guard state.mode == .colon || state.value != 0 else { return false }
      if state.mode == .colon { state.value = byte - 0x30 }
      state.digits = state.mode == .colon ? 1 : state.digits + 1
      state.mode = .atomClass
      return state.digits <= 3
    case (_, ":") where state.mode != .colon && state.mode != .atomClass:
      state.mode = .colon
      return true
    default: return false
    }
  }

  private func clearBracket(_ state: inout State) {
    state.digits = 0
    state.value = 0
    state.element = 0
    state.isAromatic = false
    state.hydrogens = 0
    state.charge = 0
  }

  private func beginSymbol(_ state: inout State, _ byte: UInt8) -> Bool {
    let starts = SMILESConstraint.elements(from: byte)
    guard !starts.isEmpty else { return false }
    state.letter = byte
    state.digits = 0
    state.value = 0
    state.mode = .letter
    return true
  }

  private func endSymbol(_ state: inout State, _ byte: UInt8) -> Bool {
    guard let element = SMILESConstraint.double(state.letter, byte) else { return false }
    state.element = UInt8(element.number)
    state.isAromatic = state.letter >= 0x61
    state.letter = 0
    state.mode = .symbol
    return true
  }

  /// Elements with a symbol of one letter, by that letter.
  private static func single(_ letter: UInt8) -> Element? {
    switch UnicodeScalar(letter) {
    case "c", "n", "o", "s", "p": Element.byAromaticSymbol[[letter]]
    case "a"..."z": nil
    default: Element.bySymbol[[letter]]
    }
  }

  private static func double(_ first: UInt8, _ second: UInt8) -> Element? {
    if first == UInt8(ascii: "s") {
      return second == UInt8(ascii: "e") ? Element(number: 34) : nil
    }
    return first < 0x61 ? Element.bySymbol[[first, second]] : nil
  }

  /// Elements whose symbols begin with a letter, the shortest symbol first.
  private static let elementsByLetter: [[(rest: [UInt8], element: Element)]] = {
    var table = [[(rest: [UInt8], element: Element)]](repeating: [], count: 128)
    for (number, symbol) in Element.symbols.enumerated() {
      let bytes = Array(symbol.utf8)
      table[Int(bytes[0])].append((Array(bytes.dropFirst()), Element(number: number)))
    }
    for letter in ["c", "n", "o", "s", "p"] {
      guard let byte = letter.utf8.first, let element = single(byte) else { continue }
      table[Int(byte)].append(([], element))
    }
    table[Int(UInt8(ascii: "s"))].append(([UInt8(ascii: "e")], Element(number: 34)))
    return table.map { row in row.sorted { $0.rest.count < $1.rest.count } }
  }()

  static func elements(from letter: UInt8) -> [(rest: [UInt8], element: Element)] {
    letter < 128 ? elementsByLetter[Int(letter)] : []
  }

  private func budget(of state: State) -> AtomBudget? {
    AtomBudget.of(
      Element(number: Int(state.element)),
      isAromatic: state.isAromatic,
      charge: Int(state.charge),
      hydrogens: Int(state.hydrogens)
    )
  }

  /// The rest of the bracket and what follows it.
  func bracketEnding(_ state: State) -> (byteCount: Int, byte: UInt8)? {
    switch state.mode {
    case .bracket:
      return ending(state, adding: [UInt8(ascii: "C"), UInt8(ascii: "]")])
        ?? ending(state, adding: [UInt8(ascii: "c"), UInt8(ascii: "]")])
    case .letter:
      for (rest, _) in SMILESConstraint.elements(from: state.letter) {
        for sign in [[], [UInt8(ascii: "+")], [UInt8(ascii: "-")]] {
          if let found = ending(state, adding: rest + sign + [UInt8(ascii: "]")]) { return found }
        }
      }
      return nil
    case .colon: return ending(state, adding: [UInt8(ascii: "1"), UInt8(ascii: "]")])
    case .symbol, .chirality, .chiralityEnd, .hydrogen, .hydrogenCount:
      return ending(state, adding: [UInt8(ascii: "]")])
        ?? ending(state, adding: [UInt8(ascii: "+"), UInt8(ascii: "]")])
        ?? ending(state, adding: [UInt8(ascii: "-"), UInt8(ascii: "]")])
    default: return ending(state, adding: [UInt8(ascii: "]")])
    }
  }

  private func ending(_ state: State, adding bytes: [UInt8]) -> (byteCount: Int, byte: UInt8)? {
    var copy = state
    for byte in bytes where !step(&copy, byte) { return nil }
    return ending(copy).map { (bytes.count + $0.byteCount, bytes[0]) }
  }
}
