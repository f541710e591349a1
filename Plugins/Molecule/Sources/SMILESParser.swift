/// Reads one SMILES string.
///
/// Grammar: OpenSMILES. What the grammar forbids and other tools write all the same (a ring digit
/// after a branch, `%(100)`, `[HH]`, `->`, `~`, `[#6]`) is read as RDKit reads it and noted among the
/// ``tolerated`` issues; everything else that the grammar forbids is thrown.
struct SMILESParser {
  private let bytes: [UInt8]
  private var position = 0
  private var graph = MoleculeGraph()
  private var tolerated: [SMILESIssue] = []
  /// The atom that the next one is bonded to.
  private var previous: Int?
  private var pendingBond: PendingBond?
  private var branches: [(atom: Int, offset: Int)] = []
  private var openRings: [Int: OpenRing] = [:]
  private var hasBranchSincePrevious = false
  /// Whether a branch has been opened that has no atom yet.
  private var isAtBranchStart = false

  struct PendingBond {
    var order: MoleculeBond.Order
    var direction: UInt8?
    var offset: Int
  }

  private struct OpenRing {
    var atom: Int
    var bond: PendingBond?
    var offset: Int
  }

  /// Largest accepted length of a string in bytes; real molecules stay far below.
  static let maximumByteCount = 65_536

  private init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Reads a string without white space.
  ///
  /// - Throws: The first issue that leaves no molecule.
  static func parse(
    _ bytes: [UInt8]
  ) throws(SMILESIssue) -> (graph: MoleculeGraph, tolerated: [SMILESIssue]) {
    guard bytes.count <= maximumByteCount else {
      throw SMILESIssue(
        code: "too-long",
        offset: maximumByteCount,
        message: "The string has \(bytes.count) bytes; at most \(maximumByteCount) are read."
      )
    }
    var parser = SMILESParser(bytes)
    while parser.position < bytes.count { try parser.step(bytes[parser.position]) }
    try parser.finish()
    return (parser.graph, parser.tolerated)
  }

  private mutating func step(_ byte: UInt8) throws(SMILESIssue) {
    switch byte {
    case UInt8(ascii: "("): try openBranch()
    case UInt8(ascii: ")"): try closeBranch()
    case UInt8(ascii: "."): try endComponent()
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "%"): try readRing()
    case UInt8(ascii: "["):
      let start = position
      var reader = BracketReader(bytes: bytes, position: position)
      let atom = try reader.read()
      tolerated += reader.tolerated
      position = reader.position
      try append(atom, at: start)
    default:
      if try readBond(byte) { return }
      let start = position
      try append(try organicAtom(byte), at: start)
    }
  }

  private mutating func organicAtom(_ byte: UInt8) throws(SMILESIssue) -> MoleculeGraph.Atom {
    let start = position
    let next = position + 1 < bytes.count ? bytes[position + 1] : 0
    position += 1
    let element: Element?
    var isAromatic = false
    switch (byte, next) {
    case (UInt8(ascii: "C"), UInt8(ascii: "l")), (UInt8(ascii: "B"), UInt8(ascii: "r")):
      position += 1
      element = Element.bySymbol[[byte, next]]
    case (UInt8(ascii: "B"), _), (UInt8(ascii: "C"), _), (UInt8(ascii: "N"), _),
      (UInt8(ascii: "O"), _), (UInt8(ascii: "P"), _), (UInt8(ascii: "S"), _),
      (UInt8(ascii: "F"), _), (UInt8(ascii: "I"), _), (UInt8(ascii: "*"), _):
      element = Element.bySymbol[[byte]]
    case (UInt8(ascii: "b"), _), (UInt8(ascii: "c"), _), (UInt8(ascii: "n"), _),
      (UInt8(ascii: "o"), _), (UInt8(ascii: "p"), _), (UInt8(ascii: "s"), _):
      element = Element.byAromaticSymbol[[byte]]
      isAromatic = true
    default:
      element = nil
    }
    guard let element else { throw unexpected(byte, at: start) }
    return MoleculeGraph.Atom(element: element, isAromatic: isAromatic, offset: start)
  }

  private func unexpected(_ byte: UInt8, at offset: Int) -> SMILESIssue {
    let isPrintable = (0x21...0x7E).contains(byte)
    let shown = isPrintable ? "'\(Character(UnicodeScalar(byte)))'" : "byte \(byte)"
    let isLetter = (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z")
    return SMILESIssue(
      code: "unexpected-character",
      offset: offset,
      message: "\(shown) cannot stand here: expected an atom, a bond, a ring number or a bracket.",
      suggestion: isPrintable && isLetter
        ? "Only B C N O P S F Cl Br I and b c n o p s stand without brackets." : nil
    )
  }

  private mutating func append(_ atom: MoleculeGraph.Atom, at offset: Int) throws(SMILESIssue) {
    let index = graph.append(atom)
    if let previous {
      let order = statedOrder(pendingBond) ?? impliedOrder(previous, index)
      graph.connect(
        MoleculeGraph.Bond(
          first: previous,
          second: index,
          order: order,
          direction: pendingBond?.direction,
          offset: pendingBond?.offset ?? offset
        )
      )
    }
    pendingBond = nil
    previous = index
    hasBranchSincePrevious = false
    isAtBranchStart = false
  }

  /// A directed bond is single or, between aromatic atoms, aromatic.
  private func statedOrder(_ bond: PendingBond?) -> MoleculeBond.Order? {
    bond?.direction == nil ? bond?.order : nil
  }

  private func impliedOrder(_ first: Int, _ second: Int) -> MoleculeBond.Order {
    graph.atoms[first].isAromatic && graph.atoms[second].isAromatic ? .aromatic : .single
  }

  private mutating func openBranch() throws(SMILESIssue) {
    guard let previous, pendingBond == nil else {
      throw SMILESIssue(
        code: "branch-without-atom",
        offset: position,
        message: "A branch must follow an atom.",
        suggestion: "Write the bond symbol inside the branch, as in C(=O)."
      )
    }
    if isAtBranchStart {
      throw SMILESIssue(
        code: "branch-without-atom",
        offset: position,
        message: "A branch must follow an atom."
      )
    }
    branches.append((previous, position))
    isAtBranchStart = true
    position += 1
  }

  private mutating func closeBranch() throws(SMILESIssue) {
    guard let branch = branches.popLast() else {
      throw SMILESIssue(
        code: "branch-not-open",
        offset: position,
        message: "')' closes a branch that is not open."
      )
    }
    if let pendingBond { throw danglingBond(pendingBond) }
    if isAtBranchStart || previous == nil {
      throw SMILESIssue(
        code: "empty-branch",
        offset: position,
        message: "The branch, or the part of it after '.', is empty."
      )
    }
    previous = branch.atom
    hasBranchSincePrevious = true
    position += 1
  }

  private func danglingBond(_ bond: PendingBond) -> SMILESIssue {
    SMILESIssue(
      code: "dangling-bond",
      offset: bond.offset,
      message: "The bond leads to no atom."
    )
  }

  private mutating func endComponent() throws(SMILESIssue) {
    if let pendingBond { throw danglingBond(pendingBond) }
    guard previous != nil, position + 1 < bytes.count, !isAtBranchStart else {
      throw SMILESIssue(
        code: "empty-component",
        offset: position,
        message: "'.' must stand between two atoms."
      )
    }
    previous = nil
    position += 1
  }

  private mutating func readBond(_ byte: UInt8) throws(SMILESIssue) -> Bool {
    let start = position
    let next = position + 1 < bytes.count ? bytes[position + 1] : 0
    var length = 1
    let order: MoleculeBond.Order
    switch byte {
    case UInt8(ascii: "-") where next == UInt8(ascii: ">"):
      order = .dative
      length = 2
    case UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "\\"): order = .single
    case UInt8(ascii: "="): order = .double
    case UInt8(ascii: "#"): order = .triple
    case UInt8(ascii: "$"): order = .quadruple
    case UInt8(ascii: ":"): order = .aromatic
    case UInt8(ascii: "~"): order = .any
    case UInt8(ascii: "<") where next == UInt8(ascii: "-"):
      order = .dative
      length = 2
    default: return false
    }
    if order == .dative || order == .any {
      tolerated.append(
        SMILESIssue(
          code: "extended-bond",
          isTolerable: true,
          offset: start,
          message: "This bond symbol is an extension that OpenSMILES does not have."
        )
      )
    }
    guard previous != nil, pendingBond == nil else {
      throw SMILESIssue(
        code: "bond-without-atom",
        offset: start,
        message: previous == nil
          ? "A bond must follow an atom." : "Two bond symbols follow each other."
      )
    }
    let isDirected = byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\")
    pendingBond = PendingBond(order: order, direction: isDirected ? byte : nil, offset: start)
    position += length
    return true
  }

  private mutating func readRing() throws(SMILESIssue) {
    let start = position
    let number = try readRingNumber()
    let bond = pendingBond
    pendingBond = nil
    guard let atom = previous, !isAtBranchStart else {
      throw SMILESIssue(
        code: "ring-without-atom",
        offset: start,
        message: "A ring number must follow an atom."
      )
    }
    if hasBranchSincePrevious {
      tolerated.append(
        SMILESIssue(
          code: "ring-after-branch",
          isTolerable: true,
          offset: start,
          message: "The ring number follows a branch; tools read this differently.",
          suggestion: "Write ring numbers directly after the atom, before its branches."
        )
      )
    }
    guard let open = openRings.removeValue(forKey: number) else {
      openRings[number] = OpenRing(atom: atom, bond: bond, offset: start)
      return
    }
    try closeRing(number, open: open, at: atom, bond: bond, offset: start)
  }

  private mutating func closeRing(
    _ number: Int,
    open: OpenRing,
    at atom: Int,
    bond: PendingBond?,
    offset: Int
  ) throws(SMILESIssue) {
    guard open.atom != atom else {
      throw SMILESIssue(
        code: "ring-to-itself",
        offset: offset,
        message: "Ring \(number) opens and closes at the same atom."
      )
    }
    guard !graph.areBonded(open.atom, atom) else {
      throw SMILESIssue(
        code: "duplicate-bond",
        offset: offset,
        message: "Ring \(number) bonds two atoms that are already bonded."
      )
    }
    if let first = open.bond, let second = bond, first.order != second.order {
      throw SMILESIssue(
        code: "ring-bond-conflict",
        offset: second.offset,
        message: "Ring \(number) opens as a \(first.order.rawValue) bond at column "
          + "\(first.offset + 1) and closes as a \(second.order.rawValue) bond.",
        suggestion: "Write the bond symbol at one end only."
      )
    }
    let stated = open.bond ?? bond
    graph.connect(
      MoleculeGraph.Bond(
        first: open.atom,
        second: atom,
        order: statedOrder(stated) ?? impliedOrder(open.atom, atom),
        direction: open.bond?.direction ?? bond?.direction,
        offset: offset
      )
    )
  }

  private mutating func readRingNumber() throws(SMILESIssue) -> Int {
    func digit(_ index: Int) -> Int? {
      guard index < bytes.count, (0x30...0x39).contains(bytes[index]) else { return nil }
      return Int(bytes[index]) - 0x30
    }
    let start = position
    if let number = digit(position) {
      position += 1
      return number
    }
    if let tens = digit(position + 1), let ones = digit(position + 2) {
      position += 3
      return tens * 10 + ones
    }
    if position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "(") {
      var number = 0
      var index = position + 2
      while let next = digit(index), index < position + 7 {
        number = number * 10 + next
        index += 1
      }
      if index > position + 2, index < bytes.count, bytes[index] == UInt8(ascii: ")") {
        position = index + 1
        tolerated.append(
          SMILESIssue(
            code: "long-ring-number",
            isTolerable: true,
            offset: start,
            message: "%(n) is an extension: OpenSMILES ends at %99.",
            suggestion: "Use a number that has been closed again."
          )
        )
        return number
      }
    }
    throw SMILESIssue(
      code: "ring-number",
      offset: start,
      message: "'%' must be followed by two digits."
    )
  }

  private mutating func finish() throws(SMILESIssue) {
    if let pendingBond { throw danglingBond(pendingBond) }
    if let branch = branches.last {
      throw SMILESIssue(
        code: "branch-not-closed",
        offset: branch.offset,
        message: "The branch is never closed.",
        suggestion: "Add the missing ')'."
      )
    }
    if let ring = openRings.min(by: { $0.value.offset < $1.value.offset }) {
      throw SMILESIssue(
        code: "ring-not-closed",
        offset: ring.value.offset,
        message: "Ring \(ring.key) is never closed.",
        suggestion: "Write the same number after the atom that closes the ring."
      )
    }
  }
}
