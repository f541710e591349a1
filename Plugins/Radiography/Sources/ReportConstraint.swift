public import OutputConstraints

/// The texts that a model may write for a radiograph: two sections of sentences.
///
///     report   = "FINDINGS:" gap section break "IMPRESSION:" gap section
///     gap      = " " | line feed
///     break    = line feed [line feed]
///     section  = [number] sentence {separator [number] sentence} | cut text
///     sentence = text ("." | "?")
///
/// What it promises besides:
///
/// - text is printable ASCII without characters of placeholders and markup (see ``text``), with single
///   spaces;
/// - a section has 1 to ``maximumSentences`` sentences of at most ``maximumWords`` words;
/// - no sentence stands twice in a section, case aside;
/// - no banned term, such as a comparison with a radiograph that does not exist.
///
/// The text is free apart from that: nothing is promised about the findings.
///
/// Where the budget ends a sentence, `…` stands in place of the rest, so that a sentence that was cut
/// never looks like one that is complete. The ending adds nothing else but the missing heading, and
/// is the same from everywhere within a section; that is what keeps the constraint live.
public struct ReportConstraint: OutputConstraint {
  /// What is remembered of a prefix.
  public typealias State = ReportConstraintState

  /// Most sentences in a section.
  public static let maximumSentences = SentenceMemory.capacity
  /// Most words in a sentence; a word is what stands between spaces.
  public static let maximumWords = 60

  static let findingsHeading = Array("FINDINGS:".utf8)
  static let impressionHeading = Array("IMPRESSION:".utf8)
  /// The mark of a cut sentence, an ellipsis in UTF-8.
  static let cutMark: [UInt8] = [0xE2, 0x80, 0xA6]

  /// The first byte of it.
  static var cutByte: UInt8 { 0xE2 }

  let ban: TermBan
  let kinds = (UInt8.min...UInt8.max).map(Self.kind(of:))
  /// Free text within a word; after punctuation; after a space or where no further word may begin;
  /// where a sentence begins; where a space and a sentence may follow.
  let withinWord = Self.words(1)
  let afterPunctuation = Self.words(2)
  let withoutSpace = Self.words(3)
  let atStart = Self.words(4)
  let beforeStart = Self.words(5)

  /// A constraint that bans some terms.
  ///
  /// - Parameter terms: Words or phrases of ASCII letters with single spaces between, at least two
  ///   letters each. No word may begin with the last word of a term.
  /// `nil` when there are too many terms for a small automaton.
  init?(banning terms: [String]) {
    guard let ban = TermBan(terms) else { return nil }
    self.ban = ban
  }

  /// Before `FINDINGS:`.
  public var initial: State { State() }

  /// Appends a byte.
  public func advance(_ state: inout State, _ byte: UInt8) -> Bool {
    switch state.place {
    case .sentence: return advanceSentence(&state, byte)
    case .start: return begin(&state, byte)
    case .stop: return leaveStop(&state, byte)
    case .abbreviation:
      if byte == UInt8(ascii: ".") { return stop(&state, byte) }
      return byte == Self.cutByte && cut(&state)
    case .cut: return advanceCut(&state, byte)
    case .heading:
      let heading = state.isInImpression ? Self.impressionHeading : Self.findingsHeading
      guard heading[Int(state.position)] == byte else { return false }
      state.position += 1
      if Int(state.position) == heading.count {
        state.place = .gap
        state.position = 0
      }
      return true
    case .gap:
      guard byte == UInt8(ascii: " ") || byte == 0x0A else { return false }
      state.place = .start
      return true
    case .lineBreak:
      if byte == 0x0A, state.position == 0 {
        state.position = 1
        return true
      }
      guard byte == Self.impressionHeading[0] else { return false }
      state.place = .heading
      state.position = 1
      return true
    }
  }

  /// Only in the impression, after a whole or a cut sentence.
  public func canFinish(_ state: State) -> Bool {
    guard state.isInImpression else { return false }
    return state.place == .stop && state.mayEnd || state.place == .cut && state.position == 3
  }

  /// Whether a sentence may begin with a byte: a letter, a digit, a bracket or a quotation mark.
  func mayBegin(_ byte: UInt8) -> Bool {
    let kind = kinds[Int(byte)]
    return kind == .letter || kind == .digit || byte == 0x28 || byte == 0x22 || byte == 0x27
  }

  private func begin(_ state: inout State, _ byte: UInt8) -> Bool {
    if byte == Self.cutByte { return cut(&state) }
    guard mayBegin(byte) else { return false }
    state.node = TermBan.betweenWords
    guard ban.advance(&state.node, byte) else { return false }
    state.place = .sentence
    state.digest = SentenceMemory.digest(0, byte)
    state.words = 1
    state.tail = tail(after: byte, 0)
    state.digits = kinds[Int(byte)] == .digit && !state.isNumbered ? 1 : 3
    state.followsSpace = false
    return true
  }

  private func advanceSentence(_ state: inout State, _ byte: UInt8) -> Bool {
    switch kinds[Int(byte)] {
    case .letter, .punctuation:
      state.digits = 3
      state.followsSpace = false
    case .digit:
      state.digits = state.digits < 2 ? state.digits + 1 : 3
      state.followsSpace = false
    case .space:
      guard !state.followsSpace, Int(state.words) < Self.maximumWords else { return false }
      state.words += 1
      state.digits = 3
      state.followsSpace = true
    case .stop: return stop(&state, byte)
    case .none: return byte == Self.cutByte && cut(&state)
    }
    guard ban.advance(&state.node, byte) else { return false }
    state.digest = SentenceMemory.digest(state.digest, byte)
    state.tail = tail(after: byte, state.tail)
    return true
  }

  private func tail(after byte: UInt8, _ old: UInt8) -> UInt8 {
    switch kinds[Int(byte)] {
    case .letter: old == 1 || old == 2 ? 2 : 1
    case .digit: 3
    default: 0
    }
  }

  /// Whether a full stop is part of a decimal or an abbreviation when a byte follows it.
  func continues(_ state: State, with byte: UInt8) -> Bool {
    let kind = kinds[Int(byte)]
    return state.position == 1
      && (kind == .digit && state.tail == 3 || kind == .letter && state.tail == 1)
  }

  /// A full stop or question mark: an item's number, or perhaps the end of the sentence.
  private func stop(_ state: inout State, _ byte: UInt8) -> Bool {
    guard !state.followsSpace else { return false }
    let isNumber = state.digits < 3
    guard byte == UInt8(ascii: ".") || !isNumber else { return false }
    state.place = .stop
    state.mayEnd = !isNumber && !state.memory.contains(state.digest, among: Int(state.sentences))
    state.position = byte == UInt8(ascii: ".") ? 1 : 0
    return true
  }

  private func leaveStop(_ state: inout State, _ byte: UInt8) -> Bool {
    let hasRoom = Int(state.sentences) + 1 < Self.maximumSentences
    switch byte {
    case UInt8(ascii: " "):
      if state.digits < 3 {
        state.isNumbered = true
      } else {
        guard state.mayEnd, hasRoom else { return false }
        end(&state)
      }
      startSentence(&state)
      return true
    case 0x0A:
      guard state.mayEnd else { return false }
      guard state.isInImpression else { return leaveFindings(&state) }
      guard hasRoom else { return false }
      end(&state)
      startSentence(&state)
      return true
    case Self.cutByte: return cut(&state)
    default:
      // A decimal, or an abbreviation of single letters.
      let kind = kinds[Int(byte)]
      guard continues(state, with: byte) else { return false }
      state.node = TermBan.betweenWords
      guard ban.advance(&state.node, byte) else { return false }
      let full = SentenceMemory.digest(state.digest, UInt8(ascii: "."))
      state.digest = SentenceMemory.digest(full, byte)
      state.digits = 3
      state.mayEnd = false
      state.position = 0
      state.tail = kind == .digit ? 3 : 1
      state.place = kind == .digit ? .sentence : .abbreviation
      return true
    }
  }

  private func end(_ state: inout State) {
    state.memory.insert(state.digest, at: Int(state.sentences))
    state.sentences += 1
    state.isNumbered = false
  }

  private func startSentence(_ state: inout State) {
    state.place = .start
    state.digest = 0
    state.node = TermBan.betweenWords
    state.words = 0
    state.tail = 0
    state.digits = 3
    state.position = 0
    state.mayEnd = false
  }

  private func cut(_ state: inout State) -> Bool {
    let isInImpression = state.isInImpression
    state = State()
    state.isInImpression = isInImpression
    state.place = .cut
    state.position = 1
    return true
  }

  private func advanceCut(_ state: inout State, _ byte: UInt8) -> Bool {
    if state.position < 3 {
      guard byte == Self.cutMark[Int(state.position)] else { return false }
      state.position += 1
      return true
    }
    return byte == 0x0A && !state.isInImpression && leaveFindings(&state)
  }

  /// Everything of the findings is forgotten.
  private func leaveFindings(_ state: inout State) -> Bool {
    state = State()
    state.place = .lineBreak
    state.isInImpression = true
    return true
  }
}

extension ReportConstraint {
  /// What a byte is to the constraint.
  enum Kind: UInt8, Sendable {
    case none, letter, digit, space, punctuation, stop
  }

  /// ASCII punctuation that may stand within a sentence.
  ///
  /// Left out are the characters of placeholders
  /// and markup: `_ [ ] < > { } | \ ^ ~ * @ $ !` and the backtick.
  static let punctuation = Array("\"#%&'()+,-/:;=".utf8)

  static func kind(of byte: UInt8) -> Kind {
    switch byte {
    case 0x41...0x5A, 0x61...0x7A: .letter
    case 0x30...0x39: .digit
    case 0x20: .space
    case 0x2E, 0x3F: .stop
    default: punctuation.contains(byte) ? .punctuation : .none
    }
  }
}
