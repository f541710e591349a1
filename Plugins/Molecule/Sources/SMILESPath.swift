/// The part of a growing molecule that later characters can still bond to: atoms on the path from
/// the first atom to the current one that have an open ring number or an open branch.
///
/// Ring numbers close only towards such atoms, as in every string that a depth-first walk over a
/// molecule writes. A view of a ``SMILESPrefix`` in place: copying a path copies a pointer.
struct SMILESPath {
  /// One atom, in 16 bits.
  struct Atom: Hashable, Sendable {
    var bits: UInt16

    static var noSlot: Int { 7 }

    init(bits: UInt16) { self.bits = bits }

    init(_ budget: AtomBudget) {
      bits = UInt16(budget.capacity) | UInt16(budget.aromaticity.rawValue) << 5
      slot = Atom.noSlot
    }

    @inline(__always)
    private func field(_ shift: UInt16, _ width: UInt16) -> Int {
      Int(bits &>> shift & ((1 &<< width) &- 1))
    }

    @inline(__always)
    private mutating func set(_ value: Int, _ shift: UInt16, _ width: UInt16) {
      let mask: UInt16 = ((1 &<< width) &- 1) &<< shift
      bits = bits & ~mask | UInt16(truncatingIfNeeded: value) &<< shift
    }

    /// Bond orders left; 15 stands for no limit.
    var capacity: Int {
      @inline(__always) get { field(0, 4) }
      @inline(__always) set { set(newValue, 0, 4) }
    }
    /// Whether a branch is open at the atom.
    var isBase: Bool {
      @inline(__always) get { field(4, 1) == 1 }
      @inline(__always) set { set(newValue ? 1 : 0, 4, 1) }
    }
    var aromaticity: AtomBudget.Aromaticity {
      @inline(__always) get { AtomBudget.Aromaticity(rawValue: UInt8(field(5, 3))) ?? .none }
    }
    /// Aromatic system, counted from 1; 0 when the atom is in none that can still grow.
    var system: Int {
      @inline(__always) get { field(8, 3) }
      @inline(__always) set { set(newValue, 8, 3) }
    }
    /// Slot in the system's matching; 7 when the atom needs no double bond.
    var slot: Int {
      @inline(__always) get { field(11, 3) }
      @inline(__always) set { set(newValue, 11, 3) }
    }
    /// Whether some aromatic bond between this atom and the one before it on the path is not yet
    /// part of a ring of its system.
    var isUncovered: Bool {
      @inline(__always) get { field(14, 1) == 1 }
      @inline(__always) set { set(newValue ? 1 : 0, 14, 1) }
    }
    /// Whether the atom began an aromatic system and none of its rings has been closed within it.
    var needsRing: Bool {
      @inline(__always) get { field(15, 1) == 1 }
      @inline(__always) set { set(newValue ? 1 : 0, 15, 1) }
    }

    /// The bits that are set only where an aromatic system can still grow.
    static var systemBits: UInt16 { 0b1100_0111_0000_0000 }
    /// The bit of ``isBase``.
    static var baseBit: UInt16 { 0b1_0000 }
  }

  /// A ring number that waits for its second atom, in 16 bits.
  struct Ring: Hashable, Sendable {
    var bits: UInt16
    /// 0 to 99.
    var number: Int { Int(bits & 0x7F) }
    /// Index of the atom that opened it.
    var owner: Int {
      get { Int(bits &>> 7 & 0x1F) }
      set { bits = bits & ~(0x1F << 7) | UInt16(truncatingIfNeeded: newValue) &<< 7 }
    }
    /// 0 where no bond symbol was written, otherwise 1 or 2.
    var order: Int { Int(bits &>> 12 & 3) }
    /// Bytes of the ring number.
    var byteCount: Int { number < 10 ? 1 : 3 }

    init(number: Int, owner: Int, order: Int) {
      bits = UInt16(number) | UInt16(owner) << 7 | UInt16(order) << 12
    }
    init(bits: UInt16) { self.bits = bits }
  }

  static var maximumCount: Int { 32 }
  static var maximumRingCount: Int { 16 }

  let state: UnsafeMutablePointer<SMILESPrefix>

  /// Runs a body on a copy that it may change.
  @inline(__always)
  func withCopy<Result>(_ body: (SMILESPath) -> Result) -> Result {
    var copy = state.pointee
    return withUnsafeMutablePointer(to: &copy) { body(SMILESPath(state: $0)) }
  }
}

/// Storage.
extension SMILESPath {
  @inline(__always)
  private var raw: UnsafeMutableRawPointer { UnsafeMutableRawPointer(state) }

  var count: Int {
    @inline(__always) get { Int(state.pointee.atomCount) }
    @inline(__always) nonmutating set {
      state.pointee.atomCount = UInt8(truncatingIfNeeded: newValue)
    }
  }
  var ringCount: Int {
    @inline(__always) get { Int(state.pointee.ringCount) }
    @inline(__always) nonmutating set {
      state.pointee.ringCount = UInt8(truncatingIfNeeded: newValue)
    }
  }

  /// Index of the last atom, -1 where there is none.
  var last: Int { count &- 1 }

  subscript(index: Int) -> Atom {
    @inline(__always) get {
      Atom(bits: raw.load(fromByteOffset: 2 &* index, as: UInt16.self))
    }
    @inline(__always) nonmutating set {
      raw.storeBytes(of: newValue.bits, toByteOffset: 2 &* index, as: UInt16.self)
    }
  }

  /// Open rings in the order in which they were opened, so that their owners ascend.
  @inline(__always)
  func ring(_ position: Int) -> Ring {
    Ring(bits: raw.load(fromByteOffset: 64 &+ 2 &* position, as: UInt16.self))
  }

  @inline(__always)
  func setRing(_ position: Int, _ ring: Ring) {
    raw.storeBytes(of: ring.bits, toByteOffset: 64 &+ 2 &* position, as: UInt16.self)
  }

  @inline(__always)
  func matching(_ system: Int) -> AromaticMatching {
    AromaticMatching(bits: raw.load(fromByteOffset: 80 &+ 16 &* system, as: UInt128.self))
  }

  @inline(__always)
  func setMatching(_ system: Int, _ matching: AromaticMatching) {
    raw.storeBytes(of: matching.bits, toByteOffset: 80 &+ 16 &* system, as: UInt128.self)
  }

  func push(_ atom: Atom) {
    self[count] = atom
    count = count &+ 1
  }

  func truncate(to newCount: Int) {
    var index = count
    while index > newCount {
      index &-= 1
      self[index] = Atom(bits: 0)
    }
    count = newCount
  }

  func remove(at index: Int) {
    var later = index
    while later < last {
      self[later] = self[later &+ 1]
      later &+= 1
    }
    count = last
    self[count] = Atom(bits: 0)
    var position = ringCount
    while position > 0 {
      position &-= 1
      var entry = ring(position)
      guard entry.owner > index else { break }
      entry.owner &-= 1
      setRing(position, entry)
    }
  }

  func open(_ ring: Ring) {
    setRing(ringCount, ring)
    ringCount = ringCount &+ 1
  }

  func close(_ position: Int) {
    var later = position
    while later < ringCount &- 1 {
      setRing(later, ring(later &+ 1))
      later &+= 1
    }
    ringCount = ringCount &- 1
    setRing(ringCount, Ring(bits: 0))
  }
}

/// Questions.
extension SMILESPath {
  func ringPosition(number: Int) -> Int? {
    var position = 0
    while position < ringCount {
      if ring(position).number == number { return position }
      position &+= 1
    }
    return nil
  }

  /// Atoms with an open ring, as bits.
  var owners: UInt32 {
    var bits: UInt32 = 0
    var position = 0
    while position < ringCount {
      bits |= 1 &<< UInt32(truncatingIfNeeded: ring(position).owner)
      position &+= 1
    }
    return bits
  }

  /// Whether the last atom has an open ring.
  var lastOwnsRing: Bool { ringCount > 0 && ring(ringCount &- 1).owner == last }

  /// Whether a ring can be closed by an aromatic bond within its owner's system.
  func isAromatic(_ ring: Ring) -> Bool { ring.order == 0 && self[ring.owner].system > 0 }

  /// Whether a system has rings that aromatic bonds can close.
  func hasOpenRing(system: Int) -> Bool {
    var position = ringCount
    while position > 0 {
      position &-= 1
      let entry = ring(position)
      if entry.order == 0, self[entry.owner].system == system { return true }
    }
    return false
  }

  /// The innermost open branch's atom below an index, -1 where there is none.
  func base(below index: Int) -> Int {
    var index = index &- 1
    while index >= 0, !self[index].isBase { index &-= 1 }
    return index
  }

  /// A system number that no atom has, `nil` when all are taken.
  var freeSystem: Int? {
    var taken = 0
    var index = 0
    while index < count {
      taken |= 1 &<< self[index].system
      index &+= 1
    }
    let free = ~taken & 0b1_1110
    return free == 0 ? nil : free.trailingZeroBitCount
  }

  /// Slots of a system that no atom has, as bits.
  func freeSlots(system: Int) -> Int {
    var taken = 0
    var index = 0
    while index < count {
      if self[index].system == system { taken |= 1 &<< self[index].slot }
      index &+= 1
    }
    return ~taken & ((1 &<< AromaticMatching.slotCount) &- 1)
  }
}
