/// F1 over several labels that each text has or has not, as `classification_report` of scikit-learn.
package enum LabelAgreement {
  /// How the labels are brought together.
  package enum Average: Sendable {
    /// Over all decisions.
    case micro
    /// The mean over labels; a label that nobody has counts as 0.
    case macro
    /// The mean weighted by how many texts have the label.
    case weighted
  }

  /// Counts of one text, which add up over a corpus: for each label right, found and wanted.
  package static func counts(_ found: [Bool], _ wanted: [Bool]) -> [Double] {
    zip(found, wanted).flatMap { found, wanted -> [Double] in
      let right: Double = found && wanted ? 1 : 0
      return [right, found ? 1 : 0, wanted ? 1 : 0]
    }
  }

  /// F1, 0 to 1, from sums of ``counts(_:_:)``.
  package static func score(_ sums: [Double], _ average: Average) -> Double {
    func f1(_ right: Double, _ both: Double) -> Double { both > 0 ? 2 * right / both : 0 }
    var labels: [(right: Double, both: Double, wanted: Double)] = []
    for place in stride(from: 0, to: sums.count, by: 3) {
      labels.append((sums[place], sums[place + 1] + sums[place + 2], sums[place + 2]))
    }
    let wanted = labels.reduce(0) { $0 + $1.wanted }
    switch average {
    case .micro: return f1(labels.reduce(0) { $0 + $1.right }, labels.reduce(0) { $0 + $1.both })
    case .macro:
      return labels.reduce(0) { $0 + f1($1.right, $1.both) } / Double(max(labels.count, 1))
    case .weighted:
      guard wanted > 0 else { return 0 }
      return labels.reduce(0) { $0 + f1($1.right, $1.both) * $1.wanted } / wanted
    }
  }
}
