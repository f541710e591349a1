/// A score as the symbols that are printed, the way musicdiff counts them.
///
/// musicdiff 5.2 (Foscarin, Jacquemard and Fournier-S'niehotta, "A diff procedure for music score files",
/// 2019; Martinez-Sevilla et al., "Sheet music benchmark", 2025) annotates what music21 and converter21
/// read of a **kern text; this does the same from a ``Score``, for staves of notes, rests, grace notes,
/// beams, tuplets, ties, slurs, articulations, ornaments, clefs, keys, metres and barlines.
package struct ScoreSymbols {
  /// One note head or rest, with all that belongs to it.
  package struct Head: Hashable {
    /// What is compared when two heads are paired.
    package struct Looks: Hashable {
      /// Letter and octave, or `R`.
      package var pitch: String
      /// The printed accidental.
      package var accidental: String?
      package var startsTie: Bool
      /// Halvings of the whole note, 2 for all that are filled.
      package var head: Int
      package var dots: Int
      package var grace: GraceKind?
      /// The primary beam first; a flag is a partial beam.
      package var beams: [Beam]
      package var tuplets: [Tuplet]
      package var articulations: [String]
      package var expressions: [String]
    }

    package var looks: Looks
    /// From the start of the measure.
    package var onset: Fraction
    package var value: NoteValue

    /// Symbols that are printed.
    package var size: Int {
      1 + (looks.accidental == nil ? 0 : 1) + (looks.startsTie ? 1 : 0) + 1 + looks.dots
        + looks.beams.count + 2 * looks.tuplets.count + looks.articulations.count
        + looks.expressions.count
        + (looks.grace == nil ? 0 : 1) + (looks.grace == .slashed ? 1 : 0)
    }
  }

  package enum Beam: Hashable {
    case start, `continue`, stop, partial
  }

  /// What a tuplet does at a note; where it starts, its number is printed.
  package struct Tuplet: Hashable {
    package enum Place: Hashable {
      case start, `continue`, stop, startStop
    }
    package var place: Place
    package var number: Int?
  }

  /// A sign that is no note.
  package struct Sign: Hashable {
    package enum Kind: String, Hashable {
      case barline, clef, keysig, `repeat`, slur, tempo, timesig
    }
    package var kind: Kind
    package var symbol: String?
    package var details: [String: String] = [:]
    package var onset: Fraction?
    package var length: Fraction?

    package var size: Int { (symbol == nil ? 0 : 1) + (length == nil ? 0 : 1) + details.count }
  }

  /// A measure of one staff.
  package struct Bar {
    /// Two bars are the same when these are equal: where heads stand is left out.
    package struct Content: Hashable {
      package var looks: [Head.Looks]
      package var signs: [Sign]
    }

    package var heads: [Head]
    package var signs: [Sign]

    package var content: Content { Content(looks: heads.map(\.looks), signs: signs) }
    package var size: Int { heads.reduce(0) { $0 + $1.size } + signs.reduce(0) { $0 + $1.size } }
  }

  /// The bars of each staff that has anything in it, from top to bottom.
  package var staves: [[Bar]] = []
  /// Whether a brace joins two staves; its name is not counted.
  package var hasBrace = false

  /// Symbols of a brace: its shape, its barlines, and the staves at which it begins and ends.
  package static let braceSize = 4

  package var size: Int {
    staves.reduce(0) { $0 + $1.reduce(0) { $0 + $1.size } } + (hasBrace ? Self.braceSize : 0)
  }
}
