/// Texts of one constraint, one after the other, with a separator between each two.
public struct ConstraintRepetition<Element: OutputConstraint>: OutputConstraint {
  /// One reading of a prefix.
  struct Reading: Hashable, Sendable {
    /// Elements that are complete.
    var count: Int
    /// Bytes of the separator that have been read, while there is no element.
    var separator: Int
    var element: Element.State?
  }

  /// The readings that are still possible, at least one.
  public struct State: Hashable, Sendable {
    var readings: Set<Reading>
  }

  /// The constraint of each element.
  public let element: Element
  /// How many elements.
  public let range: ClosedRange<Int>
  /// What stands between two elements.
  public let separator: [UInt8]

  /// Repeats a constraint.
  ///
  /// - Parameters:
  ///   - element: The constraint of each element. Where it allows the empty text, elements of no
  ///     bytes are counted only between separators.
  ///   - range: How many elements, from 0 on.
  ///   - separator: Stands between each two elements; may be empty.
  public init(_ element: Element, _ range: ClosedRange<Int>, separatedBy separator: String = "") {
    self.element = element
    self.range = max(0, range.lowerBound)...max(0, range.upperBound)
    self.separator = Array(separator.utf8)
  }

  /// Before the first element.
  public var initial: State {
    var state = State(readings: [])
    if range.upperBound > 0 {
      enter(Reading(count: 0, separator: 0, element: element.initial), &state)
    }
    if range.lowerBound == 0 {
      state.readings.insert(Reading(count: 0, separator: 0, element: nil))
    }
    return state
  }

  /// Follows every reading.
  public func advance(_ state: inout State, _ byte: UInt8) -> Bool {
    var next = State(readings: [])
    for var reading in state.readings {
      if var inner = reading.element {
        if element.advance(&inner, byte) {
          reading.element = inner
          enter(reading, &next)
        }
      } else if reading.count > 0, reading.count < range.upperBound,
        reading.separator < separator.count, separator[reading.separator] == byte
      {
        reading.separator += 1
        if reading.separator == separator.count {
          enter(Reading(count: reading.count, separator: 0, element: element.initial), &next)
        } else {
          next.readings.insert(reading)
        }
      }
    }
    state = next
    return !state.readings.isEmpty
  }

  /// Whether some reading has enough elements and is not within one.
  public func canFinish(_ state: State) -> Bool { finishBound(state) == 0 }

  /// The least over the readings.
  public func finishBound(_ state: State) -> Int { state.readings.map(bound).min() ?? .max }

  /// The byte of the reading with the least bound.
  public func closer(_ state: State) -> UInt8? {
    guard let nearest = state.readings.min(by: { bound($0) < bound($1) }), bound(nearest) > 0
    else { return nil }
    if let inner = nearest.element, let byte = element.closer(inner) { return byte }
    return separator.isEmpty ? element.closer(element.initial) : separator[nearest.separator]
  }

  private func bound(_ reading: Reading) -> Int {
    let one = element.finishBound(element.initial)
    guard let inner = reading.element else {
      if reading.separator == 0, reading.count >= range.lowerBound { return 0 }
      let missing = max(1, range.lowerBound - reading.count)
      return separator.count - reading.separator + one + (missing - 1) * (separator.count + one)
    }
    let missing = max(0, range.lowerBound - reading.count - 1)
    return element.finishBound(inner) + missing * (separator.count + one)
  }

  /// Adds a reading, and the one in which its element is complete.
  private func enter(_ reading: Reading, _ state: inout State) {
    var reading = reading
    while state.readings.insert(reading).inserted {
      guard let inner = reading.element, element.canFinish(inner) else { return }
      let complete = Reading(count: reading.count + 1, separator: 0, element: nil)
      state.readings.insert(complete)
      guard separator.isEmpty, complete.count < range.upperBound else { return }
      reading = Reading(count: complete.count, separator: 0, element: element.initial)
    }
  }
}
