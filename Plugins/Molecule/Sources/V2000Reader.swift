import TaskProtocol

/// Reads what follows the counts line of a V2000 record.
struct V2000Reader {
  let lines: [ArraySlice<UInt8>]
  /// The lines of the record after the counts line.
  let range: Range<Int>
  var record: MolRecord
  private var position = 0
  /// Whether a line `M  CHG` or `M  RAD` has taken the place of the charges in the atom lines.
  private var hasChargeLines = false
  private var charges: [Int: Int] = [:]

  init(lines: [ArraySlice<UInt8>], range: Range<Int>, record: MolRecord) {
    self.lines = lines
    self.range = range
    self.record = record
    position = range.lowerBound
  }

  /// Reads atoms, bonds and properties.
  ///
  /// - Parameter counts: The fourth line.
  /// - Returns: The record.
  mutating func read(_ counts: CTLine) -> MolRecord {
    guard let atomCount = counts.integer(0, 3), let bondCount = counts.integer(3, 3),
      atomCount >= 0, bondCount >= 0
    else {
      record.report(
        "counts",
        line: counts.number,
        "The counts line must begin with the numbers of atoms and bonds, three columns each."
      )
      return record
    }
    var valences: [Int: Int] = [:]
    for index in 0..<atomCount {
      guard let line = next(expecting: "atom \(index + 1) of \(atomCount)") else { return record }
      readAtom(line, &valences)
    }
    var known: Set<SIMD2<Int>> = []
    for index in 0..<bondCount {
      guard let line = next(expecting: "bond \(index + 1) of \(bondCount)") else { return record }
      readBond(line, &known)
    }
    readProperties()
    for (atom, valence) in valences {
      record.stateValence(valence == 15 ? 0 : valence, of: atom)
    }
    if hasChargeLines {
      for atom in record.graph.atoms.indices { record.graph.atoms[atom].charge = 0 }
    }
    for (atom, charge) in charges { record.graph.atoms[atom].charge = charge }
    record.isReadable = true
    return record
  }

  /// The next line of the atom or bond block.
  private mutating func next(expecting what: String) -> CTLine? {
    guard position < range.upperBound, !lines[position].starts(with: "M  ".utf8) else {
      record.report(
        "counts",
        line: min(position, range.upperBound - 1) + 1,
        "Expected \(what); the counts line promises more than follows."
      )
      return nil
    }
    position += 1
    return CTLine(lines[position - 1], number: position)
  }

  private mutating func readAtom(_ line: CTLine, _ valences: inout [Int: Int]) {
    var point = MolRecord.Point()
    if let x = Double(line.text(0, 10)), let y = Double(line.text(10, 10)),
      let z = Double(line.text(20, 10)), x.isFinite, y.isFinite, z.isFinite
    {
      point = MolRecord.Point(x: x, y: y, z: z)
    } else {
      record.report("coordinates", line: line.number, "The atom's coordinates are not numbers.")
    }
    let index = record.graph.atoms.count
    record.addAtom(line.text(31, 3), at: point, line: line.number)
    switch line.integer(36, 3) {
    case .some(0): break
    case .some(4): record.graph.atoms[index].radicalElectrons = 1
    case .some(let code) where (1...7).contains(code): record.graph.atoms[index].charge = 4 - code
    default:
      record.report("charge-range", line: line.number, "The charge field must be 0 to 7.")
    }
    if let valence = line.integer(48, 3), (1...15).contains(valence) { valences[index] = valence }
  }

  private mutating func readBond(_ line: CTLine, _ known: inout Set<SIMD2<Int>>) {
    guard let first = line.integer(0, 3), let second = line.integer(3, 3),
      let type = line.integer(6, 3), let stereo = line.integer(9, 3)
    else {
      record.report(
        "bond-line",
        line: line.number,
        "Expected two atoms, a type and a stereo mark, three columns each."
      )
      return
    }
    record.addBond(first, second, type: type, stereo: stereo, line: line.number, known: &known)
  }

  private mutating func readProperties() {
    var isStrange = false
    while position < range.upperBound {
      let line = CTLine(lines[position], number: position + 1)
      position += 1
      if line.bytes.starts(with: "M  END".utf8) {
        checkGroups()
        return
      }
      let tag = line.text(0, 6)
      switch tag {
      case "M  CHG", "M  ISO", "M  RAD", "M  RGP": readPairs(tag, line)
      default:
        // These two take a second line.
        if tag.hasPrefix("A ") || tag.hasPrefix("G ") { position += 1 }
        let isKnown = ["M ", "A ", "G ", "V ", "S "].contains { tag.hasPrefix($0) }
        if !isKnown, !isStrange {
          isStrange = true
          record.report("property-line", .warning, line: line.number, "This line has no meaning.")
        }
      }
    }
    record.report(
      "end-missing",
      line: max(1, range.upperBound),
      "The record has no line 'M  END'.",
      suggestion: "The file may have been cut off."
    )
  }

  /// Reads a count and that many pairs of an atom and a value.
  private mutating func readPairs(_ tag: String, _ line: CTLine) {
    let numbers = line.words(from: 6).map { Int($0) }
    guard let first = numbers.first, let count = first, (1...8).contains(count),
      numbers.count == 2 * count + 1
    else {
      record.report(
        "property-count",
        line: line.number,
        "'\(tag)' must hold a count of 1 to 8 and that many pairs of an atom and a value."
      )
      return
    }
    if tag == "M  CHG" || tag == "M  RAD" { hasChargeLines = true }
    for pair in 0..<count {
      guard let atom = numbers[2 * pair + 1], let value = numbers[2 * pair + 2],
        record.graph.atoms.indices.contains(atom - 1)
      else {
        record.report(
          "atom-number",
          line: line.number,
          "'\(tag)' names an atom that is not among the \(record.graph.atoms.count)."
        )
        continue
      }
      apply(tag, value, to: atom - 1, line)
    }
  }

  private mutating func apply(_ tag: String, _ value: Int, to atom: Int, _ line: CTLine) {
    let before = record.graph.atoms[atom]
    switch tag {
    case "M  CHG":
      guard (-15...15).contains(value) else {
        record.report("charge-range", line: line.number, "Charge \(value) is out of range.")
        return
      }
      if before.charge != 0, before.charge != value {
        record.report(
          "charge-conflict",
          .warning,
          line: line.number,
          "Atom \(atom + 1) has charge \(before.charge) in its line and \(value) here; this counts."
        )
      }
      charges[atom] = value
    case "M  ISO":
      guard (1...999).contains(value) else {
        record.report("isotope-range", line: line.number, "Isotope \(value) is out of range.")
        return
      }
      record.graph.atoms[atom].isotope = value
    case "M  RAD":
      guard (0...3).contains(value) else {
        record.report("radical-range", line: line.number, "Radical \(value) must be 0 to 3.")
        return
      }
      record.graph.atoms[atom].radicalElectrons = value == 0 ? 0 : value == 2 ? 1 : 2
    default:
      guard before.element == .unknown else {
        record.report(
          "r-group",
          line: line.number,
          "Atom \(atom + 1) gets R group \(value) but is \(before.element.symbol)."
        )
        return
      }
      guard (0...999).contains(value) else {
        record.report("r-group", line: line.number, "R group \(value) is out of range.")
        return
      }
      record.graph.atoms[atom].rLabel = value
    }
  }

  /// Atoms `R#` whose number never came.
  private mutating func checkGroups() {
    for (index, atom) in record.graph.atoms.enumerated()
    where atom.element == .unknown && atom.rLabel == nil {
      let line = record.atomLines[index]
      guard CTLine(lines[line - 1], number: line).text(31, 3) == "R#" else { continue }
      record.report(
        "r-group",
        .warning,
        line: line,
        "Atom \(index + 1) is R# but no line 'M  RGP' says which."
      )
    }
  }
}
