/// Bracket atoms.
extension SMILESPath {
  func stepBracket(_ byte: UInt8) -> Bool {
    let isDigit = (0x30...0x39).contains(byte)
    let prefix = state.pointee
    switch (prefix.mode, UnicodeScalar(byte)) {
    case (.bracket, "0"..."9"):
      // A number that starts with 0 has no more digits: RDKit refuses [013C].
      guard prefix.digits == 0 || prefix.value != 0 else { return false }
      if prefix.digits == 0 { state.pointee.value = byte - 0x30 }
      state.pointee.digits = prefix.digits + 1
      return prefix.digits < 3
    case (.bracket, _):
      guard BracketSymbols.begins(with: byte) else { return false }
      state.pointee.letter = byte
      state.pointee.digits = 0
      state.pointee.value = 0
      state.pointee.mode = .letter
      return true
    case (.letter, "a"..."z"):
      if let element = BracketSymbols.element(prefix.letter, byte) {
        setElement(element, isAromatic: prefix.letter >= 0x61)
        return true
      }
      return false
    case (.letter, _):
      guard let element = BracketSymbols.element(prefix.letter) else { return false }
      setElement(element, isAromatic: prefix.letter >= 0x61)
      return stepBracket(byte)
    case (_, "]"):
      guard prefix.mode != .colon, let budget = bracketBudget else { return false }
      clearBracket()
      return bondAtom(budget)
    case (.symbol, "@"), (.chirality, "@"):
      guard !prefix.isAromatic, prefix.element > 1 else { return false }
      state.pointee.mode = prefix.mode == .symbol ? .chirality : .chiralityEnd
      return true
    case (.symbol, "H"), (.chirality, "H"), (.chiralityEnd, "H"):
      state.pointee.mode = .hydrogen
      state.pointee.hydrogens = 1
      return prefix.element != 1
    case (.hydrogen, _) where isDigit:
      state.pointee.hydrogens = byte - 0x30
      state.pointee.mode = .hydrogenCount
      return byte > 0x30
    case (.symbol, "+"), (.chirality, "+"), (.chiralityEnd, "+"), (.hydrogen, "+"),
      (.hydrogenCount, "+"), (.symbol, "-"), (.chirality, "-"), (.chiralityEnd, "-"),
      (.hydrogen, "-"), (.hydrogenCount, "-"):
      state.pointee.charge = byte == UInt8(ascii: "+") ? 1 : -1
      state.pointee.mode = .sign
      return true
    case (.sign, "+") where prefix.charge > 0, (.sign, "-") where prefix.charge < 0:
      state.pointee.charge = prefix.charge * 2
      state.pointee.mode = .chargeEnd
      return true
    case (.sign, "1"..."9"):
      state.pointee.charge = prefix.charge * Int8(byte - 0x30)
      state.pointee.mode = .charge
      return true
    case (.charge, "0"..."5") where abs(prefix.charge) == 1:
      state.pointee.charge = prefix.charge * (10 + Int8(byte - 0x30))
      state.pointee.mode = .chargeEnd
      return true
    case (.colon, _) where isDigit:
      state.pointee.value = byte - 0x30
      state.pointee.digits = 1
      state.pointee.mode = .atomClass
      return true
    case (.atomClass, _) where isDigit:
      guard prefix.value != 0 else { return false }
      state.pointee.digits = prefix.digits + 1
      return prefix.digits < 3
    case (_, ":") where prefix.mode != .colon && prefix.mode != .atomClass:
      state.pointee.mode = .colon
      return true
    default: return false
    }
  }

  private func setElement(_ element: Element, isAromatic: Bool) {
    state.pointee.element = UInt8(truncatingIfNeeded: element.number)
    state.pointee.isAromatic = isAromatic
    state.pointee.letter = 0
    state.pointee.mode = .symbol
  }

  private func clearBracket() {
    state.pointee.digits = 0
    state.pointee.value = 0
    state.pointee.element = 0
    state.pointee.isAromatic = false
    state.pointee.hydrogens = 0
    state.pointee.charge = 0
  }

  private var bracketBudget: AtomBudget? {
    AtomBudget.of(
      Element(number: Int(state.pointee.element)),
      isAromatic: state.pointee.isAromatic,
      charge: Int(state.pointee.charge),
      hydrogens: Int(state.pointee.hydrogens)
    )
  }

  /// The rest of the bracket and what follows it.
  var bracketEnding: SMILESEnding? {
    let close = UInt8(ascii: "]")
    switch state.pointee.mode {
    case .bracket:
      return ending(adding: UInt8(ascii: "C"), close) ?? ending(adding: UInt8(ascii: "c"), close)
    case .letter:
      for rest in BracketSymbols.rests(of: state.pointee.letter) {
        let found =
          ending(adding: rest, close) ?? ending(adding: rest, UInt8(ascii: "+"), close)
          ?? ending(adding: rest, UInt8(ascii: "-"), close)
        if let found { return found }
      }
      return nil
    case .colon: return ending(adding: UInt8(ascii: "1"), close)
    case .symbol, .chirality, .chiralityEnd, .hydrogen, .hydrogenCount:
      return ending(adding: close) ?? ending(adding: UInt8(ascii: "+"), close)
        ?? ending(adding: UInt8(ascii: "-"), close)
    default: return ending(adding: close)
    }
  }

  /// The ending that begins with up to three bytes; 0 stands for none.
  private func ending(
    adding first: UInt8,
    _ second: UInt8 = 0,
    _ third: UInt8 = 0
  ) -> SMILESEnding? {
    withCopy { copy -> SMILESEnding? in
      var count = 0
      var start: UInt8 = 0
      func add(_ byte: UInt8) -> Bool {
        guard byte != 0 else { return true }
        if count == 0 { start = byte }
        count += 1
        return copy.step(byte)
      }
      guard add(first), add(second), add(third) else { return nil }
      return copy.ending.map { SMILESEnding(byteCount: count + $0.byteCount, step: .byte(start)) }
    }
  }
}
