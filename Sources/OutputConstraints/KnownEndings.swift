/// The known completions of the states of one walk, and the tokens that write them.
///
/// Hundreds of states of one walk may have to end; most of their completions soon meet one that was
/// written before and share the rest of it.
@usableFromInline
struct KnownEndings<Constraint: OutputConstraint> {
  /// Where the completions of states begin, as indices of ``bytes``; ``end`` for nothing.
  @usableFromInline var places: [Constraint.State: Int32] = [:]
  @usableFromInline var bytes: [UInt8] = []
  /// The index of the byte after each one.
  @usableFromInline var next: [Int32] = []
  /// Tokens from each byte on where they were counted, otherwise ``unknown``.
  @usableFromInline var counts: [Int32] = []
  /// The states of the completion that is being written.
  @usableFromInline var path: [Constraint.State] = []

  @usableFromInline static var end: Int32 { -1 }
  @usableFromInline static var unknown: Int32 { -1 }
  /// Bytes of a completion after which it may join another one; the first state of each is its own.
  @usableFromInline static var joints: Range<Int> { 1..<17 }

  @inlinable
  init() {}

  /// Whether the known completion of a state is written within the limit of a question.
  @inlinable
  mutating func close(
    _ constraint: Constraint,
    from state: Constraint.State,
    in question: ClosingCount
  ) -> Bool {
    guard let start = write(constraint, from: state, in: question),
      let count = count(from: start, in: question)
    else { return false }
    return count <= question.limit
  }

  /// Writes the completion of a state, as far as it is not known.
  ///
  /// - Returns: Where it begins; `nil` when it takes too many tokens or the constraint breaks its
  ///   promise.
  @inlinable
  mutating func write(
    _ constraint: Constraint,
    from state: Constraint.State,
    in question: ClosingCount
  ) -> Int32? {
    let bound = constraint.finishBound(state)
    let start = bytes.count
    // Where the next token begins, and how many came before it.
    var place = start
    var count = 0
    var current = state
    var rest = Self.end
    path.removeAll(keepingCapacity: true)
    while true {
      if Self.joints.contains(path.count), let known = places[current] {
        rest = known
        break
      }
      guard let byte = constraint.closer(current) else { break }
      path.append(current)
      guard path.count <= bound, constraint.advance(&current, byte) else {
        forget(from: start)
        return nil
      }
      bytes.append(byte)
      next.append(Int32(truncatingIfNeeded: bytes.count))
      counts.append(Self.unknown)
      if bytes.count - place == question.depth {
        place += max(1, longestToken(from: place, in: question))
        count += 1
        guard count < question.limit || place == bytes.count else {
          forget(from: start)
          return nil
        }
      }
    }
    guard bytes.count > start else { return rest }
    next[bytes.count - 1] = rest
    if places.isEmpty { places.reserveCapacity(256) }
    for offset in path.indices.clamped(to: Self.joints) {
      places[path[offset]] = Int32(truncatingIfNeeded: start + offset)
    }
    return Int32(truncatingIfNeeded: start)
  }

  /// Length of the longest token among the bytes from a place on; 0 when none begins there.
  @inlinable
  func longestToken(from place: Int, in question: ClosingCount) -> Int {
    var ahead = place
    return question.longestToken(bytes[place]) {
      ahead += 1
      return ahead < bytes.count ? bytes[ahead] : nil
    }
  }

  /// Drops bytes that were not finished.
  @inlinable
  mutating func forget(from start: Int) {
    bytes.removeSubrange(start...)
    next.removeSubrange(start...)
    counts.removeSubrange(start...)
  }

  /// Counts the tokens from a byte on, the longest first.
  ///
  /// - Returns: `nil` when no token begins with one of the bytes.
  @inlinable
  mutating func count(from start: Int32, in question: ClosingCount) -> Int? {
    var starts: [Int32] = []
    var place = start
    var count: Int32 = 0
    while place != Self.end {
      if counts[Int(place)] != Self.unknown {
        count = counts[Int(place)]
        break
      }
      var ahead = place
      let length = question.longestToken(bytes[Int(place)]) {
        ahead = next[Int(ahead)]
        return ahead == Self.end ? nil : bytes[Int(ahead)]
      }
      guard length > 0 else { return nil }
      starts.append(place)
      for _ in 0..<length { place = next[Int(place)] }
    }
    for place in starts.reversed() {
      count += 1
      counts[Int(place)] = count
    }
    return Int(count)
  }
}
