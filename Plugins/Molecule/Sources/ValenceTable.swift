/// How many bonds an atom may have, after RDKit 2026.09 (`rdkit-2026.09`).
///
/// A charged atom has the valences of the element with as many electrons: `[N+]` those of carbon.
/// OpenSMILES itself also allows nitrogen five bonds; RDKit does not, but rewrites `N(=O)=O`.
enum ValenceTable {
  /// Name under which results mention the table.
  static let name = "rdkit-2026.09"

  /// Allowed valences by atomic number, ascending; empty where any number of bonds is allowed.
  ///
  /// A trailing `-1` allows any number, while the numbers before it decide on implicit hydrogens.
  private static let valences: [[Int]] = {
    var table = [[Int]](repeating: [], count: 119)
    let rows: [(valences: [Int], elements: [Int])] = [
      ([0], [2, 10, 18, 36, 86]),
      ([1], [1, 9, 17, 35, 55, 87]),
      ([1, -1], [3, 11, 19, 37]),
      ([2], [4, 8]),
      ([2, -1], [12, 20, 38, 56, 88]),
      ([3], [5, 7, 13, 31, 49]),
      ([4], [6, 14, 32]),
      ([3, 5], [15, 33, 51, 83]),
      ([2, 4, 6], [16, 34, 52, 84]),
      ([2, 4], [50, 82]),
      ([1, 3, 5], [53, 85]),
      ([0, 2, 4, 6], [54]),
    ]
    for row in rows {
      for element in row.elements { table[element] = row.valences }
    }
    return table
  }()

  /// The valences of an uncharged element; empty where any number of bonds is allowed.
  static func valences(of element: Element) -> [Int] { valences[element.number] }

  /// The element whose valences a charged atom has, `nil` where the charge leaves no element.
  static func effectiveElement(of element: Element, charge: Int) -> Element? {
    guard !valences(of: element).isEmpty else { return element }
    let number = element.number - charge
    return (0...118).contains(number) ? Element(number: number) : nil
  }

  /// Most bonds, hydrogens included, that an atom may have; `nil` where there is no limit.
  static func maximum(of element: Element, charge: Int) -> Int? {
    let own = valences(of: element)
    guard let ownMaximum = own.last, ownMaximum >= 0 else { return nil }
    // RDKit keeps accepting the two-coordinate hydride.
    if element == .hydrogen, charge == -1 { return 2 }
    guard let effective = effectiveElement(of: element, charge: charge) else { return 0 }
    if canBeHypervalent(element, effective) { return ownMaximum + charge }
    guard let maximum = valences(of: effective).last, maximum >= 0 else { return nil }
    return maximum
  }

  /// Anions of phosphorus, sulphur, arsenic and selenium keep their high valences.
  private static func canBeHypervalent(_ element: Element, _ effective: Element) -> Bool {
    switch element.number {
    case 15, 16: effective.number > 16
    case 33, 34: effective.number > 34
    default: false
    }
  }
}
