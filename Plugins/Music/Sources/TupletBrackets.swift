/// Where tuplets begin and end in a voice.
///
/// A score says of each note which ratio it has; what belongs
/// together under one bracket follows from their lengths.
enum TupletBrackets {
  /// What a bracket does at an event.
  struct Mark: Equatable {
    var starts = false
    var stops = false
  }

  /// The marks of each event of a voice within one measure.
  ///
  /// Neighbours of one ratio belong together until they fill the time of as many plain notes of the
  /// shortest value among them as the ratio says, or a multiple of it that is a plain length.
  static func marks(of events: [Event]) -> [Mark] {
    var marks = Array(repeating: Mark(), count: events.count)
    var first: Int?
    var last = 0
    var ratio: TupletRatio?
    var filled = Fraction.zero
    var shortest = Fraction.zero
    var count = 0
    func close() {
      if let start = first {
        marks[start].starts = true
        marks[last].stops = true
      }
      first = nil
    }
    for (index, event) in events.enumerated() where event.grace == nil {
      guard let tuplet = event.written.tuplet, !event.isMeasureRest else {
        close()
        continue
      }
      let isGap = first != nil && events[last].onset + events[last].length != event.onset
      if tuplet != ratio || isGap { close() }
      let plain = WrittenDuration(event.written.value).length ?? .zero
      if first == nil {
        (first, ratio, filled, count) = (index, tuplet, .zero, 0)
        shortest = plain
      }
      last = index
      filled += event.length
      shortest = min(shortest, plain)
      count += 1
      var unit = Fraction.zero
      for _ in 0..<min(tuplet.normal, 64) { unit += shortest }
      let isPlain = filled.denominator & (filled.denominator - 1) == 0
      if isPlain, filled >= unit, count > 1 || tuplet.actual == 1 { close() }
    }
    close()
    return marks
  }
}
