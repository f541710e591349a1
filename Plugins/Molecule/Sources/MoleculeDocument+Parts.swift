import TaskProtocol

extension MoleculeDocument {
  /// Bytes of each atom in ``smiles``: a symbol or a bracket.
  var atomRanges: [Range<Int>] {
    let bytes = Array(smiles.utf8)
    return atoms.map { atom in
      let start = min(max(0, atom.column - 1), bytes.count)
      guard start < bytes.count else { return start..<start }
      if bytes[start] == UInt8(ascii: "[") {
        let end = bytes[start...].firstIndex(of: UInt8(ascii: "]")) ?? bytes.count - 1
        return start..<end + 1
      }
      let isHalogen = atom.symbol == "Cl" || atom.symbol == "Br"
      return start..<min(bytes.count, start + (isHalogen ? 2 : 1))
    }
  }

  /// One part per atom, at an offset in the model's output.
  func parts(from offset: Int) -> [TextPart] {
    atomRanges.enumerated().map { index, range in
      TextPart(
        path: "/atoms/\(index)",
        range: range.lowerBound + offset..<range.upperBound + offset
      )
    }
  }
}
