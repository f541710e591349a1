/// The first byte of a way to end a string, and how many bytes that takes.
struct SMILESEnding: Equatable {
  enum Step: Equatable {
    case nothing, carbon, aromaticCarbon, doubleBond, closeBranch
    case ring(Int)
    case byte(UInt8)

    /// The first byte, 0 for none.
    var byte: UInt8 {
      switch self {
      case .nothing: 0
      case .carbon: UInt8(ascii: "C")
      case .aromaticCarbon: UInt8(ascii: "c")
      case .doubleBond: UInt8(ascii: "=")
      case .closeBranch: UInt8(ascii: ")")
      case .ring(let number): number < 10 ? UInt8(0x30 + number) : UInt8(ascii: "%")
      case .byte(let byte): byte
      }
    }
  }

  var byteCount: Int
  var step: Step
  /// Whether the level's last atom is one that the ending appended.
  fileprivate var hasNewTip = false

  init(byteCount: Int = 0, step: Step = .nothing) {
    self.byteCount = byteCount
    self.step = step
  }

  fileprivate mutating func add(_ count: Int, _ first: Step) {
    if case .nothing = step { step = first }
    byteCount &+= count
  }
}

extension SMILESPath {
  /// Whether the last atom may close a ring with a number.
  func canClose(_ ring: Ring) -> Bool {
    let owner = ring.owner
    return state.pointee.acceptsRings && owner != last
      && !(state.pointee.parentIsBelow && owner == last &- 1)
      && state.pointee.bondedOwners &>> UInt32(truncatingIfNeeded: owner) & 1 == 0
  }

  /// A way to complete the string after an atom: aromatic systems first, then the other rings, level
  /// by level.
  ///
  /// - Returns: `nil` when this way is blocked; such prefixes are refused, although some of them
  ///   have other completions.
  var endingAfterAtom: SMILESEnding? {
    let isRetained = lastOwnsRing || self[last].isBase
    guard count <= SMILESPath.maximumCount &- (isRetained ? 3 : 2) else { return nil }
    let isOpen = state.pointee.atoms & SMILESPath.systemBits
    if ringCount == 0, isOpen == .zero {
      let bases = state.pointee.atoms & SMILESPath.baseBits
      if bases == .zero { return SMILESEnding() }
      var count = 0
      for lane in 0..<8 { count &+= bases[lane].nonzeroBitCount }
      return SMILESEnding(byteCount: count, step: .closeBranch)
    }
    return switch endingInPlace {
    case .found(let ending): ending
    case .blocked: nil
    case .undecided: withCopy { $0.spendOnEnding() }
    }
  }

  /// What ``endingAfterAtom`` is when nothing has to be tried out on a copy: wherever every aromatic
  /// system can be completed as soon as its level is ended.
  enum EndingInPlace: Equatable {
    case found(SMILESEnding)
    case blocked
    /// Only ``spendOnEnding()`` can tell.
    case undecided
  }

  var endingInPlace: EndingInPlace {
    var ending = SMILESEnding()
    var completed = 0
    var index = last
    var ringEnd = ringCount
    while true {
      let base = base(below: index)
      let isLast = index == last
      let system = self[index].system
      ending.hasNewTip = false
      if system > 0, completed &>> system & 1 == 0 {
        guard hasOpenRing(system: system),
          let (cost, first) = collapseCost(of: system, at: index, above: base)
        else { return .undecided }
        ending.add(cost, first)
        completed |= 1 &<< system
        ending.hasNewTip = true
      }
      var start = ringEnd
      while start > 0, ring(start &- 1).owner > base { start &-= 1 }
      let rings = LevelRings(
        positions: start..<ringEnd,
        tip: index,
        isLast: isLast,
        completed: completed
      )
      guard endRings(rings, &ending) != .blocked else { return .blocked }
      ringEnd = start
      guard base >= 0 else { return .found(ending) }
      ending.add(1, .closeBranch)
      index = base
    }
  }

  private enum LevelEnd {
    case blocked, done
    /// The level's last atom takes one more neighbour.
    case extended
  }

  /// Rings that were opened at the atoms of one branch level.
  private struct LevelRings {
    var positions: Range<Int>
    /// The atom that the level's ending starts from.
    var tip: Int
    var isLast: Bool
    /// Systems that the ending has completed, with their rings, as bits.
    var completed: Int
  }

  private static var systemBits: SIMD8<UInt64> {
    SIMD8(repeating: UInt64(Atom.systemBits) &* 0x0001_0001_0001_0001)
  }
  private static var baseBits: SIMD8<UInt64> {
    SIMD8(repeating: UInt64(Atom.baseBit) &* 0x0001_0001_0001_0001)
  }

  /// ``endingAfterAtom`` by carrying it out; the path is then unspecified.
  func spendOnEnding() -> SMILESEnding? {
    var ending = SMILESEnding()
    while true {
      let base = base(below: last)
      ending.hasNewTip = false
      guard endSystem(above: base, &ending), endRings(above: base, &ending) else { return nil }
      guard base >= 0 else { return ending }
      guard closeBranch() else { return nil }
      ending.add(1, .closeBranch)
      state.pointee.acceptsRings = false
      state.pointee.parentIsBelow = false
      state.pointee.bondedOwners = 0
    }
  }

  private func hasUncovered(above base: Int) -> Bool {
    var index = base &+ 1
    while index < count {
      if self[index].isUncovered { return true }
      index &+= 1
    }
    return false
  }

  private func endSystem(above base: Int, _ ending: inout SMILESEnding) -> Bool {
    let system = self[last].system
    guard system > 0 else { return !hasUncovered(above: base) }
    guard hasOpenRing(system: system) else { return serveTip(&ending) }
    if let (cost, first) = collapseCost(of: system, at: last, above: base) {
      ending.add(cost, first)
      collapse(system)
      ending.hasNewTip = true
      return true
    }
    let ownsRing = ringCount > 0 && ring(ringCount &- 1).owner > base
    return !ownsRing && !hasUncovered(above: base)
  }

  /// Gives the last atom of an otherwise complete system its double bond or its third neighbour.
  private func serveTip(_ ending: inout SMILESEnding) -> Bool {
    let atom = self[last]
    guard atom.slot != Atom.noSlot else { return true }
    var matching = matching(atom.system)
    matching.require(atom.slot)
    if matching.bits != 0 { return true }
    switch atom.aromaticity {
    case .nitrogen:
      guard append(.carbon, bond: 0) else { return false }
      ending.add(1, .carbon)
    case .carbon, .cation:
      guard append(.carbon, bond: 2) else { return false }
      ending.add(2, .doubleBond)
    default: return false
    }
    ending.hasNewTip = true
    return true
  }

  /// Takes a system as completed.
  private func collapse(_ system: Int) {
    var position = ringCount
    while position > 0 {
      position &-= 1
      let entry = ring(position)
      if entry.order == 0, self[entry.owner].system == system { close(position) }
    }
    var index = 0
    while index < count {
      var atom = self[index]
      if atom.system == system {
        atom.system = 0
        atom.slot = Atom.noSlot
        atom.isUncovered = false
        atom.needsRing = false
        self[index] = atom
      }
      index &+= 1
    }
  }

  /// Cost of closing every ring of an atom's system from there, with carbon atoms.
  ///
  /// - Parameters:
  ///   - system: The atom's system, which has an open ring.
  ///   - index: The last atom, or the one that a closed branch leads back to.
  ///   - base: The innermost open branch's atom before it.
  /// - Returns: The bytes and what they begin with; `nil` where this way is blocked.
  func collapseCost(of system: Int, at index: Int, above base: Int) -> (Int, SMILESEnding.Step)? {
    let atom = self[index]
    let isLast = index == last
    let isRetained = isLast && atom.isBase || owners &>> UInt32(truncatingIfNeeded: index) & 1 == 1
    let slotsNeeded = atom.slot != Atom.noSlot && !isRetained ? 1 : 2
    guard canExtend(index), freeSlots(system: system).nonzeroBitCount >= slotsNeeded else {
      return nil
    }
    var rings: UInt32 = 0
    var owners: UInt32 = 0
    var hasOtherRing = false
    var position = ringCount
    while position > 0 {
      position &-= 1
      let entry = ring(position)
      if entry.order == 0, self[entry.owner].system == system {
        rings |= 1 &<< UInt32(truncatingIfNeeded: position)
        owners |= 1 &<< UInt32(truncatingIfNeeded: entry.owner)
      } else if entry.owner > base {
        hasOtherRing = true
      }
    }
    guard rings != 0 else { return nil }
    let first = ring(31 &- rings.leadingZeroBitCount)
    if atom.needsRing, first.owner != index { return nil }
    guard var possible = collapsible(system, before: index, owners: owners) else { return nil }
    let turns = atom.capacity == 0
    if turns { possible.requireUnserved(atom.slot) }
    let needed = rings & (rings &- 1) != 0 || hasOtherRing ? 2 : 1
    let plan = CollapsePlan(
      tip: index,
      rings: rings,
      turns: turns,
      isDirect: isLast && canClose(first) && atom.capacity >= needed
    )
    var best: (Int, SMILESEnding.Step)?
    while possible.bits != 0 {
      let (cost, step) = cost(of: possible.bits.trailingZeroBitCount, plan)
      if best == nil || cost < best?.0 ?? 0 { best = (cost, step) }
      possible.bits &= possible.bits &- 1
    }
    return best
  }

  /// Assignments under which no atom but those that own a ring lacks its double bond; `nil` where
  /// some atom cannot become part of a ring.
  private func collapsible(_ system: Int, before index: Int, owners: UInt32) -> AromaticMatching? {
    var possible = matching(system)
    let lowest = owners.trailingZeroBitCount
    var other = 0
    while other < index {
      let atom = self[other]
      if atom.system == system {
        if atom.isUncovered, other <= lowest { return nil }
        if owners &>> UInt32(truncatingIfNeeded: other) & 1 == 0 {
          if atom.needsRing { return nil }
          if atom.slot != Atom.noSlot { possible.require(atom.slot) }
        }
      }
      other &+= 1
    }
    return possible
  }

  /// What ``cost(of:_:)`` needs to know besides the assignment.
  private struct CollapsePlan {
    /// The atom that the ending starts from.
    var tip: Int
    /// Positions of the system's rings, as bits.
    var rings: UInt32
    /// Whether the last atom gives up its double bond for a third neighbour.
    var turns: Bool
    /// Whether the last atom may close the latest ring itself.
    var isDirect: Bool
  }

  private func cost(of assignment: Int, _ plan: CollapsePlan) -> (Int, SMILESEnding.Step) {
    let index = plan.tip
    func isServed(_ owner: Int) -> Bool {
      let slot = self[owner].slot
      return slot == Atom.noSlot || AromaticMatching.isServed(slot, in: assignment)
    }
    func bit(_ owner: Int) -> UInt32 { 1 &<< UInt32(truncatingIfNeeded: owner) }
    let tipIsServed = plan.turns || isServed(index)
    // Atoms that got their double bond from the ending itself.
    var served: UInt32 = tipIsServed ? bit(index) : 0
    var cost = 0
    var step = SMILESEnding.Step.aromaticCarbon
    var rest = plan.rings
    let position = 31 &- rest.leadingZeroBitCount
    let first = ring(position)
    let firstIsServed = first.owner == index ? tipIsServed : isServed(first.owner)
    if plan.isDirect, firstIsServed == tipIsServed {
      cost = first.byteCount
      step = .ring(first.number)
      served |= bit(first.owner)
      rest &= ~(1 &<< UInt32(truncatingIfNeeded: position))
    } else if !tipIsServed {
      // One more atom shares the double bond; it may close the first ring itself.
      cost = 1
      served |= bit(index)
      if first.owner != index, firstIsServed {
        cost &+= first.byteCount
        rest &= ~(1 &<< UInt32(truncatingIfNeeded: position))
      }
    }
    while rest != 0 {
      let position = 31 &- rest.leadingZeroBitCount
      rest &= ~(1 &<< UInt32(truncatingIfNeeded: position))
      let ring = ring(position)
      let isServed = served & bit(ring.owner) != 0 || isServed(ring.owner)
      cost &+= (isServed ? 2 : 1) &+ ring.byteCount
      served |= bit(ring.owner)
    }
    return (cost, step)
  }

  /// Closes the rings of the innermost branch level that no aromatic system closes.
  private func endRings(above base: Int, _ ending: inout SMILESEnding) -> Bool {
    let end = ringCount
    var start = end
    while start > 0, ring(start &- 1).owner > base { start &-= 1 }
    let rings = LevelRings(positions: start..<end, tip: last, isLast: true, completed: 0)
    let outcome = endRings(rings, &ending)
    while ringCount > start { close(ringCount &- 1) }
    return outcome == .done || outcome == .extended && spend(1, at: last)
  }

  /// Closes the rings of a branch level that no aromatic system closes: one at the tip where it can,
  /// the others at new carbon atoms.
  private func endRings(_ rings: LevelRings, _ ending: inout SMILESEnding) -> LevelEnd {
    let atom = self[rings.tip]
    let isCompleted = atom.system > 0 && rings.completed &>> atom.system & 1 == 1
    var count = 0
    var cost = 0
    var ownsAll = true
    var direct: Ring?
    // A ring closes at the tip itself when nothing else has to, or the tip has room for both.
    let mayBeDirect =
      rings.isLast && !ending.hasNewTip && atom.system == 0 && !state.pointee.mustOpenRing
    for needed in 0...1 {
      var position = rings.positions.upperBound
      count = 0
      cost = 0
      ownsAll = true
      direct = nil
      while position > rings.positions.lowerBound {
        position &-= 1
        let ring = ring(position)
        if ring.order == 0, rings.completed &>> self[ring.owner].system & 1 == 1,
          self[ring.owner].system > 0
        {
          continue
        }
        count &+= 1
        if mayBeDirect, direct == nil, canClose(ring),
          atom.capacity >= max(ring.order, 1) &+ needed,
          atom.aromaticity == .none || ring.order < 2
        {
          direct = ring
        } else {
          cost &+= 1 &+ ring.byteCount
          if ring.owner != rings.tip { ownsAll = false }
        }
      }
      if count < 2 || !mayBeDirect { break }
    }
    guard count > 0 else { return .done }
    guard ending.hasNewTip || atom.capacity >= 1 || !isCompleted && canExtend(rings.tip) else {
      return .blocked
    }
    if let direct { ending.add(direct.byteCount, .ring(direct.number)) }
    guard cost > 0 else { return .done }
    // A ring cannot close at the atom next to the one that opened it.
    if !ending.hasNewTip, ownsAll { cost &+= 1 }
    ending.add(cost, .carbon)
    return ending.hasNewTip ? .done : .extended
  }
}
