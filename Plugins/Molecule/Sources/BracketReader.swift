/// Reads one bracket atom: `[` isotope? symbol chirality? hydrogens? charge? class? `]`.
struct BracketReader {
  let bytes: [UInt8]
  var position: Int
  var tolerated: [SMILESIssue] = []

  init(bytes: [UInt8], position: Int) {
    self.bytes = bytes
    self.position = position
  }

  private var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

  mutating func read() throws(SMILESIssue) -> MoleculeGraph.Atom {
    let start = position
    position += 1
    var isotope: Int?
    let isotopeStart = position
    if let value = try number(digits: 9) {
      guard value <= 999 else {
        throw SMILESIssue(
          code: "isotope-range",
          offset: isotopeStart,
          message: "Isotope \(value) is out of range: at most 999."
        )
      }
      isotope = value
    }
    var atom = try symbol(start)
    atom.isotope = isotope
    atom.chirality = try chirality()
    atom.explicitHydrogens = try hydrogens(of: atom.element)
    atom.charge = try charge()
    if current == UInt8(ascii: ":") {
      position += 1
      guard let value = try number(digits: 9) else {
        throw SMILESIssue(
          code: "atom-class",
          offset: position,
          message: "':' must be followed by a number."
        )
      }
      atom.atomClass = value
    }
    guard current == UInt8(ascii: "]") else {
      throw SMILESIssue(
        code: "bracket",
        offset: min(position, bytes.count),
        message: position < bytes.count
          ? "Not understood inside the brackets; expected ']'." : "The bracket is never closed.",
        suggestion: "The order is isotope, symbol, chirality, hydrogens, charge, class."
      )
    }
    position += 1
    return atom
  }

  private mutating func number(digits: Int) throws(SMILESIssue) -> Int? {
    let start = position
    var value = 0
    while (0x30...0x39).contains(current) {
      guard position - start < digits else {
        throw SMILESIssue(code: "number-range", offset: start, message: "The number is too long.")
      }
      value = value * 10 + Int(current) - 0x30
      position += 1
    }
    guard position - start < 2 || bytes[start] != 0x30 else {
      throw SMILESIssue(
        code: "leading-zero",
        offset: start,
        message: "The number starts with 0; RDKit does not read it."
      )
    }
    return position == start ? nil : value
  }

  private mutating func symbol(_ start: Int) throws(SMILESIssue) -> MoleculeGraph.Atom {
    func atom(_ element: Element, aromatic: Bool) -> MoleculeGraph.Atom {
      MoleculeGraph.Atom(
        element: element,
        isAromatic: aromatic,
        isBracketed: true,
        offset: start
      )
    }
    if current == UInt8(ascii: "#") {
      let offset = position
      position += 1
      guard let value = try number(digits: 3), value <= 118 else {
        throw SMILESIssue(
          code: "element",
          offset: offset,
          message: "'#' must be followed by an atomic number."
        )
      }
      tolerated.append(
        SMILESIssue(
          code: "atomic-number",
          isTolerable: true,
          offset: offset,
          message: "'#' with an atomic number is SMARTS; SMILES writes the symbol."
        )
      )
      return atom(Element(number: value), aromatic: false)
    }
    for length in [2, 1] where position + length <= bytes.count {
      let name = Array(bytes[position..<position + length])
      if let element = Element.bySymbol[name] {
        position += length
        return atom(element, aromatic: false)
      }
      if let element = Element.byAromaticSymbol[name] {
        position += length
        return atom(element, aromatic: true)
      }
    }
    let isGroup = current == UInt8(ascii: "R") || current == UInt8(ascii: "X")
    if current == UInt8(ascii: "R") {
      let offset = position
      position += 1
      let label = try number(digits: 3)
      if current == UInt8(ascii: "]") || current == UInt8(ascii: ":") {
        tolerated.append(
          SMILESIssue(
            code: "r-group",
            isTolerable: true,
            offset: offset,
            message: "R groups are an extension that OpenSMILES does not have.",
            suggestion: "Write [\(label.map(String.init) ?? "")*]."
          )
        )
        var group = atom(.unknown, aromatic: false)
        group.rLabel = label
        return group
      }
      position = offset
    }
    throw SMILESIssue(
      code: "element",
      offset: min(position, bytes.count),
      message: "No element has this symbol.",
      suggestion: isGroup ? "Write an R group as [*:1] or *." : nil
    )
  }

  private mutating func chirality() throws(SMILESIssue) -> String? {
    guard current == UInt8(ascii: "@") else { return nil }
    let start = position
    position += 1
    if current == UInt8(ascii: "@") {
      position += 1
      return "@@"
    }
    let limits = ["TH": 2, "AL": 2, "SP": 3, "TB": 20, "OH": 30]
    guard position + 1 < bytes.count,
      let name = String(validating: bytes[position..<position + 2], as: UTF8.self),
      let limit = limits[name]
    else { return "@" }
    position += 2
    guard let value = try number(digits: 2), (1...limit).contains(value) else {
      throw SMILESIssue(
        code: "chirality",
        offset: start,
        message: "@\(name) must be followed by a number from 1 to \(limit)."
      )
    }
    return "@\(name)\(value)"
  }

  private mutating func hydrogens(of element: Element) throws(SMILESIssue) -> Int {
    guard current == UInt8(ascii: "H") else { return 0 }
    let offset = position
    position += 1
    var count = 1
    if (0x30...0x39).contains(current) {
      count = Int(current) - 0x30
      position += 1
    }
    if element == .hydrogen, count > 0 {
      tolerated.append(
        SMILESIssue(
          code: "hydrogen-on-hydrogen",
          isTolerable: true,
          offset: offset,
          message: "A hydrogen cannot have a hydrogen count.",
          suggestion: "Write [H][H]."
        )
      )
    }
    return count
  }

  private mutating func charge() throws(SMILESIssue) -> Int {
    let sign = current
    guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return 0 }
    let start = position
    position += 1
    var magnitude = 1
    if current == sign {
      position += 1
      magnitude = 2
    } else if let value = try number(digits: 9) {
      magnitude = value
    }
    guard magnitude <= 15 else {
      throw SMILESIssue(
        code: "charge-range",
        offset: start,
        message: "Charge \(magnitude) is out of range: -15 to 15."
      )
    }
    return sign == UInt8(ascii: "+") ? magnitude : -magnitude
  }
}
