/// The first byte of a way to end a string, and how many bytes that takes.
struct SMILESEnding {
  enum Step {
    case nothing, carbon, aromaticCarbon, doubleBond, closeBranch
    case ring(Int)
  }

  var byteCount: Int
  var step: Step
}

extension SMILESPath {
  /// What the last atom may do besides growing.
  struct Tip {
    /// Whether ring numbers may follow.
    var acceptsRings: Bool
    /// Whether the atom before the last one on the path is its neighbour.
    var parentIsBelow: Bool
    /// Atoms to which the last one has closed rings, as bits.
    var bondedOwners: UInt32

    func canClose(_ ring: Ring, at index: Int) -> Bool {
      acceptsRings && ring.owner != index && !(parentIsBelow && ring.owner == index - 1)
        && bondedOwners >> UInt32(ring.owner) & 1 == 0
    }
  }

  /// A way to complete the string: aromatic systems first, then the other rings, level by level.
  ///
  /// - Returns: `nil` when this way is blocked; such prefixes are refused, although some of them
  ///   have other completions.
  func ending(_ tip: Tip) -> SMILESEnding? {
    let isRetained = count > 0 && (self[count - 1].isBase || ownsRing(count - 1))
    guard count <= SMILESPath.maximumCount - (isRetained ? 3 : 2) else { return nil }
    var path = self
    var total = 0
    var step: SMILESEnding.Step?
    var tip = tip
    while true {
      var hasNewTip = false
      guard path.endSystem(tip, &total, &step, &hasNewTip),
        path.endRings(tip, &total, &step, hasNewTip)
      else { return nil }
      guard path.base(below: path.count - 1) >= 0 else { break }
      guard path.closeBranch() else { return nil }
      total += 1
      if step == nil { step = .closeBranch }
      tip = Tip(acceptsRings: false, parentIsBelow: false, bondedOwners: 0)
    }
    return SMILESEnding(byteCount: total, step: step ?? .nothing)
  }

  private mutating func endSystem(
    _ tip: Tip,
    _ total: inout Int,
    _ step: inout SMILESEnding.Step?,
    _ hasNewTip: inout Bool
  ) -> Bool {
    let index = count - 1
    let base = base(below: index)
    let atom = self[index]
    var needsMore = (base + 1..<count).contains { self[$0].isUncovered }
    guard atom.system > 0 else { return !needsMore }
    for position in 0..<ringCount where ring(position).owner > base { needsMore = true }
    guard hasOpenRing(system: atom.system) else { return serveTip(&total, &step, &hasNewTip) }
    if let (cost, first) = collapseCost(tip, base: base) {
      total += cost
      if step == nil { step = first }
      collapse(atom.system)
      hasNewTip = true
      return true
    }
    return !needsMore
  }

  /// Gives the last atom of an otherwise complete system its double bond or its third neighbour.
  private mutating func serveTip(
    _ total: inout Int,
    _ step: inout SMILESEnding.Step?,
    _ hasNewTip: inout Bool
  ) -> Bool {
    let atom = self[count - 1]
    guard atom.slot != Atom.noSlot else { return true }
    var matching = matching(atom.system)
    matching.require(atom.slot)
    if matching.bits != 0 { return true }
    switch atom.aromaticity {
    case .nitrogen:
      guard append(.carbon, bond: 0) else { return false }
      total += 1
      if step == nil { step = .carbon }
    case .carbon:
      guard append(.carbon, bond: 2) else { return false }
      total += 2
      if step == nil { step = .doubleBond }
    default: return false
    }
    hasNewTip = true
    return true
  }

  /// Takes a system as completed.
  private mutating func collapse(_ system: Int) {
    for position in (0..<ringCount).reversed() {
      let entry = ring(position)
      if entry.order == 0, self[entry.owner].system == system { close(position) }
    }
    for index in 0..<count where self[index].system == system {
      self[index].system = 0
      self[index].slot = Atom.noSlot
      self[index].isUncovered = false
      self[index].needsRing = false
    }
  }

  /// Cost of closing every ring of the last atom's system from here, with carbon atoms.
  private func collapseCost(_ tip: Tip, base: Int) -> (Int, SMILESEnding.Step)? {
    let index = count - 1
    let atom = self[index]
    let system = atom.system
    let isRetained = atom.isBase || ownsRing(index)
    let slotsNeeded = atom.slot != Atom.noSlot && !isRetained ? 1 : 2
    guard freeSlotCount(system: system) >= slotsNeeded, canExtend(index) else { return nil }
    var rings: [Ring] = []
    var hasOtherRing = false
    for position in 0..<ringCount {
      let entry = ring(position)
      if entry.order == 0, self[entry.owner].system == system {
        rings.append(entry)
      } else if entry.owner > base {
        hasOtherRing = true
      }
    }
    rings.sort { $0.owner > $1.owner }
    var possible = matching(system)
    guard let last = rings.last else { return nil }
    if atom.needsRing, rings[0].owner != index { return nil }
    for other in 0..<index where self[other].system == system {
      if self[other].isUncovered, other <= last.owner { return nil }
      let isOwner = rings.contains { $0.owner == other }
      if self[other].needsRing, !isOwner { return nil }
      if self[other].slot != Atom.noSlot, !isOwner { possible.require(self[other].slot) }
    }
    let turns = atom.capacity == 0
    if turns { possible.requireUnserved(atom.slot) }
    let isDirect =
      tip.canClose(rings[0], at: index)
      && atom.capacity >= (rings.count > 1 || hasOtherRing ? 2 : 1)
    var best: (Int, SMILESEnding.Step)?
    var bits = possible.bits
    while bits != 0 {
      let assignment = bits.trailingZeroBitCount
      bits &= bits - 1
      let (cost, step) = cost(
        of: assignment,
        rings: rings,
        isServed: turns ? true : nil,
        isDirect: isDirect
      )
      if best.map({ cost < $0.0 }) ?? true { best = (cost, step) }
    }
    return best
  }

  private func cost(
    of assignment: Int,
    rings: [Ring],
    isServed: Bool?,
    isDirect: Bool
  ) -> (Int, SMILESEnding.Step) {
    let index = count - 1
    func served(_ atom: Int) -> Bool {
      let slot = self[atom].slot
      return slot == Atom.noSlot || AromaticMatching.isServed(slot, in: assignment)
    }
    var servedOwners: UInt32 = 0
    for ring in rings where served(ring.owner) { servedOwners |= 1 << UInt32(ring.owner) }
    let tipIsServed = isServed ?? served(index)
    if tipIsServed { servedOwners |= 1 << UInt32(index) }
    var cost = 0
    var step = SMILESEnding.Step.aromaticCarbon
    var rest = rings[...]
    let first = rings[0]
    let firstIsServed = servedOwners >> UInt32(first.owner) & 1 == 1
    if isDirect, firstIsServed == tipIsServed {
      cost = first.byteCount
      step = .ring(first.number)
      servedOwners |= 1 << UInt32(first.owner)
      rest = rest.dropFirst()
    } else if !tipIsServed {
      // One more atom shares the double bond; it may close the first ring itself.
      cost = 1
      servedOwners |= 1 << UInt32(index)
      if first.owner != index, firstIsServed {
        cost += first.byteCount
        rest = rest.dropFirst()
      }
    }
    for ring in rest {
      let bit: UInt32 = 1 << UInt32(ring.owner)
      cost += (servedOwners & bit == 0 ? 1 : 2) + ring.byteCount
      servedOwners |= bit
    }
    return (cost, step)
  }

  /// Closes the rings of the innermost branch level that no aromatic system closes.
  private mutating func endRings(
    _ tip: Tip,
    _ total: inout Int,
    _ step: inout SMILESEnding.Step?,
    _ hasNewTip: Bool
  ) -> Bool {
    let index = count - 1
    let base = base(below: index)
    guard ringCount > 0 else { return true }
    var open: [Ring] = []
    for position in (0..<ringCount).reversed() where ring(position).owner > base {
      open.append(ring(position))
      close(position)
    }
    guard !open.isEmpty else { return true }
    let atom = self[index]
    guard hasNewTip || canExtend(index) else { return false }
    if !hasNewTip, atom.system == 0, !atom.mustOpenRing {
      let needed = open.count > 1 ? 1 : 0
      let direct = open.firstIndex {
        tip.canClose($0, at: index) && atom.capacity >= max($0.order, 1) + needed
          && (atom.aromaticity == .none || $0.order < 2)
      }
      if let direct {
        let ring = open.remove(at: direct)
        total += ring.byteCount
        if step == nil { step = .ring(ring.number) }
      }
    }
    guard !open.isEmpty else { return true }
    if !hasNewTip, open.allSatisfy({ $0.owner == index }) { total += 1 }
    for ring in open { total += 1 + ring.byteCount }
    if step == nil { step = .carbon }
    // A pending atom that now takes a neighbour must be able to.
    return hasNewTip || spend(1, at: index)
  }
}
