/// Bonding new atoms, and the bookkeeping of aromatic systems.
extension SMILESPath {
  /// Takes bond orders from an atom.
  ///
  /// - Returns: `false` when the atom has none left.
  mutating func spend(_ order: Int, at index: Int) -> Bool {
    var atom = self[index]
    if atom.aromaticity != .none, order > 1 {
      guard order == 2, atom.aromaticity == .carbon, atom.capacity >= 1 else { return false }
      atom.capacity -= 1
      self[index] = atom
      return serve(index)
    }
    if atom.capacity >= order {
      if atom.capacity < 15 { atom.capacity -= order }
      self[index] = atom
      return true
    }
    // A third neighbour makes a nitrogen of the pyrrole kind.
    guard atom.aromaticity == .nitrogen, order == 1, !atom.isServed else { return false }
    atom.isServed = true
    self[index] = atom
    return serve(index)
  }

  /// Whether an atom could take another single bond.
  func canExtend(_ index: Int) -> Bool {
    var copy = self
    return copy.spend(1, at: index)
  }

  private mutating func serve(_ index: Int) -> Bool {
    var atom = self[index]
    if atom.mustOpenRing {
      guard !atom.isServed || atom.aromaticity == .nitrogen else { return false }
      atom.isServed = true
      self[index] = atom
      return true
    }
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
  mutating func append(_ budget: AtomBudget, bond: Int) -> Bool {
    let isFirst = count == 0
    var atom = Atom(budget)
    let order = max(bond, 1)
    var joins = false
    if !isFirst {
      let parent = self[count - 1]
      guard !parent.mustOpenRing else { return false }
      joins =
        bond == 0 && budget.aromaticity != .none && parent.system > 0
        && hasOpenRing(system: parent.system)
      guard bond < 2 || parent.aromaticity == .none || budget.aromaticity == .none else {
        return false
      }
      guard spend(order, at: count - 1) else { return false }
      if !joins, !parent.isBase, parent.system > 0, !leaveSystem() { return false }
      if order == 2, budget.aromaticity != .none {
        guard budget.aromaticity == .carbon else { return false }
        atom.isServed = true
        atom.capacity -= 1
      } else {
        guard atom.capacity >= order else { return false }
        if atom.capacity < 15 { atom.capacity -= order }
      }
    }
    if joins {
      return join(atom)
    }
    atom.mustOpenRing = budget.aromaticity != .none
    guard compact(), count < SMILESPath.maximumCount else { return false }
    push(atom)
    return true
  }

  private mutating func join(_ new: Atom) -> Bool {
    var new = new
    let system = self[count - 1].system
    new.system = system
    new.isUncovered = true
    if new.aromaticity != .lonePair {
      guard let slot = freeSlot(system: system) else { return false }
      new.slot = slot
      var matching = matching(system)
      let parent = self[count - 1].slot
      if parent != Atom.noSlot { matching.join(parent, slot) }
      setMatching(system, matching)
    }
    // The parent is dropped only now, when its double bond may have found its place.
    guard count < SMILESPath.maximumCount else { return false }
    push(new)
    return compact(keepingLast: true)
  }

  /// Drops atoms that nothing can bond to any more.
  mutating func compact(keepingLast: Bool = false) -> Bool {
    var index = keepingLast ? count - 2 : count - 1
    while index >= 0 {
      let atom = self[index]
      if !atom.isBase, !ownsRing(index) {
        if atom.system > 0, atom.slot != Atom.noSlot {
          var matching = matching(atom.system)
          matching.release(atom.slot)
          guard matching.bits != 0 else { return false }
          setMatching(atom.system, matching)
        }
        if atom.needsRing { return false }
        if atom.isUncovered {
          guard index + 1 < count, self[index + 1].system == atom.system else { return false }
          self[index + 1].isUncovered = true
        }
        remove(at: index)
      }
      index -= 1
    }
    return true
  }

  /// Leaves the aromatic system of the last atom for good at this branch level.
  mutating func leaveSystem() -> Bool {
    let system = self[count - 1].system
    let base = base(below: count - 1)
    var matching = matching(system)
    for index in base + 1..<count where self[index].system == system {
      if self[index].isUncovered || self[index].needsRing { return false }
      if self[index].slot != Atom.noSlot { matching.release(self[index].slot) }
      self[index].system = 0
      self[index].slot = Atom.noSlot
    }
    guard matching.bits != 0 else { return false }
    setMatching(system, matching)
    return finishIfClosed(system)
  }

  /// Ends a system without open rings: every atom must have its double bond, every bond a ring.
  ///
  /// The last atom and those with an open branch may still find their double bond outside
  /// (`c1cccc1=O`) or do without (`c1cccn1C`): they stay in the system until they are left.
  mutating func finishIfClosed(_ system: Int) -> Bool {
    guard !hasOpenRing(system: system) else { return true }
    var matching = matching(system)
    for index in 0..<count where self[index].system == system {
      if self[index].isUncovered || self[index].needsRing { return false }
      let slot = self[index].slot
      if index == count - 1 || self[index].isBase, slot != Atom.noSlot { continue }
      if slot != Atom.noSlot { matching.release(slot) }
      self[index].system = 0
      self[index].slot = Atom.noSlot
    }
    setMatching(system, matching)
    return matching.bits != 0
  }

  /// Opens a ring at the last atom.
  mutating func openRing(_ number: Int, bond: Int) -> Bool {
    let index = count - 1
    guard ringCount < SMILESPath.maximumRingCount, bond < 3 else { return false }
    var atom = self[index]
    guard atom.aromaticity == .none || bond < 2 else { return false }
    guard spend(max(bond, 1), at: index) else { return false }
    open(Ring(number: number, owner: index, order: bond))
    atom = self[index]
    if atom.mustOpenRing, bond == 0 {
      guard let system = freeSystem else { return false }
      atom.mustOpenRing = false
      atom.needsRing = true
      atom.system = system
      atom.slot = atom.aromaticity == .lonePair || atom.isServed ? Atom.noSlot : 0
      setMatching(system, AromaticMatching())
      self[index] = atom
    }
    return true
  }

  /// Closes an open ring at the last atom.
  mutating func closeRing(_ position: Int, bond: Int) -> Bool {
    let entry = ring(position)
    let index = count - 1
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
    let closesSystem = bond == 0 && isAromatic(entry) && tip.system == owner.system
    close(position)
    let system = owner.system
    if closesSystem {
      var matching = matching(system)
      if owner.slot != Atom.noSlot, tip.slot != Atom.noSlot { matching.join(owner.slot, tip.slot) }
      setMatching(system, matching)
      self[entry.owner].needsRing = false
      for later in entry.owner + 1...index where self[later].system == system {
        self[later].isUncovered = false
      }
    }
    return system == 0 || entry.order != 0 || finishIfClosed(system)
  }

  /// Goes back to the atom at which the innermost branch opened.
  mutating func closeBranch() -> Bool {
    let index = count - 1
    let base = base(below: index)
    guard base >= 0 else { return false }
    for position in 0..<ringCount where ring(position).owner > base { return false }
    for later in base + 1..<count {
      let atom = self[later]
      if atom.isUncovered || atom.mustOpenRing || atom.needsRing { return false }
      if atom.system > 0, atom.slot != Atom.noSlot {
        var matching = matching(atom.system)
        matching.release(atom.slot)
        guard matching.bits != 0 else { return false }
        setMatching(atom.system, matching)
      }
    }
    truncate(to: base + 1)
    self[base].isBase = false
    return true
  }
}
