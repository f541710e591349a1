/// Numbers for the slurs of one part that no two slurs share which are open at once.
///
/// MusicXML tells slurs apart by a number from 1 to 16 within a part; a score numbers them within a
/// staff, slurs and phrases apart.
struct SlurNumbering {
  /// One end of a slur in a score.
  struct Place: Hashable {
    var measure: Int
    var staff: Int
    var voice: Int
    var event: Int
    var isPhrase: Bool
    var mark: Int
  }

  /// The number of each end.
  private(set) var numbers: [Place: Int] = [:]
  /// The first place where all numbers were taken, `nil` when none was missing.
  private(set) var overflow: Place?

  private struct Open {
    var place: Place
    var start: Moment
    var stop: Moment?
    var stopPlace: Place?
  }

  private struct Moment: Comparable {
    var measure: Int
    var onset: Fraction

    static func < (a: Moment, b: Moment) -> Bool { (a.measure, a.onset) < (b.measure, b.onset) }
  }

  private struct Key: Hashable {
    var staff: Int
    var number: Int
    var isPhrase: Bool
  }

  static let maximum = 16

  /// Numbers the slurs of the staves of a part.
  init(_ measures: [Measure], staves: Range<Int>) {
    var slurs: [Open] = []
    var open: [Key: [Int]] = [:]
    for (index, measure) in measures.enumerated() {
      for entry in Self.marks(of: measure, index, staves: staves) {
        let key = Key(
          staff: entry.place.staff, number: entry.mark.number, isPhrase: entry.place.isPhrase
        )
        if entry.mark.end == .start {
          open[key, default: []].append(slurs.count)
          slurs.append(Open(place: entry.place, start: entry.moment))
        } else if let slur = open[key]?.popLast() {
          slurs[slur].stop = entry.moment
          slurs[slur].stopPlace = entry.place
        } else {
          // An end without a beginning is written all the same, as it stands.
          numbers[entry.place] = min(entry.mark.number, Self.maximum)
        }
      }
    }
    assign(slurs)
  }

  /// The marks of a measure in the order of time: ends before beginnings within an event.
  private static func marks(
    of measure: Measure,
    _ index: Int,
    staves: Range<Int>
  ) -> [(place: Place, moment: Moment, mark: SlurMark)] {
    var marks: [(place: Place, moment: Moment, mark: SlurMark, isGrace: Bool)] = []
    for staff in staves where measure.staves.indices.contains(staff) {
      for (voice, line) in measure.staves[staff].voices.enumerated() {
        for (number, event) in line.events.enumerated() {
          for isPhrase in [false, true] {
            let found = (isPhrase ? event.phrases : event.slurs).enumerated()
            for (mark, value) in found {
              let place = Place(
                measure: index, staff: staff, voice: voice, event: number, isPhrase: isPhrase,
                mark: mark
              )
              let moment = Moment(measure: index, onset: event.onset)
              marks.append((place, moment, value, event.grace != nil))
            }
          }
        }
      }
    }
    return marks.enumerated().sorted { a, b in
      let (left, right) = (a.element, b.element)
      return (left.moment.onset, left.isGrace ? 0 : 1, left.place.voice, left.place.event)
        < (right.moment.onset, right.isGrace ? 0 : 1, right.place.voice, right.place.event)
        || ((left.moment.onset, left.isGrace, left.place.voice, left.place.event)
          == (right.moment.onset, right.isGrace, right.place.voice, right.place.event)
          && (left.mark.end == .stop ? 0 : 1, a.offset)
            < (right.mark.end == .stop ? 0 : 1, b.offset))
    }.map { ($0.element.place, $0.element.moment, $0.element.mark) }
  }

  /// The lowest number that no slur in the same measures has; where there is none, the lowest that no
  /// slur has at the same time.
  private mutating func assign(_ slurs: [Open]) {
    var latest: [Moment?] = Array(repeating: nil, count: Self.maximum)
    for slur in slurs {
      func isFree(_ index: Int, byMeasure: Bool) -> Bool {
        guard let before = latest[index] else { return true }
        return byMeasure ? before.measure < slur.start.measure : before < slur.start
      }
      let indices = latest.indices
      guard
        let free = indices.first(where: { isFree($0, byMeasure: true) })
          ?? indices.first(where: { isFree($0, byMeasure: false) })
      else {
        overflow = overflow ?? slur.place
        continue
      }
      latest[free] = slur.stop ?? Moment(measure: Int.max, onset: .zero)
      numbers[slur.place] = free + 1
      if let place = slur.stopPlace { numbers[place] = free + 1 }
    }
  }
}
