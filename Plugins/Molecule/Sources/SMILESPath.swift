/// The part of a growing molecule that later characters can still bond to: atoms on the path from
/// the first atom to the current one that have an open ring number or an open branch.
///
/// Ring numbers close only towards such atoms, as in every string that a depth-first walk over a
/// molecule writes. Fixed storage: copying a path copies no heap memory.
struct SMILESPath: Hashable, Sendable {
  /// One atom, in 32 bits.
  struct Atom: Hashable, Sendable {
    var bits: UInt32

    private func field(_ shift: UInt32, _ width: UInt32) -> Int {
      Int(bits >> shift & ((1 << width) - 1))
    }

    private mutating func set(_ value: Int, _ shift: UInt32, _ width: UInt32) {
      bits = bits & ~(((1 << width) - 1) << shift) | UInt32(value) << shift
    }

    /// Bond orders left.
    var capacity: Int {
      get { field(0, 4) }
      set { set(newValue, 0, 4) }
    }
    /// Whether a branch is open at the atom.
    var isBase: Bool {
      get { field(4, 1) == 1 }
      set { set(newValue ? 1 : 0, 4, 1) }
    }
    var aromaticity: AtomBudget.Aromaticity {
      get { AtomBudget.Aromaticity(rawValue: UInt8(field(5, 3))) ?? .none }
      set { set(Int(newValue.rawValue), 5, 3) }
    }
    /// Aromatic system, counted from 1; 0 when the atom is in none that can still grow.
    var system: Int {
      get { field(8, 3) }
      set { set(newValue, 8, 3) }
    }
    /// Slot in the system's matching; 7 when the atom needs no double bond.
    var slot: Int {
      get { field(11, 3) }
      set { set(newValue, 11, 3) }
    }
    /// Whether some aromatic bond between this atom and the one before it on the path is not yet
    /// part of a ring of its system.
    var isUncovered: Bool {
      get { field(14, 1) == 1 }
      set { set(newValue ? 1 : 0, 14, 1) }
    }
    /// Whether the atom begins an aromatic system and still has to open a ring.
    var mustOpenRing: Bool {
      get { field(15, 1) == 1 }
      set { set(newValue ? 1 : 0, 15, 1) }
    }
    /// Whether the double bond of a beginning system's first atom was taken from outside.
    var isServed: Bool {
      get { field(16, 1) == 1 }
      set { set(newValue ? 1 : 0, 16, 1) }
    }
    /// Whether the atom began an aromatic system and none of its rings has been closed within it.
    var needsRing: Bool {
      get { field(17, 1) == 1 }
      set { set(newValue ? 1 : 0, 17, 1) }
    }
    static let noSlot = 7

    init(_ budget: AtomBudget) {
      bits = 0
      capacity = budget.capacity
      aromaticity = budget.aromaticity
      slot = Atom.noSlot
    }

    init(bits: UInt32) { self.bits = bits }
  }

  /// A ring number that waits for its second atom, in 16 bits.
  struct Ring: Hashable, Sendable {
    var bits: UInt16
    var number: Int { Int(bits & 0x7F) }
    /// Index of the atom that opened it.
    var owner: Int {
      get { Int(bits >> 7 & 0x1F) }
      set { bits = bits & ~(0x1F << 7) | UInt16(newValue) << 7 }
    }
    /// 0 where no bond symbol was written, otherwise 1 or 2.
    var order: Int { Int(bits >> 12 & 3) }
    /// Bytes of the ring number.
    var byteCount: Int { number < 10 ? 1 : 3 }

    init(number: Int, owner: Int, order: Int) {
      bits = UInt16(number) | UInt16(owner) << 7 | UInt16(order) << 12
    }
    init(bits: UInt16) { self.bits = bits }
  }

  private var atomWords = SIMD32<UInt32>()
  private var ringWords = SIMD16<UInt16>()
  private var atomCount: UInt8 = 0
  private var openRingCount: UInt8 = 0
  /// Low and high halves of the matchings' bits.
  private var lowMatchings = SIMD4<UInt64>()
  private var highMatchings = SIMD4<UInt64>()

  private(set) var count: Int {
    get { Int(atomCount) }
    set { atomCount = UInt8(newValue) }
  }
  private(set) var ringCount: Int {
    get { Int(openRingCount) }
    set { openRingCount = UInt8(newValue) }
  }

  static let maximumCount = 32
  static let maximumRingCount = 16
  static let maximumSystemCount = 4

  subscript(index: Int) -> Atom {
    get { Atom(bits: atomWords[index]) }
    set { atomWords[index] = newValue.bits }
  }

  func ring(_ index: Int) -> Ring { Ring(bits: ringWords[index]) }

  func matching(_ system: Int) -> AromaticMatching {
    AromaticMatching(
      bits: UInt128(highMatchings[system - 1]) << 64 | UInt128(lowMatchings[system - 1])
    )
  }

  mutating func setMatching(_ system: Int, _ matching: AromaticMatching) {
    lowMatchings[system - 1] = UInt64(truncatingIfNeeded: matching.bits)
    highMatchings[system - 1] = UInt64(truncatingIfNeeded: matching.bits >> 64)
  }

  mutating func push(_ atom: Atom) {
    atomWords[count] = atom.bits
    count += 1
  }

  mutating func truncate(to newCount: Int) {
    for index in newCount..<count { atomWords[index] = 0 }
    count = newCount
  }

  mutating func remove(at index: Int) {
    for later in index..<count - 1 { atomWords[later] = atomWords[later + 1] }
    count -= 1
    atomWords[count] = 0
    for position in 0..<ringCount {
      var entry = ring(position)
      if entry.owner > index { entry.owner -= 1 }
      ringWords[position] = entry.bits
    }
  }

  mutating func open(_ ring: Ring) {
    ringWords[ringCount] = ring.bits
    ringCount += 1
  }

  mutating func close(_ position: Int) {
    for later in position..<ringCount - 1 { ringWords[later] = ringWords[later + 1] }
    ringCount -= 1
    ringWords[ringCount] = 0
  }

  func ringPosition(number: Int) -> Int? {
    (0..<ringCount).first { ring($0).number == number }
  }

  func ownsRing(_ index: Int) -> Bool {
    for position in 0..<ringCount where ring(position).owner == index { return true }
    return false
  }

  /// Whether a ring can be closed by an aromatic bond within its owner's system.
  func isAromatic(_ ring: Ring) -> Bool { ring.order == 0 && self[ring.owner].system > 0 }

  /// Whether a system has rings that aromatic bonds can close.
  func hasOpenRing(system: Int) -> Bool {
    for position in 0..<ringCount {
      let entry = ring(position)
      if entry.order == 0, self[entry.owner].system == system { return true }
    }
    return false
  }

  /// The innermost open branch's atom below an index, -1 where there is none.
  func base(below index: Int) -> Int {
    var index = index - 1
    while index >= 0, !self[index].isBase { index -= 1 }
    return index
  }

  /// A system number that no atom has, `nil` when all are taken.
  var freeSystem: Int? {
    (1...SMILESPath.maximumSystemCount).first { system in
      !(0..<count).contains { self[$0].system == system }
    }
  }

  private func takenSlots(system: Int) -> Int {
    var taken = 0
    for index in 0..<count where self[index].system == system { taken |= 1 << self[index].slot }
    return taken
  }

  func freeSlot(system: Int) -> Int? {
    let taken = takenSlots(system: system)
    return (0..<AromaticMatching.slotCount).first { taken >> $0 & 1 == 0 }
  }

  func freeSlotCount(system: Int) -> Int {
    let all = (1 << AromaticMatching.slotCount) - 1
    return (~takenSlots(system: system) & all).nonzeroBitCount
  }
}
