import TaskProtocol

/// Reads the blocks of a V3000 record.
struct V3000Reader {
  let lines: [ArraySlice<UInt8>]
  /// The lines of the record after the counts line.
  let range: Range<Int>
  var record: MolRecord
  private var position: Int
  /// Indices of atoms by their numbers in the file.
  private var atoms: [Int: Int] = [:]
  private var known: Set<SIMD2<Int>> = []
  private var blocks: [String] = []
  private var hasEnded = false

  init(lines: [ArraySlice<UInt8>], range: Range<Int>, record: MolRecord) {
    self.lines = lines
    self.range = range
    self.record = record
    position = range.lowerBound
  }

  mutating func read() -> MolRecord {
    var promised: (atoms: Int, bonds: Int, line: Int)?
    var hasTable = false
    while !hasEnded, position < range.upperBound {
      let start = position + 1
      guard let words = nextWords(), let first = words.first else { continue }
      switch (first, words.count > 1 ? words[1] : "") {
      case ("BEGIN", let name):
        if name == "CTAB" { hasTable = true }
        blocks.append(name)
      case ("END", let name):
        if blocks.last != name {
          record.report(
            "block",
            line: start,
            "END \(name.prefix(16)) does not close the open block."
          )
        }
        _ = blocks.popLast()
      case ("COUNTS", _):
        let numbers = words.dropFirst().prefix(2).compactMap { Int($0) }
        if numbers.count == 2 { promised = (numbers[0], numbers[1], start) }
      default:
        switch blocks.last {
        case "ATOM": readAtom(words, line: start)
        case "BOND": readBond(words, line: start)
        default: break
        }
      }
    }
    finish(promised, hasTable)
    return record
  }

  private mutating func finish(_ promised: (atoms: Int, bonds: Int, line: Int)?, _ hasTable: Bool) {
    let last = max(1, range.upperBound)
    guard hasTable, let promised else {
      record.report("counts", line: last, "The record has no connection table with COUNTS.")
      return
    }
    let found = (record.graph.atoms.count, record.graph.bonds.count)
    let hasErrors = record.findings.contains { $0.severity == .error }
    if found != (promised.atoms, promised.bonds), !hasErrors {
      record.report(
        "counts",
        line: promised.line,
        "COUNTS promises \(promised.atoms) atoms and \(promised.bonds) bonds; "
          + "\(found.0) and \(found.1) follow."
      )
    }
    if let block = blocks.last {
      record.report("block", line: last, "The block \(block.prefix(16)) is never closed.")
    }
    if !hasEnded {
      record.report(
        "end-missing",
        line: last,
        "The record has no line 'M  END'.",
        suggestion: "The file may have been cut off."
      )
    }
    record.isReadable = true
  }

  /// The words of the next logical line; `nil` for one that is not part of the table.
  private mutating func nextWords() -> [String]? {
    let tag = "M  V30 "
    let line = lines[position]
    position += 1
    if line.starts(with: "M  END".utf8) { hasEnded = true }
    guard line.starts(with: tag.utf8) else { return nil }
    var bytes = Array(line.dropFirst(tag.utf8.count))
    // A line that ends with '-' goes on in the next.
    while bytes.last == UInt8(ascii: "-"), position < range.upperBound,
      lines[position].starts(with: tag.utf8), bytes.count < 1 << 20
    {
      bytes.removeLast()
      bytes += lines[position].dropFirst(tag.utf8.count)
      position += 1
    }
    return String(decoding: bytes, as: UTF8.self).split(separator: " ", maxSplits: 4096)
      .filter { !$0.isEmpty }.map(String.init)
  }

  private mutating func readAtom(_ words: [String], line: Int) {
    guard words.count >= 6, let number = Int(words[0]), let x = Double(words[2]),
      let y = Double(words[3]), let z = Double(words[4]), x.isFinite, y.isFinite, z.isFinite
    else {
      record.report(
        "atom-line",
        line: line,
        "Expected a number, a symbol, three coordinates and an atom-atom mapping."
      )
      return
    }
    guard record.graph.atoms.count < MolReader.maximumAtomCount else {
      record.report("too-large", line: line, "Only \(MolReader.maximumAtomCount) atoms are read.")
      return
    }
    let index = record.graph.atoms.count
    guard atoms.updateValue(index, forKey: number) == nil else {
      record.report("atom-number", line: line, "Two atoms have the number \(number).")
      return
    }
    record.addAtom(words[1], at: MolRecord.Point(x: x, y: y, z: z), line: line)
    for word in words.dropFirst(6) { readProperty(word, of: index, line: line) }
    if let start = words.firstIndex(where: { $0.hasPrefix("RGROUPS=(") }), start + 1 < words.count {
      record.graph.atoms[index].rLabel = Int(words[start + 1].filter(\.isNumber))
    }
  }

  private mutating func readProperty(_ word: String, of atom: Int, line: Int) {
    let parts = word.split(separator: "=", maxSplits: 1)
    guard parts.count == 2 else { return }
    let value = Int(parts[1])
    func isIn(_ range: ClosedRange<Int>) -> Bool { value.map(range.contains) ?? false }
    switch parts[0] {
    case "CHG":
      guard isIn(-15...15) else {
        record.report("charge-range", line: line, "The charge must be -15 to 15.")
        return
      }
      record.graph.atoms[atom].charge = value ?? 0
    case "MASS":
      guard isIn(1...999) else {
        record.report("isotope-range", line: line, "The mass must be 1 to 999.")
        return
      }
      record.graph.atoms[atom].isotope = value
    case "RAD":
      guard isIn(0...3) else {
        record.report("radical-range", line: line, "The radical must be 0 to 3.")
        return
      }
      record.graph.atoms[atom].radicalElectrons = value == 0 ? 0 : value == 2 ? 1 : 2
    default: break
    }
  }

  private mutating func readBond(_ words: [String], line: Int) {
    let numbers = words.prefix(4).compactMap { Int($0) }
    guard numbers.count == 4 else {
      record.report("bond-line", line: line, "Expected a number, a type and two atoms.")
      return
    }
    guard record.graph.bonds.count < MolReader.maximumAtomCount else {
      record.report("too-large", line: line, "Only \(MolReader.maximumAtomCount) bonds are read.")
      return
    }
    let configuration =
      words.dropFirst(4).first { $0.hasPrefix("CFG=") }
      .flatMap { Int($0.dropFirst(4)) } ?? 0
    // CFG counts up 1, either 2, down 3, where V2000 has 1, 4, 6 and, for double bonds, 3.
    let stereo: Int =
      switch configuration {
      case 1: 1
      case 2: numbers[1] == 2 ? 3 : 4
      case 3: 6
      default: 0
      }
    let ends = [numbers[2], numbers[3]].map { atoms[$0].map { $0 + 1 } ?? 0 }
    guard ends[0] > 0, ends[1] > 0 else {
      let missing = ends[0] == 0 ? numbers[2] : numbers[3]
      record.report(
        "atom-number",
        line: line,
        "The bond leads to atom \(missing), which is missing."
      )
      return
    }
    record.addBond(ends[0], ends[1], type: numbers[1], stereo: stereo, line: line, known: &known)
  }
}
