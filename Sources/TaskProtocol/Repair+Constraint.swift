public import OutputConstraints

extension Repair {
  /// Mends a text with as few bytes put in and taken out as a bounded search finds.
  ///
  /// Only bytes of the constraint's known endings are put in, so what is added is the least that the
  /// language asks for: the end of a tag, an empty cell, a closing bracket. It need not be the nearest
  /// text of the language. It is `nil` when the text is in the language as it stands, is longer than
  /// the limit, or when its edits would outweigh it: more bytes taken out than left.
  ///
  /// - Parameters:
  ///   - text: Any text of at most 32 KiB.
  ///   - constraint: The language.
  public init?<Constraint: OutputConstraint>(of text: String, under constraint: Constraint) {
    let mender = Mender(constraint: constraint, bytes: Array(text.utf8))
    guard let repair = mender.repair() else { return nil }
    self = repair
  }
}

/// The search for a cheap way through a text: per place in it the cheapest states, each reached by
/// keeping, taking out and putting in bytes, in the manner of an edit distance.
private struct Mender<Constraint: OutputConstraint> {
  let constraint: Constraint
  let bytes: [UInt8]

  private enum Step {
    case keep, remove, insert(UInt8)
  }

  private struct Node {
    let state: Constraint.State
    let cost: Int
    let parent: Int32
    let step: Step
  }

  /// Longest text that is mended.
  private static var lengthLimit: Int { 32 << 10 }
  /// Cost of a byte taken out, where one put in costs 1: what the model read is worth more than what
  /// an ending adds.
  private static var removalCost: Int { 3 }
  /// States that are followed at each place.
  private static var width: Int { 48 }
  /// Bytes before the first refusal at which the search begins: what is wrong may stand before it.
  private static var lead: Int { 48 }

  init(constraint: Constraint, bytes: [UInt8]) {
    self.constraint = constraint
    self.bytes = bytes
  }

  func repair() -> Repair? {
    guard bytes.count <= Self.lengthLimit, let start = searchStart() else { return nil }
    var nodes = [Node(state: start.state, cost: 0, parent: -1, step: .keep)]
    var frontier = [0]
    for place in start.place...bytes.count {
      let settled = settle(frontier, &nodes)
      frontier = settled
      guard place < bytes.count else { break }
      frontier = extend(settled, by: bytes[place], &nodes)
    }
    let total = { (index: Int) in
      nodes[index].cost + constraint.finishBound(nodes[index].state)
    }
    guard let last = frontier.min(by: { total($0) < total($1) }) else { return nil }
    return repair(along: nodes, to: last, from: start.place)
  }

  /// Where the search begins; `nil` when there is nothing to mend.
  private func searchStart() -> (place: Int, state: Constraint.State)? {
    var states = [constraint.initial]
    for byte in bytes {
      var next = states[states.count - 1]
      guard constraint.advance(&next, byte) else {
        let place = max(0, states.count - 1 - Self.lead)
        return (place, states[place])
      }
      states.append(next)
    }
    let last = states[states.count - 1]
    return constraint.canFinish(last) ? nil : (bytes.count, last)
  }

  /// The cheapest states of a place, those reached by putting bytes in among them.
  private func settle(_ frontier: [Int], _ nodes: inout [Node]) -> [Int] {
    var buckets: [[Int]] = []
    var least = Int.max
    for index in frontier { least = min(least, nodes[index].cost) }
    for index in frontier {
      let cost = nodes[index].cost - least
      while buckets.count <= cost { buckets.append([]) }
      buckets[cost].append(index)
    }
    var settled: [Int] = []
    var seen: Set<Constraint.State> = []
    var cost = 0
    // Among equally cheap ways the one that puts bytes in latest is taken, and so comes first.
    var longer: [Int] = []
    while cost < buckets.count || !longer.isEmpty, settled.count < Self.width {
      let candidates = longer + (cost < buckets.count ? buckets[cost] : [])
      longer = []
      for index in candidates where settled.count < Self.width {
        let node = nodes[index]
        guard seen.insert(node.state).inserted else { continue }
        settled.append(index)
        var next = node.state
        guard let byte = constraint.closer(next), constraint.advance(&next, byte) else { continue }
        nodes.append(
          Node(state: next, cost: node.cost + 1, parent: Int32(index), step: .insert(byte))
        )
        longer.append(nodes.count - 1)
      }
      cost += 1
    }
    return settled
  }

  /// The states of the next place.
  private func extend(_ settled: [Int], by byte: UInt8, _ nodes: inout [Node]) -> [Int] {
    var next: [Int] = []
    for index in settled {
      let node = nodes[index]
      var state = node.state
      if constraint.advance(&state, byte) {
        nodes.append(Node(state: state, cost: node.cost, parent: Int32(index), step: .keep))
        next.append(nodes.count - 1)
      }
      nodes.append(
        Node(
          state: node.state,
          cost: node.cost + Self.removalCost,
          parent: Int32(index),
          step: .remove
        )
      )
      next.append(nodes.count - 1)
    }
    return next
  }

  private func repair(along nodes: [Node], to last: Int, from start: Int) -> Repair? {
    var path: [Int] = []
    var index = last
    while index >= 0 {
      path.append(index)
      index = Int(nodes[index].parent)
    }
    var log = EditLog(output: Array(bytes[..<start]), place: start)
    var before = nodes[path[path.count - 1]].state
    for index in path.reversed().dropFirst() {
      let node = nodes[index]
      let next = log.place < bytes.count ? bytes[log.place] : nil
      let reason = { next.map { constraint.explain(before, $0) } ?? EditLog.unfinished }
      switch node.step {
      case .keep: log.keep(bytes[log.place])
      case .remove: log.remove(bytes[log.place], reason)
      case .insert(let byte): log.insert(byte, reason)
      }
      before = node.state
    }
    while let byte = constraint.closer(before), constraint.advance(&before, byte) {
      log.insert(byte) { EditLog.unfinished }
    }
    guard log.removedCount * 2 <= bytes.count else { return nil }
    return log.repair
  }
}

/// Collects edits; those that touch are one.
private struct EditLog {
  var output: [UInt8]
  /// The next byte of the text before the edits.
  var place: Int
  private(set) var removedCount = 0
  private var edits: [RepairEdit] = []
  private var open: (offset: Int, removed: [UInt8], inserted: [UInt8], message: String)?

  static let unfinished = "the text was not finished"

  init(output: [UInt8], place: Int) {
    self.output = output
    self.place = place
  }

  mutating func keep(_ byte: UInt8) {
    close()
    output.append(byte)
    place += 1
  }

  mutating func remove(_ byte: UInt8, _ reason: () -> String) {
    if open == nil { open = (place, [], [], reason()) }
    open?.removed.append(byte)
    removedCount += 1
    place += 1
  }

  mutating func insert(_ byte: UInt8, _ reason: () -> String) {
    if open == nil { open = (place, [], [], reason()) }
    open?.inserted.append(byte)
    output.append(byte)
  }

  private mutating func close() {
    guard let edit = open else { return }
    edits.append(
      RepairEdit(
        offset: edit.offset,
        removed: String(decoding: edit.removed, as: UTF8.self),
        inserted: String(decoding: edit.inserted, as: UTF8.self),
        message: edit.message
      )
    )
    open = nil
  }

  /// What was collected; `nil` when it is no text or nothing was edited.
  var repair: Repair? {
    var log = self
    log.close()
    guard !log.edits.isEmpty, let text = String(validating: log.output, as: UTF8.self) else {
      return nil
    }
    return Repair(text: text, edits: log.edits)
  }
}
