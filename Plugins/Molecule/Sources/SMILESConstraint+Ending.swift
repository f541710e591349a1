extension SMILESConstraint {
  /// Bytes of a completion and the first of them; `nil` where none is known.
  func ending(_ state: State) -> (byteCount: Int, byte: UInt8)? {
    switch state.mode {
    case .start, .afterDot: return (1, UInt8(ascii: "C"))
    case .bond:
      return ending(state, with: .carbon, UInt8(ascii: "C")) ?? endingByRing(state)
    case .branchBond: return ending(state, with: .carbon, UInt8(ascii: "C"))
    case .branchStart:
      return ending(state, with: .carbon, UInt8(ascii: "C"))
        ?? ending(state, with: .aromaticCarbon, UInt8(ascii: "c"))
    case .atom: return endingAfterAtom(state)
    case .percent, .percentDigit: return endingOfNumber(state)
    default: return bracketEnding(state)
    }
  }

  private func ending(
    _ state: State,
    with budget: AtomBudget,
    _ byte: UInt8
  ) -> (byteCount: Int, byte: UInt8)? {
    var copy = state
    guard append(&copy, budget) else { return nil }
    return ending(copy).map { (1 + $0.byteCount, byte) }
  }

  /// Closes some ring with the bond that was written.
  private func endingByRing(_ state: State) -> (byteCount: Int, byte: UInt8)? {
    guard state.bond < 3 else { return nil }
    for position in 0..<state.path.ringCount {
      let ring = state.path.ring(position)
      var copy = state
      guard useRing(&copy, ring.number), let rest = ending(copy) else { continue }
      return (
        ring.byteCount + rest.byteCount,
        ring.number < 10 ? UInt8(0x30 + ring.number) : UInt8(ascii: "%")
      )
    }
    return nil
  }

  private func endingAfterAtom(_ state: State) -> (byteCount: Int, byte: UInt8)? {
    if state.path[state.path.count - 1].mustOpenRing {
      guard state.acceptsRings else { return nil }
      // Rings are numbered from 1 by habit.
      guard let number = (1...99).first(where: { state.path.ringPosition(number: $0) == nil })
      else { return nil }
      var copy = state
      guard useRing(&copy, number), let rest = endingAfterAtom(copy) else { return nil }
      return number < 10
        ? (1 + rest.byteCount, UInt8(0x30 + number)) : (3 + rest.byteCount, UInt8(ascii: "%"))
    }
    guard let ending = state.path.ending(tip(of: state)) else { return nil }
    let byte: UInt8 =
      switch ending.step {
      case .nothing: 0
      case .carbon: UInt8(ascii: "C")
      case .aromaticCarbon: UInt8(ascii: "c")
      case .doubleBond: UInt8(ascii: "=")
      case .closeBranch: UInt8(ascii: ")")
      case .ring(let number): number < 10 ? UInt8(0x30 + number) : UInt8(ascii: "%")
      }
    return (ending.byteCount, byte)
  }

  /// The rest of a ring number of two digits: the cheapest that closes, else one that opens.
  private func endingOfNumber(_ state: State) -> (byteCount: Int, byte: UInt8)? {
    var best: (byteCount: Int, byte: UInt8)?
    let tens = state.mode == .percent ? 1...9 : Int(state.value)...Int(state.value)
    let isFirst = state.mode == .percent
    func consider(_ number: Int) {
      var copy = state
      copy.value = 0
      guard useRing(&copy, number), let rest = ending(copy) else { return }
      let byte = UInt8(0x30 + (isFirst ? number / 10 : number % 10))
      let count = rest.byteCount + (isFirst ? 2 : 1)
      if best.map({ count < $0.byteCount }) ?? true { best = (count, byte) }
    }
    for position in 0..<state.path.ringCount {
      let number = state.path.ring(position).number
      if tens.contains(number / 10), number >= 10 { consider(number) }
    }
    let free = (tens.lowerBound * 10...tens.upperBound * 10 + 9).first {
      state.path.ringPosition(number: $0) == nil
    }
    if let free { consider(free) }
    return best
  }
}
