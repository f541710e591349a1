import TaskProtocol
import XMLValidation

extension MusicXMLPartWalk {
  mutating func takeNote(_ element: MarkupElement) {
    let isGrace = element.child("grace") != nil
    let isChord = element.child("chord") != nil
    var note = MusicXMLNote(
      length: .zero,
      voice: element.text(of: "voice") ?? "1",
      staff: staff(of: element),
      isChord: isChord,
      isGrace: isGrace,
      isCue: element.child("cue") != nil,
      isRest: false,
      isMeasureRest: false,
      pitch: nil
    )
    takePitch(element, &note)
    if isGrace {
      if element.child("duration") != nil {
        report("grace-duration", "A grace note has a <duration>.", at: element)
      }
      append(element, .note(note))
      return
    }
    guard let length = duration(of: element) else {
      // The note keeps its place, so that ties and slurs at it are still seen.
      append(element, .note(note))
      return
    }
    note.length = length
    guard isChord else {
      chordStart = (cursor, note)
      append(element, .note(note))
      move(by: length)
      return
    }
    takeChordNote(element, note)
  }

  private mutating func takeChordNote(_ element: MarkupElement, _ note: MusicXMLNote) {
    let place = Self.place(current.name, staff: note.staff, voice: note.voice)
    guard let first = chordStart else {
      report(
        "chord-without-note",
        "A <chord> note has no note before it in \(current.name).",
        at: element,
        part: place,
        suggestion: "The first note of a chord has no <chord>."
      )
      append(element, .note(note))
      return
    }
    if note.isRest || first.note.isRest {
      report("chord-rest", "A rest cannot be part of a chord.", at: element, part: place)
    }
    if first.note.length != note.length {
      report(
        "chord-durations",
        "A note of a chord lasts \(note.length), and the chord's first note \(first.note.length).",
        at: element,
        severity: .warning,
        part: place,
        suggestion: "Put the longer or shorter note into a voice of its own."
      )
    }
    if first.note.voice != note.voice {
      report(
        "chord-voices",
        "A note of a chord is in voice \(note.voice), the chord's first note in voice"
          + " \(first.note.voice).",
        at: element,
        severity: .warning,
        part: place
      )
    }
    current.events.append(
      MusicXMLEvent(element: element, start: first.start, kind: .note(note))
    )
    let end = first.start + note.length
    if end > current.end { current.end = end }
  }

  private mutating func takePitch(_ element: MarkupElement, _ note: inout MusicXMLNote) {
    var kinds = 0
    for child in element.elements {
      switch child.name {
      case "pitch":
        kinds += 1
        note.pitch = MusicXMLPitch(child)
        if note.pitch == nil {
          let step = child.text(of: "step") ?? ""
          let octave = child.text(of: "octave") ?? ""
          let alter = child.text(of: "alter").map { ", alter \"\($0.prefix(9))\"" } ?? ""
          report(
            "pitch",
            "No such pitch: step \"\(step.prefix(9))\"\(alter), octave \"\(octave.prefix(9))\".",
            at: child,
            suggestion: "Steps are A to G, octaves 0 to 9, alterations -4 to 4 semitones."
          )
        }
      case "rest":
        kinds += 1
        note.isRest = true
        note.isMeasureRest = child[attribute: "measure"] == "yes"
      case "unpitched": kinds += 1
      default: break
      }
    }
    if kinds != 1 {
      report(
        "note-kind",
        "A <note> needs one of <pitch>, <rest> and <unpitched>; found \(kinds).",
        at: element
      )
    }
  }

  /// The staff that an element names, from 1; reports one that the part does not have.
  private mutating func staff(of element: MarkupElement) -> Int {
    guard let text = element.text(of: "staff") else { return 1 }
    let number = Int(text) ?? 0
    guard number >= 1, number <= staffCount else {
      report(
        "staff-number",
        "Staff \"\(text.prefix(9))\" in a part with \(staffCount)"
          + (staffCount == 1 ? " staff." : " staves."),
        at: element,
        suggestion: hasSaidStaves
          ? nil : "Say how many there are: <staves> in the part's first <attributes>."
      )
      return 1
    }
    return number
  }
}
