/// Finds the first stop string in a text that arrives in pieces.
///
/// What could still become part of a stop string is held back, so that nothing is shown that the
/// result will not hold.
package struct StopStringFilter: Sendable {
  private let stops: [[UInt8]]
  private var pending: [UInt8] = []
  /// Whether a stop string was found; later pieces are ignored.
  package private(set) var isStopped = false

  /// A filter; without stop strings it passes everything through.
  package init(_ stops: [String]) {
    self.stops = stops.map { Array($0.utf8) }.filter { !$0.isEmpty }
  }

  /// Takes a piece of whole characters.
  ///
  /// - Returns: Text that is certain to lie before any stop string.
  package mutating func append(_ piece: String) -> String {
    guard !stops.isEmpty else { return piece }
    guard !isStopped else { return "" }
    pending += Array(piece.utf8)
    for start in pending.indices {
      let rest = pending[start...]
      if stops.contains(where: { rest.starts(with: $0) }) {
        isStopped = true
        return take(start)
      }
      // The rest may be the beginning of a stop string whose end has not arrived.
      if stops.contains(where: { $0.starts(with: rest) }) { return take(start) }
    }
    return take(pending.count)
  }

  /// Takes the end of the text.
  ///
  /// - Returns: What was held back, up to a stop string that lies inside the beginning of another.
  package mutating func finish() -> String {
    guard !isStopped else { return "" }
    let match = pending.indices.first { start in
      stops.contains { pending[start...].starts(with: $0) }
    }
    isStopped = match != nil
    return take(match ?? pending.count)
  }

  private mutating func take(_ count: Int) -> String {
    let text = String(decoding: pending.prefix(count), as: UTF8.self)
    pending.removeFirst(count)
    return text
  }
}
