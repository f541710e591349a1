/// F1 of what an information extractor found in two reports.
///
/// Jain et al., "RadGraph: extracting clinical entities and relations from radiology reports", 2021;
/// the three rewards of the package `radgraph` 0.1.18. The annotations come from that model, elsewhere.
package enum AnnotationOverlap {
  /// An entity: its words, its label, and what it relates to.
  package struct Entity: Sendable {
    package let tokens: String
    package let label: String
    /// Kind of the relation and the words of the other entity.
    package let relations: [(kind: String, tokens: String)]

    package init(tokens: String, label: String, relations: [(kind: String, tokens: String)]) {
      (self.tokens, self.label, self.relations) = (tokens, label, relations)
    }
  }

  /// What must be equal.
  package enum Level: Sendable {
    /// Words and label: RG_E, `simple`.
    case entities
    /// Also whether there is a relation: RG_ER, `partial`.
    case relationExists
    /// Also each relation and what it leads to: RG_ER-bar, `complete`.
    case relations
  }

  /// F1, 0 to 1, of the sets of both reports; 0 where one has no entity.
  package static func score(_ found: [Entity], _ wanted: [Entity], _ level: Level) -> Double {
    let (first, second) = (items(found, level), items(wanted, level))
    guard !first.isEmpty, !second.isEmpty else { return 0 }
    return 2 * Double(first.intersection(second).count) / Double(first.count + second.count)
  }

  private static func items(_ entities: [Entity], _ level: Level) -> Set<[String]> {
    var items: Set<[String]> = []
    for entity in entities {
      let plain = [entity.tokens, entity.label]
      if level == .entities || entity.relations.isEmpty {
        items.insert(plain)
      } else if level == .relationExists {
        items.insert(plain + ["related"])
      } else {
        for relation in entity.relations {
          // Only here does the package take no account of case.
          items.insert([
            entity.tokens.lowercased(), entity.label, relation.kind, relation.tokens.lowercased(),
          ])
        }
      }
    }
    return items
  }
}
