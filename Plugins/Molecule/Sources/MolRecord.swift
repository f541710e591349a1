import TaskProtocol

/// One record of a MOL or SD file, as far as it could be read.
struct MolRecord: Sendable {
  /// Place of an atom on the drawing; unit and scale are the file's.
  struct Point: Sendable, Equatable {
    var x = 0.0
    var y = 0.0
    var z = 0.0
  }

  /// Atoms and bonds; an atom's offset is its index, a bond's offset follows those of the atoms.
  var graph = MoleculeGraph()
  var points: [Point] = []
  /// The stereo field of each bond in the terms of V2000: 0, 1 (up), 3, 4 (either), 6 (down).
  var bondStereo: [Int] = []
  /// Lines of atoms and bonds, counted from 1.
  var atomLines: [Int] = []
  var bondLines: [Int] = []
  /// Everything wrong with the record's structure, in the order of the file.
  var findings: [Finding] = []
  /// Whether atoms and bonds are all there, so that chemistry can be asked.
  var isReadable = false

  /// Findings kept of one record; the rest are counted.
  private static let findingLimit = 100
  private var omittedCount = 0

  init() {
    graph.placeName = "atom"
  }

  /// Adds a finding at a line.
  mutating func report(
    _ code: String,
    _ severity: Severity = .error,
    line: Int,
    _ message: String,
    suggestion: String? = nil
  ) {
    guard findings.count < MolRecord.findingLimit else {
      omittedCount += 1
      return
    }
    findings.append(
      Finding(
        code: code,
        severity: severity,
        message: message,
        line: line,
        suggestion: suggestion
      )
    )
  }

  /// The record's findings, structure first, then chemistry by our own tables.
  var allFindings: [Finding] {
    var all = findings
    if omittedCount > 0, let line = findings.last?.line {
      all.append(
        Finding(
          code: "more-findings",
          severity: .error,
          message: "\(omittedCount) further findings in this record.",
          line: line
        )
      )
    }
    guard isReadable else { return all }
    let issues = MoleculeChecker(graph).issues
    all += issues.prefix(MolRecord.findingLimit).map { issue in
      Finding(
        code: issue.code,
        severity: .error,
        message: issue.message,
        line: line(at: issue.offset),
        part: issue.offset < atomLines.count ? "atom \(issue.offset + 1)" : nil,
        suggestion: issue.code == "kekulization"
          ? "Write alternating single and double bonds instead of aromatic ones." : nil
      )
    }
    return all
  }

  private func line(at offset: Int) -> Int? {
    if offset < atomLines.count { return atomLines[offset] }
    let bond = offset - atomLines.count
    return bond < bondLines.count ? bondLines[bond] : nil
  }

  /// Adds an atom.
  ///
  /// - Parameters:
  ///   - symbol: An element, `D`, `T`, an R group or a query symbol.
  ///   - point: Its place on the drawing.
  ///   - line: The line it stands in, counted from 1.
  mutating func addAtom(_ symbol: String, at point: Point, line: Int) {
    var atom = MoleculeGraph.Atom(element: .unknown, offset: graph.atoms.count)
    let bytes = Array(symbol.utf8)
    if let element = Element.bySymbol[bytes] {
      atom.element = element
    } else if symbol == "D" || symbol == "T" {
      atom.element = .hydrogen
      atom.isotope = symbol == "D" ? 2 : 3
    } else if symbol == "R#" || symbol == "R" {
      // The number comes in a line of its own, or there is none.
    } else if bytes.first == UInt8(ascii: "R"), let label = Int(symbol.dropFirst()), label >= 0 {
      atom.rLabel = label
    } else if ["A", "Q", "X", "L", "LP", "M", "AH", "QH", "XH", "MH"].contains(symbol) {
      report(
        "query-atom",
        .warning,
        line: line,
        "'\(symbol)' stands for several elements; it is read as an unknown atom."
      )
    } else {
      report(
        "element",
        symbol.isEmpty ? .error : .warning,
        line: line,
        symbol.isEmpty
          ? "The atom has no symbol."
          : "No element has the symbol '\(symbol.prefix(8))'; it is "
            + "read as an unknown atom."
      )
    }
    _ = graph.append(atom)
    points.append(point)
    atomLines.append(line)
  }

  /// Adds a bond, unless it cannot be.
  ///
  /// - Parameters:
  ///   - first: An atom, counted from 1.
  ///   - second: The other atom.
  ///   - type: 1 to 4 for single, double, triple and aromatic; 5 to 8 for queries, 9 dative, 10
  ///     hydrogen.
  ///   - stereo: 0, 1 (up), 3 or 4 (either), 6 (down).
  ///   - line: The line it stands in, counted from 1.
  ///   - known: Pairs of atoms that are bonded already.
  mutating func addBond(
    _ first: Int,
    _ second: Int,
    type: Int,
    stereo: Int,
    line: Int,
    known: inout Set<SIMD2<Int>>
  ) {
    let count = graph.atoms.count
    for atom in [first, second] where !(1...max(1, count)).contains(atom) || count == 0 {
      report("atom-number", line: line, "The bond leads to atom \(atom) of \(count).")
      return
    }
    guard first != second else {
      report("bond-to-itself", line: line, "Atom \(first) is bonded to itself.")
      return
    }
    guard known.insert(SIMD2(min(first, second), max(first, second))).inserted else {
      report("duplicate-bond", line: line, "Atoms \(first) and \(second) are bonded twice.")
      return
    }
    let order: MoleculeBond.Order
    switch type {
    case 1: order = .single
    case 2: order = .double
    case 3: order = .triple
    case 4: order = .aromatic
    case 9: order = .dative
    case 5...8, 10:
      order = .any
      report("query-bond", .warning, line: line, "Bond type \(type) is read as unspecified.")
    default:
      report("bond-type", line: line, "\(type) is no bond type; expected 1 to 10.")
      return
    }
    let isKnownStereo = order == .double ? [0, 3].contains(stereo) : [0, 1, 4, 6].contains(stereo)
    if !isKnownStereo {
      report(
        "bond-stereo",
        .warning,
        line: line,
        "Stereo \(stereo) has no meaning for a \(order.rawValue) bond."
      )
    }
    if order == .aromatic {
      graph.atoms[first - 1].isAromatic = true
      graph.atoms[second - 1].isAromatic = true
    }
    graph.connect(
      MoleculeGraph.Bond(
        first: first - 1,
        second: second - 1,
        order: order,
        direction: nil,
        offset: count + graph.bonds.count
      )
    )
    bondStereo.append(isKnownStereo ? stereo : 0)
    bondLines.append(line)
  }

  /// Applies a valence that the file states: hydrogens are what bonds leave of it.
  mutating func stateValence(_ valence: Int, of atom: Int) {
    let orders = graph.bondsOfAtom[atom].map { graph.bonds[$0].order }
    guard !orders.contains(.aromatic) else { return }
    let used = orderSum(atom)
    graph.atoms[atom].isBracketed = true
    graph.atoms[atom].explicitHydrogens = max(0, min(20, valence) - used)
  }

  /// Sum of the orders of an atom's bonds, aromatic ones aside.
  func orderSum(_ atom: Int) -> Int {
    graph.bondsOfAtom[atom].reduce(0) {
      switch graph.bonds[$1].order {
      case .single: $0 + 1
      case .double: $0 + 2
      case .triple: $0 + 3
      default: $0
      }
    }
  }
}
