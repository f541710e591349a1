/// Bracket atoms.
extension SMILESPath {
  func stepBracket(_ byte: UInt8) -> Bool {
    let isDigit = (0x30...0x39).contains(byte)
    let mode = state.pointee.mode
    switch (mode, UnicodeScalar(byte)) {
    case (.bracket, "0"..."9"):
      // A number that starts with 0 has no more digits: RDKit refuses [013C].
      guard state.pointee.digits == 0 || state.pointee.value != 0 else { return false }
      if state.pointee.digits == 0 { state.pointee.value = byte - 0x30 }
      state.pointee.digits += 1
      return state.pointee.digits <= 3
    case (.bracket, _):
      guard BracketSymbols.begins(with: byte) else { return false }
      state.pointee.letter = byte
      state.pointee.digits = 0
      state.pointee.value = 0
      state.pointee.mode = .letter
      return true
    case (.letter, "a"..."z"):
      if let element = BracketSymbols.element(state.pointee.letter, byte) {
        setElement(element, isAromatic: state.pointee.letter >= 0x61)
        return true
      }
      return false
    case (.letter, _):
      guard let element = BracketSymbols.element(state.pointee.letter) else { return false }
      setElement(element, isAromatic: state.pointee.letter >= 0x61)
      return stepBracket(byte)
    case (_, "]"):
      guard mode != .colon, let budget = bracketBudget else { return false }
      clearBracket()
      return bondAtom(budget)
    case (.symbol, "@"), (.chirality, "@"):
      guard !state.pointee.isAromatic, state.pointee.element > 1 else { return false }
      state.pointee.mode = mode == .symbol ? .chirality : .chiralityEnd
      return true
    case (.symbol, "H"), (.chirality, "H"), (.chiralityEnd, "H"):
      state.pointee.mode = .hydrogen
      state.pointee.hydrogens = 1
      return state.pointee.element != 1
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
    case (.sign, "+") where state.pointee.charge > 0, (.sign, "-") where state.pointee.charge < 0:
      state.pointee.charge *= 2
      state.pointee.mode = .chargeEnd
      return true
    case (.sign, "1"..."9"):
      state.pointee.charge *= Int8(byte - 0x30)
      state.pointee.mode = .charge
      return true
    case (.charge, "0"..."5") where abs(state.pointee.charge) == 1:
      state.pointee.charge *= 10 + Int8(byte - 0x30)
      state.pointee.mode = .chargeEnd
      return true
    case (.colon, _) where isDigit:
      state.pointee.value = byte - 0x30
      state.pointee.digits = 1
      state.pointee.mode = .atomClass
      return true
    case (.atomClass, _) where isDigit:
      guard state.pointee.value != 0 else { return false }
      state.pointee.digits += 1
      return state.pointee.digits <= 3
    case (_, ":") where mode != .colon && mode != .atomClass:
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
    switch state.pointee.mode {
    case .bracket:
      return ending(with: AtomBudget.carbon, byteCount: 2, UInt8(ascii: "C"))
        ?? ending(with: AtomBudget.aromaticCarbon, byteCount: 2, UInt8(ascii: "c"))
    case .letter:
      let letter = state.pointee.letter
      guard letter >= 0x61 || state.pointee.restAfterAny >= 0 else { return nil }
      for rest in BracketSymbols.rests(of: letter) {
        let found =
          rest == 0
          ? BracketSymbols.element(letter).flatMap { charged($0, letter, byteCount: 0, 0) }
          : BracketSymbols.element(letter, rest).flatMap { charged($0, letter, byteCount: 1, rest) }
        if let found { return found }
      }
      return nil
    case .symbol, .chirality, .chiralityEnd, .hydrogen, .hydrogenCount:
      let element = Element(number: Int(state.pointee.element))
      let letter: UInt8 = state.pointee.isAromatic ? 0x61 : 0x41
      return charged(element, letter, byteCount: 0, 0)
    case .colon:
      return bracketBudget.flatMap { ending(with: $0, byteCount: 2, UInt8(ascii: "1")) }
    default:
      return bracketBudget.flatMap { ending(with: $0, byteCount: 1, UInt8(ascii: "]")) }
    }
  }

  /// The ending after some bytes of a symbol, without a charge or with the first that is possible.
  private func charged(
    _ element: Element,
    _ letter: UInt8,
    byteCount: Int,
    _ first: UInt8
  ) -> SMILESEnding? {
    var next: Int? = 0
    while let charge = next {
      next = charge == 0 ? 1 : charge == 1 ? -1 : nil
      let budget = AtomBudget.of(
        element,
        isAromatic: letter >= 0x61,
        charge: charge,
        hydrogens: Int(state.pointee.hydrogens)
      )
      let sign =
        charge == 0 ? UInt8(ascii: "]") : charge == 1 ? UInt8(ascii: "+") : UInt8(ascii: "-")
      let count = byteCount + (charge == 0 ? 1 : 2)
      if let budget, let found = ending(with: budget, byteCount: count, first == 0 ? sign : first) {
        return found
      }
    }
    return nil
  }

  /// The ending that completes the bracket with some bytes, the first of which is given.
  private func ending(
    with budget: AtomBudget,
    byteCount: Int,
    _ first: UInt8
  ) -> SMILESEnding? {
    if budget.aromaticity == .none {
      let rest = state.pointee.restAfterAny
      guard rest >= 0 else { return nil }
      // No ending asks for more than three free bonds: with as many, one atom is as good as another.
      if budget.capacity >= 3 + max(1, Int(state.pointee.bond)) {
        return SMILESEnding(byteCount: byteCount + rest, step: .byte(first))
      }
    }
    return restAfter(budget).map {
      SMILESEnding(byteCount: byteCount + $0, step: .byte(first))
    }
  }

  /// Bytes of the ending after an atom that is bonded with the bond that was written.
  private func restAfter(_ budget: AtomBudget) -> Int? {
    withCopy { copy -> Int? in copy.bondAtom(budget) ? copy.ending?.byteCount : nil }
  }

  /// Reads `[`.
  func beginBracket() {
    let rest = restAfter(AtomBudget(capacity: 15, aromaticity: .none))
    state.pointee.mode = .bracket
    state.pointee.letter = 0
    state.pointee.digits = 0
    state.pointee.restAfterAny = rest ?? -1
  }
}
