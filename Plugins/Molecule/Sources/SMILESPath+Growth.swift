/// Bonding new atoms, and the bookkeeping of aromatic systems.
extension SMILESPath {
  /// Takes bond orders from an atom.
  ///
  /// - Returns: `false` when the atom has none left; the path is then unspecified.
  func spend(_ order: Int, at index: Int) -> Bool {
    var atom = self[index]
    let aromaticity = atom.aromaticity
    if aromaticity != .none, order > 1 {
      guard order == 2, aromaticity == .carbon || aromaticity == .cation, atom.capacity >= 1
      else { return false }
      atom.capacity &-= 1
      self[index] = atom
      return serve(index)
    }
    if atom.capacity >= order {
      if atom.capacity < 15 { atom.capacity &-= order }
      self[index] = atom
      return true
    }
    // A third neighbour makes a nitrogen of the pyrrole kind.
    guard aromaticity == .nitrogen, order == 1 else { return false }
    return serve(index)
  }

  /// Whether an atom could take another single bond.
  func canExtend(_ index: Int) -> Bool {
    let atom = self[index]
    if atom.capacity >= 1 { return true }
    guard atom.aromaticity == .nitrogen else { return false }
    if index == last, state.pointee.mustOpenRing { return !state.pointee.isServed }
    guard atom.system > 0, atom.slot != Atom.noSlot else { return false }
    var matching = matching(atom.system)
    matching.requireUnserved(atom.slot)
    return matching.bits != 0
  }

  /// Gives an aromatic atom its double bond, or the neighbour that takes its place, from outside.
  private func serve(_ index: Int) -> Bool {
    if index == last, state.pointee.mustOpenRing {
      guard !state.pointee.isServed else { return false }
      state.pointee.isServed = true
      return true
    }
    let atom = self[index]
    // An atom whose system is complete has its double bond already.
    guard atom.system > 0, atom.slot != Atom.noSlot else { return false }
    var matching = matching(atom.system)
    matching.serve(atom.slot)
    setMatching(atom.system, matching)
    return matching.bits != 0
  }

  /// Appends an atom to the last one.
  ///
  /// - Parameters:
  ///   - budget: What the new atom may do.
  ///   - bond: 0 for no symbol, 1, 2 or 3 for an order that was written.
  /// - Returns: `false` when the bond is impossible; the path is then unspecified.
  func append(_ budget: AtomBudget, bond: Int) -> Bool {
    var atom = Atom(budget)
    let order = max(bond, 1)
    var joins = false
    var isServed = false
    if count > 0 {
      guard !state.pointee.mustOpenRing else { return false }
      let parent = self[last]
      joins =
        bond == 0 && budget.aromaticity != .none && parent.system > 0
        && hasOpenRing(system: parent.system)
      guard bond < 2 || parent.aromaticity == .none || budget.aromaticity == .none,
        spend(order, at: last)
      else { return false }
      if !joins, !parent.isBase, parent.system > 0, !leaveSystem() { return false }
      if order == 2, budget.aromaticity != .none {
        guard budget.aromaticity == .carbon || budget.aromaticity == .cation else { return false }
        isServed = true
        guard atom.capacity >= 1 else { return false }
        atom.capacity &-= 1
      } else {
        guard atom.capacity >= order else { return false }
        if atom.capacity < 15 { atom.capacity &-= order }
      }
    }
    if joins { return join(atom) }
    guard compact(below: count), count < SMILESPath.maximumCount else { return false }
    push(atom)
    state.pointee.mustOpenRing = budget.aromaticity != .none
    state.pointee.isServed = isServed
    return true
  }

  private func join(_ new: Atom) -> Bool {
    var new = new
    let parent = self[last]
    let system = parent.system
    new.system = system
    new.isUncovered = true
    if new.aromaticity != .lonePair {
      let free = freeSlots(system: system)
      guard free != 0 else { return false }
      new.slot = free.trailingZeroBitCount
      if parent.slot != Atom.noSlot {
        var matching = matching(system)
        matching.join(parent.slot, new.slot)
        setMatching(system, matching)
      }
    }
    // The parent is dropped only now, when its double bond may have found its place.
    guard count < SMILESPath.maximumCount else { return false }
    push(new)
    return compact(below: last)
  }

  /// Drops atoms before an index that nothing can bond to any more.
  private func compact(below end: Int) -> Bool {
    let owners = owners
    var index = end &- 1
    while index >= 0 {
      let atom = self[index]
      if !atom.isBase, owners &>> UInt32(truncatingIfNeeded: index) & 1 == 0 {
        if atom.system > 0, atom.slot != Atom.noSlot {
          var matching = matching(atom.system)
          matching.release(atom.slot)
          guard matching.bits != 0 else { return false }
          setMatching(atom.system, matching)
        }
        if atom.needsRing { return false }
        if atom.isUncovered {
          guard index < last, self[index &+ 1].system == atom.system else { return false }
          self[index &+ 1].isUncovered = true
        }
        remove(at: index)
      }
      index &-= 1
    }
    return true
  }

  /// Forgets the matching of a system that no atom has any more.
  private func clearIfUnused(_ system: Int) {
    var index = 0
    while index < count {
      if self[index].system == system { return }
      index &+= 1
    }
    setMatching(system, AromaticMatching(bits: 0))
  }

  /// Leaves the aromatic system of the last atom for good at this branch level.
  private func leaveSystem() -> Bool {
    let system = self[last].system
    var matching = matching(system)
    var index = base(below: last) &+ 1
    while index < count {
      let atom = self[index]
      if atom.system == system {
        if atom.isUncovered || atom.needsRing { return false }
        if atom.slot != Atom.noSlot { matching.release(atom.slot) }
        self[index].system = 0
        self[index].slot = Atom.noSlot
      }
      index &+= 1
    }
    guard matching.bits != 0 else { return false }
    setMatching(system, matching)
    return finishIfClosed(system)
  }

  /// Ends a system without open rings: every atom must have its double bond, every bond a ring.
  ///
  /// The last atom and those with an open branch may still find their double bond outside
  /// (`c1cccc1=O`) or do without (`c1cccn1C`): they stay in the system until they are left.
  private func finishIfClosed(_ system: Int) -> Bool {
    guard !hasOpenRing(system: system) else { return true }
    var matching = matching(system)
    var index = 0
    while index < count {
      let atom = self[index]
      if atom.system == system {
        if atom.isUncovered || atom.needsRing { return false }
        let isOpen = index == last || atom.isBase
        if !isOpen || atom.slot == Atom.noSlot {
          if atom.slot != Atom.noSlot { matching.release(atom.slot) }
          self[index].system = 0
          self[index].slot = Atom.noSlot
        }
      }
      index &+= 1
    }
    setMatching(system, matching)
    guard matching.bits != 0 else { return false }
    clearIfUnused(system)
    return true
  }

  /// Opens a ring at the last atom.
  func openRing(_ number: Int, bond: Int) -> Bool {
    let index = last
    guard ringCount < SMILESPath.maximumRingCount, bond < 3 else { return false }
    guard self[index].aromaticity == .none || bond < 2, spend(max(bond, 1), at: index) else {
      return false
    }
    open(Ring(number: number, owner: index, order: bond))
    if state.pointee.mustOpenRing, bond == 0 {
      guard let system = freeSystem else { return false }
      var atom = self[index]
      let needsNone = atom.aromaticity == .lonePair || state.pointee.isServed
      atom.needsRing = true
      atom.system = system
      atom.slot = needsNone ? Atom.noSlot : 0
      self[index] = atom
      setMatching(system, AromaticMatching())
      state.pointee.mustOpenRing = false
      state.pointee.isServed = false
    }
    return true
  }

  /// Closes an open ring at the last atom.
  func closeRing(_ position: Int, bond: Int) -> Bool {
    let entry = ring(position)
    let index = last
    let (owner, tip) = (self[entry.owner], self[index])
    guard entry.owner != index, bond == 0 || entry.order == 0 || bond == entry.order else {
      return false
    }
    let order = max(bond, entry.order, 1)
    if order > 1 {
      guard order == 2, tip.aromaticity == .none, owner.aromaticity == .none else { return false }
      if entry.order == 0 {
        guard spend(1, at: entry.owner) else { return false }
      }
    }
    guard spend(order, at: index) else { return false }
    let system = owner.system
    let closesSystem = bond == 0 && isAromatic(entry) && tip.system == system
    close(position)
    if closesSystem {
      if owner.slot != Atom.noSlot, tip.slot != Atom.noSlot {
        var matching = matching(system)
        matching.join(owner.slot, tip.slot)
        setMatching(system, matching)
      }
      self[entry.owner].needsRing = false
      var later = entry.owner &+ 1
      while later <= index {
        if self[later].system == system { self[later].isUncovered = false }
        later &+= 1
      }
    }
    return system == 0 || entry.order != 0 || finishIfClosed(system)
  }

  /// Goes back to the atom at which the innermost branch opened.
  func closeBranch() -> Bool {
    let index = last
    let base = base(below: index)
    guard base >= 0, !state.pointee.mustOpenRing else { return false }
    if ringCount > 0, ring(ringCount &- 1).owner > base { return false }
    var later = base &+ 1
    var systems = 0
    while later < count {
      let atom = self[later]
      if atom.isUncovered || atom.needsRing { return false }
      if atom.system > 0 {
        systems |= 1 &<< atom.system
        if atom.slot != Atom.noSlot {
          var matching = matching(atom.system)
          matching.release(atom.slot)
          guard matching.bits != 0 else { return false }
          setMatching(atom.system, matching)
        }
      }
      later &+= 1
    }
    truncate(to: base &+ 1)
    while systems != 0 {
      clearIfUnused(systems.trailingZeroBitCount)
      systems &= systems &- 1
    }
    self[base].isBase = false
    return true
  }
}
