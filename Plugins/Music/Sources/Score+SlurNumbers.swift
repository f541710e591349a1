extension Score {
  /// Numbers the slurs anew: each gets the lowest number that no other has that is open in its staff,
  /// in the order of time, then of voices; phrases apart from slurs.
  ///
  /// Both ends of a slur must have a number that no other slur open at the time has.
  package mutating func numberSlurs() {
    for staff in 0..<staffCount {
      for isPhrase in [false, true] { numberSlurs(staff: staff, isPhrase: isPhrase) }
    }
  }

  private mutating func numberSlurs(staff: Int, isPhrase: Bool) {
    /// New numbers by old ones.
    var open: [Int: Int] = [:]
    for measure in measures.indices where measures[measure].staves.indices.contains(staff) {
      var order: [(onset: Fraction, isMain: Int, voice: Int, event: Int)] = []
      for (voice, line) in measures[measure].staves[staff].voices.enumerated() {
        for (index, event) in line.events.enumerated()
        where !(isPhrase ? event.phrases : event.slurs).isEmpty {
          order.append((event.onset, event.grace == nil ? 1 : 0, voice, index))
        }
      }
      order.sort { $0 < $1 }
      for entry in order {
        let event = measures[measure].staves[staff].voices[entry.voice].events[entry.event]
        var marks = isPhrase ? event.phrases : event.slurs
        for index in marks.indices where marks[index].end == .stop {
          marks[index].number = open.removeValue(forKey: marks[index].number) ?? marks[index].number
        }
        for index in marks.indices where marks[index].end == .start {
          let used = Set(open.values)
          var number = 1
          while used.contains(number) { number += 1 }
          open[marks[index].number] = number
          marks[index].number = number
        }
        if isPhrase {
          measures[measure].staves[staff].voices[entry.voice].events[entry.event].phrases = marks
        } else {
          measures[measure].staves[staff].voices[entry.voice].events[entry.event].slurs = marks
        }
      }
    }
  }
}
