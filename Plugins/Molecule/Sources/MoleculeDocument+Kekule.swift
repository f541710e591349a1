extension MoleculeDocument {
  /// ``kekuleSMILES(group:)`` with `*` for every R group.
  var plainSMILES: String { kekuleSMILES { _ in "*" } }

  /// The string in which alternating single and double bonds take the place of aromatic ones.
  ///
  /// Placed by our own matching, so that what is aromatic and where its hydrogens are is not left to
  /// another program's reading.
  ///
  /// - Parameter group: What to write for a `*` with its number, if it has one; `*` with charge or
  ///   hydrogens stay as they are.
  /// - Returns: The string as it was, where a double bond cannot be written in place.
  func kekuleSMILES(group: (Int?) -> String) -> String {
    let bytes = Array(smiles.utf8)
    guard let parsed = try? SMILESParser.parse(bytes) else { return smiles }
    let checker = MoleculeChecker(parsed.graph)
    guard checker.issues.isEmpty,
      let edits = KekuleEdits(parsed.graph, partners: checker.partners, in: bytes)
    else { return smiles }
    var groups: [Int: (end: Int, text: String)] = [:]
    for (atom, range) in zip(atoms, atomRanges)
    where atom.symbol == "*" && atom.charge == 0 && atom.hydrogens == 0 {
      groups[range.lowerBound] = (range.upperBound, group(atom.rGroup))
    }
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if edits.doubled.contains(index) { result.append(UInt8(ascii: "=")) }
      if let (end, text) = groups[index] {
        result += text.utf8
        index = max(end, index + 1)
        continue
      }
      if !edits.removed.contains(index) {
        result.append(edits.raised.contains(index) ? bytes[index] & ~0x20 : bytes[index])
      }
      index += 1
    }
    return String(decoding: result, as: UTF8.self)
  }
}

/// Where a string changes when its aromatic bonds are written out.
private struct KekuleEdits {
  /// Offsets before which `=` is put.
  var doubled: Set<Int> = []
  /// Offsets of `:`, which is left out.
  var removed: Set<Int> = []
  /// Offsets of lower-case letters that become capitals.
  var raised: Set<Int> = []

  /// - Returns: `nil` where a double bond falls on a bond with a symbol of another order.
  init?(_ graph: MoleculeGraph, partners: [Int], in bytes: [UInt8]) {
    for atom in graph.atoms where atom.isAromatic {
      var offset = atom.offset
      if bytes[offset] == UInt8(ascii: "[") {
        offset += 1
        while offset < bytes.count, (0x30...0x39).contains(bytes[offset]) { offset += 1 }
      }
      raised.insert(offset)
    }
    var isInBracket = false
    for (offset, byte) in bytes.enumerated() {
      if byte == UInt8(ascii: "[") { isInBracket = true }
      if byte == UInt8(ascii: "]") { isInBracket = false }
      if byte == UInt8(ascii: ":"), !isInBracket { removed.insert(offset) }
    }
    guard !partners.isEmpty else { return }
    for bond in graph.bonds
    where partners[bond.first] == bond.second && (bond.order == .aromatic || bond.order == .single)
    {
      let isFree = bond.direction == nil && bytes[bond.offset] != UInt8(ascii: "-")
      guard isFree else { return nil }
      doubled.insert(bond.offset)
    }
  }
}
