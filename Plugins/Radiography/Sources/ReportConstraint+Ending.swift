public import OutputConstraints

/// The ending: a cut mark, and where the impression is missing, its heading and another one.
extension ReportConstraint {
  /// Bytes of `\nIMPRESSION: …`.
  private static let tailLength = 1 + 11 + 1 + 3

  /// The exact number of bytes that ``closer(_:)`` writes from here.
  public func finishBound(_ state: State) -> Int {
    let tail = state.isInImpression ? 0 : Self.tailLength
    switch state.place {
    case .heading:
      let heading = state.isInImpression ? Self.impressionHeading : Self.findingsHeading
      return heading.count - Int(state.position) + 4 + tail
    case .gap: return 4 + tail
    case .start, .sentence, .abbreviation: return 3 + tail
    case .stop: return (state.mayEnd ? 0 : 3) + tail
    case .cut: return 3 - Int(state.position) + tail
    case .lineBreak: return Self.tailLength - 1
    }
  }

  /// The next byte of the ending.
  public func closer(_ state: State) -> UInt8? {
    switch state.place {
    case .heading:
      let heading = state.isInImpression ? Self.impressionHeading : Self.findingsHeading
      return heading[Int(state.position)]
    case .gap: return UInt8(ascii: " ")
    case .start, .sentence, .abbreviation: return Self.cutByte
    case .stop:
      if !state.mayEnd { return Self.cutByte }
      return state.isInImpression ? nil : 0x0A
    case .cut:
      if state.position < 3 { return Self.cutMark[Int(state.position)] }
      return state.isInImpression ? nil : 0x0A
    case .lineBreak: return Self.impressionHeading[0]
    }
  }
}

// MARK: - Hints for the decoder

extension ReportConstraint {
  private static let letters = ByteSet(Array(0x41...0x5A) + Array(0x61...0x7A))
  private static let text = letters.union(ByteSet(punctuation + Array(0x30...0x39) + [0x20]))

  static func words(_ identifier: Int) -> FreeText {
    FreeText(identifier: identifier, bytes: text, changesWhatFollows: true)
  }

  /// Words and beginnings of words, by what precedes them.
  public var freeTextClasses: [FreeText] {
    [withinWord, afterPunctuation, withoutSpace, atStart, beforeStart]
  }

  /// Whether a byte is of a kind that may stand here.
  public func mayAdvance(_ state: State, _ byte: UInt8) -> Bool {
    let kind = kinds[Int(byte)]
    switch state.place {
    case .sentence:
      return kind == .letter || kind != .none && (kind != .space || !state.followsSpace)
        || byte == Self.cutByte
    case .start: return mayBegin(byte) || byte == Self.cutByte
    case .stop: return kind == .space || kind == .none || continues(state, with: byte)
    case .abbreviation: return kind == .stop || byte == Self.cutByte
    default: return true
    }
  }

  /// Words, wherever they are free.
  public func freeText(_ state: State) -> FreeText? {
    switch state.place {
    case .sentence:
      guard !state.followsSpace, Int(state.words) < Self.maximumWords else {
        return withoutSpace
      }
      return ban.isBetweenWords[Int(state.node)] ? afterPunctuation : withinWord
    case .start: return atStart
    case .gap: return beforeStart
    case .stop:
      let startsNext =
        state.digits < 3
        || state.mayEnd && Int(state.sentences) + 1 < Self.maximumSentences
      return startsNext ? beforeStart : nil
    default: return nil
    }
  }

  /// Punctuation, digits and at most one space, then letters; none of it completes a banned term.
  public func belongs(_ text: UnsafeBufferPointer<UInt8>, to freeText: FreeText) -> Bool {
    guard let first = text.first, text.allSatisfy(freeText.bytes.contains) else { return false }
    let rest = text.drop { !Self.letters.contains($0) }
    guard rest.allSatisfy(Self.letters.contains) else { return false }
    let spaces = text.count { $0 == 0x20 }
    switch freeText.identifier {
    case withinWord.identifier:
      return spaces < 2 && ban.accepts(text, at: TermBan.withinWord)
    case afterPunctuation.identifier:
      return spaces < 2 && ban.accepts(text, at: TermBan.betweenWords)
    case withoutSpace.identifier:
      return spaces == 0 && ban.accepts(text, at: TermBan.betweenWords)
    case atStart.identifier:
      return spaces == 0 && mayBegin(first) && ban.accepts(text, at: TermBan.betweenWords)
    default:
      guard first == 0x20, spaces == 1 else { return false }
      return (text.count == 1 || mayBegin(text[1]))
        && ban.accepts(text, at: TermBan.betweenWords)
    }
  }

  /// Whether bytes of the report's characters stand beside each other as in some report, and complete
  /// no banned term by themselves.
  public func mayOccur(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var node = TermBan.withinWord
    for (index, byte) in text.enumerated() {
      if byte == 0x0A {
        node = TermBan.betweenWords
      } else if !ban.advance(&node, byte) {
        return false
      }
      guard Self.occurring.contains(byte) else { return false }
      if index > 0, !mayFollow(text[index - 1], byte) { return false }
    }
    return true
  }

  private static let occurring = text.union(ByteSet([0x0A, 0x2E, 0x3F] + cutMark))

  /// Whether some report has two bytes of its characters beside each other.
  private func mayFollow(_ first: UInt8, _ second: UInt8) -> Bool {
    let next = kinds[Int(second)]
    switch first {
    case Self.cutMark[0]: return second == Self.cutMark[1]
    case Self.cutMark[1]: return second == Self.cutMark[2]
    case Self.cutMark[2]: return second == 0x0A
    default: break
    }
    if second == Self.cutMark[1] || second == Self.cutMark[2] { return false }
    switch kinds[Int(first)] {
    case .stop:
      let isInner = first == UInt8(ascii: ".") && (next == .letter || next == .digit)
      return isInner || next == .space || next == .none
    case .space: return next != .space && next != .stop && second != 0x0A
    case .none:  // a line feed
      return mayBegin(second) || second == 0x0A || second == Self.cutByte
    case .letter, .digit, .punctuation:
      // A line ends within no sentence; a heading ends with a colon.
      return second != 0x0A || first == UInt8(ascii: ":")
    }
  }

  /// Rests of banned terms that have begun.
  public func freeTextExceptions(_ state: State) -> [[UInt8]] {
    state.place == .sentence ? ban.exceptions[Int(state.node)] : []
  }

  /// A key where no sentence of the section has begun: nothing is remembered there.
  public func maskKey(_ state: State) -> MaskKey? {
    switch state.place {
    case .heading, .gap, .lineBreak:
      MaskKey(
        UInt64(state.place.rawValue),
        UInt64(state.position) << 1 | (state.isInImpression ? 1 : 0)
      )
    default: nil
    }
  }

  /// What was expected instead, or which rule the byte would break.
  public func explain(_ state: State, _ byte: UInt8) -> String {
    let found =
      (0x21...0x7E).contains(byte)
      ? "\"\(Character(Unicode.Scalar(byte)))\"" : byte == 0x0A ? "a line break" : "byte \(byte)"
    let section = state.isInImpression ? "the impression" : "the findings"
    let expected: String
    switch state.place {
    case .heading:
      expected = state.isInImpression ? "the heading IMPRESSION:" : "the heading FINDINGS:"
    case .gap: expected = "a space or a line break after the heading"
    case .start: expected = "a sentence, which begins with a letter or a digit"
    case .sentence:
      var node = state.node
      if kinds[Int(byte)] == .letter, !ban.advance(&node, byte) {
        return "\(found) would complete a term that this report may not use"
      }
      expected =
        byte == 0x20
        ? "a word after one space, and at most \(Self.maximumWords) words"
        : "text of letters, digits and plain punctuation"
    case .stop:
      expected =
        "a space, a line break or a decimal; no sentence may be repeated, and a section has "
        + "at most \(Self.maximumSentences)"
    case .abbreviation: expected = "a full stop after a single letter"
    case .cut: expected = "nothing more after the cut mark in \(section)"
    case .lineBreak: expected = "the heading IMPRESSION:"
    }
    return "\(found) cannot stand in \(section); expected \(expected)"
  }
}
