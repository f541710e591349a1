/// Endings by what stands before them.
extension SMILESPath {
  /// A completion; `nil` where none is known.
  var ending: SMILESEnding? {
    switch state.pointee.mode {
    case .start, .afterDot: SMILESEnding(byteCount: 1, step: .carbon)
    case .bond: ending(with: .carbon, .carbon) ?? endingByRing
    case .branchBond: ending(with: .carbon, .carbon)
    case .branchStart:
      ending(with: .carbon, .carbon) ?? ending(with: .aromaticCarbon, .aromaticCarbon)
    case .atom: state.pointee.mustOpenRing ? endingByOpening : endingAfterAtom
    case .percent, .percentDigit: endingOfNumber
    default: bracketEnding
    }
  }

  private func ending(with budget: AtomBudget, _ step: SMILESEnding.Step) -> SMILESEnding? {
    withCopy { copy -> SMILESEnding? in
      guard copy.bondAtom(budget) else { return nil }
      return copy.ending.map { SMILESEnding(byteCount: 1 + $0.byteCount, step: step) }
    }
  }

  private func ending(withRing number: Int) -> SMILESEnding? {
    withCopy { copy -> SMILESEnding? in
      guard copy.useRing(number) else { return nil }
      return copy.ending
    }
  }

  /// Closes some ring with the bond that was written.
  private var endingByRing: SMILESEnding? {
    guard state.pointee.bond < 3 else { return nil }
    for position in 0..<ringCount {
      let ring = ring(position)
      guard let rest = ending(withRing: ring.number) else { continue }
      return SMILESEnding(byteCount: ring.byteCount + rest.byteCount, step: .ring(ring.number))
    }
    return nil
  }

  /// Opens the ring that an aromatic atom must open.
  private var endingByOpening: SMILESEnding? {
    // Rings are numbered from 1 by habit.
    guard state.pointee.acceptsRings,
      let number = (1...99).first(where: { ringPosition(number: $0) == nil }),
      let rest = ending(withRing: number)
    else { return nil }
    return SMILESEnding(byteCount: (number < 10 ? 1 : 3) + rest.byteCount, step: .ring(number))
  }

  /// The rest of a ring number of two digits: the cheapest that closes, else one that opens.
  private var endingOfNumber: SMILESEnding? {
    var best: SMILESEnding?
    let isFirst = state.pointee.mode == .percent
    let tens = isFirst ? 1...9 : Int(state.pointee.value)...Int(state.pointee.value)
    func consider(_ number: Int) {
      let rest = withCopy { copy -> SMILESEnding? in
        copy.state.pointee.value = 0
        return copy.useRing(number) ? copy.ending : nil
      }
      guard let rest else { return }
      let byte = UInt8(0x30 + (isFirst ? number / 10 : number % 10))
      let found = SMILESEnding(byteCount: rest.byteCount + (isFirst ? 2 : 1), step: .byte(byte))
      if best.map({ found.byteCount < $0.byteCount }) ?? true { best = found }
    }
    for position in 0..<ringCount {
      let number = ring(position).number
      if tens.contains(number / 10), number >= 10 { consider(number) }
    }
    let free = (tens.lowerBound * 10...tens.upperBound * 10 + 9).first {
      ringPosition(number: $0) == nil
    }
    if let free { consider(free) }
    return best
  }
}
