import TaskProtocol
import XMLValidation

/// What a file has that a score cannot hold, gathered so that nothing is dropped in silence.
struct MusicXMLLosses {
  private struct Loss {
    var count = 0
    var position: SourcePosition?
    var place: String
  }

  private var losses: [String: Loss] = [:]

  init() {}

  var isEmpty: Bool { losses.isEmpty }

  /// Notes that something is left out.
  ///
  /// - Parameters:
  ///   - what: What it is, in the plural: `lyrics`.
  ///   - element: The element, `nil` where it is not known any more.
  ///   - place: Where, in words.
  mutating func add(_ what: String, _ element: MarkupElement?, in place: String) {
    losses[what, default: Loss(position: element?.position, place: place)].count += 1
  }

  /// One finding for each kind of thing, in the order of the file.
  ///
  /// - Parameter severity: An error where the file is refused for it.
  func findings(_ severity: Severity) -> [Finding] {
    let sorted = losses.sorted { a, b in
      (a.value.position?.line ?? 0, a.key) < (b.value.position?.line ?? 0, b.key)
    }
    return sorted.map { what, loss in
      let count = loss.count == 1 ? "once" : "\(loss.count) times, first"
      return Finding(
        code: "left-out",
        severity: severity,
        message: "A score holds no \(what); they stand \(count) in \(loss.place).",
        line: loss.position?.line,
        column: loss.position?.column,
        part: loss.place,
        suggestion: severity == .error
          ? "Set loss=accept to read the rest without them." : nil
      )
    }
  }
}
