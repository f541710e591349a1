/// The known way to the end, and its length.
///
/// Sounding notes are waited for: every sub-spine in which nothing sounds gets a rest that ends with
/// the longest note. Ties are taken up, and slurs closed, by the last sub-spine of their staff that
/// takes a token on a line. Then all spines end. Lengths of tokens that are yet to be chosen are
/// counted exactly but for those of tied notes, which are counted at their longest.
extension KernConstraint {
  var quarter: UInt32 { KernTables.whole / 4 }

  /// Most bytes of a tied note of a chord, the space before it included.
  private var tieCost: Int { isPlain ? 28 : 36 }
  private var slurCost: Int { isPlain ? 1 : 3 }
  /// Bytes of the shortest grace note.
  private var graceCost: Int { isPlain ? 2 : 4 }

  private func restCount(_ steps: UInt32) -> Int {
    RecipText(steps: steps).count + (isPlain ? 1 : 2)
  }

  private func tieCount(_ state: State) -> Int {
    guard state.ties != SIMD8() else { return 0 }
    var count = 0
    for index in 0..<8 where state.ties[index] != 0 { count += 1 }
    return count
  }

  /// Open slurs and phrases of both staves.
  private func slurCount(_ state: State) -> Int {
    Int(state.slurs & 0xF) + Int(state.slurs >> 4) + Int(state.phrases & 0xF)
      + Int(state.phrases >> 4)
  }

  /// An upper bound on the bytes to the end; 0 where the text may stop.
  public func finishBound(_ state: State) -> Int {
    let count = Int(state.spineCount)
    let later = count - 1 - Int(state.field)
    switch state.mode {
    case .header:
      return header.count - Int(state.offset) + 1 + boundary(state, spines: count + 1)
    case .lineStart: return boundary(state, spines: count)
    case .doneLine: return 0
    case .done: return later * 3
    case .starStart, .star, .tandem, .split, .join: return interpretationBound(state, later)
    case .barStart, .barNumber, .barLetter, .barStyle, .barFermata, .barCopy:
      let rest = state.mode == .barStyle ? Int(tables.barlines.nodes[Int(state.node)].distance) : 0
      let text = barlineCount(state) + rest
      let own =
        state.mode == .barStart
        ? 1 + text : state.mode == .barCopy ? text - Int(state.offset) : rest
      return own + later * (2 + text) + 1 + boundary(state, spines: count)
    default: return dataBound(state, later)
    }
  }

  private func interpretationBound(_ state: State, _ later: Int) -> Int {
    let start = state.mode == .starStart ? 1 : 0
    if state.line == .ending { return start + 1 + later * 3 }
    if state.mode == .star, state.line == .interpretation, state.field == 0, mayEnd(state) {
      return 1 + later * 3
    }
    var own = start
    var forced = 0
    var result = state
    let field = Int(state.field)
    switch state.mode {
    case .starStart, .star:
      if mustJoin(state, before: field) {
        own += 1
        result.paths |= 2 << UInt16(field * 2)
      }
    case .tandem: own += Int(tables.tandems.nodes[Int(state.node)].distance)
    default:
      if mustJoin(state, before: field + 1) {
        forced = 1
        result.paths |= 2 << UInt16(field * 2 + 2)
      }
    }
    if state.line == .path { applyPaths(&result) }
    return own + later * 2 + forced + 1 + boundary(result, spines: Int(result.spineCount))
  }

  /// The bound at the start of a line.
  private func boundary(_ state: State, spines count: Int) -> Int {
    let ties = tieCount(state)
    let slurs = slurCount(state)
    var most: UInt32 = 0
    for spine in 0..<count { most = max(most, state.remaining[spine]) }
    var bound = ties * tieCost + slurs * slurCost + 3 * count - 1
    if most > 0 { bound += waiting(state.remaining, until: most, spines: count) }
    if ties > 0 || slurs > 0 || (most == 0 && !state.has(State.anyMusic)) {
      bound += count * (restCount(quarter) + 1)
    }
    return bound
  }

  /// Bytes of the lines on which sub-spines whose notes end at some times are filled up with rests
  /// to a later time.
  private func waiting(_ ends: SIMD8<UInt32>, until most: UInt32, spines count: Int) -> Int {
    var bytes = 0
    var lines = 0
    for spine in 0..<count where ends[spine] < most {
      bytes += restCount(most - ends[spine]) - 1
      var isFirst = true
      for other in 0..<spine where ends[other] == ends[spine] { isFirst = false }
      if isFirst { lines += 1 }
    }
    return bytes + lines * count * 2
  }

  // MARK: Data lines

  /// Whether the token being written is a grace note, or the line one of grace notes.
  private func isGrace(_ state: State) -> Bool {
    switch state.mode {
    case .fieldStart, .null: state.line == .grace
    case .point1, .point2: isBasic || state.isGraceNote
    default: state.isGraceNote
    }
  }

  private func dataBound(_ state: State, _ later: Int) -> Int {
    let count = Int(state.spineCount)
    let field = Int(state.field)
    guard !isGrace(state) else { return graceBound(state, later) }
    let plan = notePlan(state)
    var ends = state.remaining
    var most: UInt32 = 0
    for spine in 0..<count {
      let isGiven = spine < field && state.line == .timed
      if spine == field, let plan { ends[spine] = plan.length }
      if !state.isFree(UInt8(spine)) || isGiven || (spine == field && plan != nil) {
        most = max(most, ends[spine])
      }
    }
    if most == 0 { most = quarter }
    var bound = 1 + 3 * count - 1
    let rest = restCount(most)
    for spine in field..<count {
      let isOpen = state.isFree(UInt8(spine)) && !(spine == field && plan != nil)
      if isOpen { ends[spine] = most }
      if spine == field {
        bound += plan?.bytes ?? (state.mode == .null ? 0 : isOpen ? rest : 1)
      } else {
        bound += 1 + (isOpen ? rest : 1)
      }
    }
    bound += waiting(ends, until: most, spines: count)
    let isPending = state.signs & KernSigns.pendingTie != 0
    let ties = tieCount(state) + (isPending ? 1 : 0) - (plan?.target != nil ? 1 : 0)
    let slurs = slurCount(state)
    bound += ties * tieCost + slurs * slurCost
    if isPending || staysOpen(state, inToken: plan != nil) {
      bound += count * (restCount(quarter) + 1)
    }
    return bound
  }

  /// Whether some tie or slur is still open after the present line of notes.
  private func staysOpen(_ state: State, inToken: Bool) -> Bool {
    for staff in UInt8(0)...1 {
      let free = state.free(in: staff)
      let isClosing = free >> state.field != 0
      let isHere = isClosing && inToken && (free >> state.field) >> 1 == 0
      var slurs = state.slurs >> (staff * 4) & 0xF
      var phrases = state.phrases >> (staff * 4) & 0xF
      if isHere {
        slurs = state.opened & 0xF
        phrases = state.opened >> 4
      } else if isClosing {
        (slurs, phrases) = (0, 0)
      }
      if slurs > 0 || phrases > 0 { return true }
      guard state.ties != SIMD8() else { continue }
      for index in 0..<8 where state.ties[index] != 0 {
        let tie = state.ties[index]
        guard state.staff(of: KernTie.owner(tie)) == staff else { continue }
        if !(isClosing && isDue(tie, state, staff: staff)) { return true }
      }
    }
    return false
  }

  /// The bound on a line of grace notes.
  private func graceBound(_ state: State, _ later: Int) -> Int {
    let count = Int(state.spineCount)
    var own = 0
    var isGiven = state.has(State.graceGiven)
    switch state.mode {
    case .null: break
    case .fieldStart:
      own = 1
      if state.isFree(state.field), !isGiven, (state.free >> state.field) >> 1 == 0 {
        own = graceCost
        isGiven = true
      }
    default:
      own = notePlan(state)?.bytes ?? 0
      isGiven = true
    }
    return own + later * 2 + (isGiven ? 0 : graceCost - 1) + 1 + boundary(state, spines: count)
  }

  // MARK: Notes

  /// How the note being written ends.
  struct NotePlan {
    /// Bytes to its end.
    var bytes: Int
    /// Its length in steps.
    var length: UInt32
    /// The place of the tie that it takes up.
    var target: Int?
  }

  /// The length that fills up the line, given the others.
  func filling(_ state: State) -> UInt32 {
    var most: UInt32 = 0
    for spine in 0..<Int(state.spineCount) where spine != Int(state.field) {
      let isGiven = spine < Int(state.field) && state.line == .timed
      if !state.isFree(UInt8(spine)) || isGiven { most = max(most, state.remaining[spine]) }
    }
    return most == 0 ? quarter : most
  }

  /// The plan for the note being written, `nil` between notes.
  func notePlan(_ state: State) -> NotePlan? {
    if state.mode == .fieldStart || state.mode == .null { return nil }
    let target = targetTie(state)
    let mustMark = isGrace(state) && state.signs & KernSigns.grace == 0
    let sign = target != nil || mustMark ? (isPlain ? 1 : 3) : 0
    var length = state.length
    var bytes = sign
    let pitch = pitchCount(target.map { state.ties[$0] })
    let at = isPlain ? 0 : 1
    switch state.mode {
    case .opened:
      if state.has(State.inChord) {
        bytes += (state.has(State.noDuration) ? 0 : durationCount(state) + at) + pitch
      } else if state.line == .grace {
        bytes += pitch
      } else {
        length = filling(state)
        bytes += RecipText(steps: length).count + at + pitch
      }
    case .chordDuration: bytes += durationCount(state) - Int(state.offset) + at + pitch
    case .digits:
      let (rest, steps) = durationRest(state)
      length = steps
      bytes += rest + at + pitch
    case .dots: bytes += at + pitch
    case .afterAt: bytes += pitch
    case .afterDot: bytes += 1 + pitch
    case .pitch, .accidental:
      if let target { bytes += pitchRest(state, state.ties[target]) }
    case .afterPitchAt:
      if state.pitch == 0 {
        bytes += pitch
      } else if let target, KernTie.alter(state.ties[target]) != KernTie.alter(state.pitch) {
        bytes += abs(KernTie.alter(state.ties[target]))
      } else {
        bytes += 1
      }
    case .point1, .point2:
      // A slur that this sign will close is counted already.
      let closing = closingSign(state)
      let isCounted = closing == UInt8(ascii: ")") || closing == UInt8(ascii: "}")
      bytes = (state.mode == .point1 ? 2 : 1) - (isCounted ? slurCost : 0)
    default: break
    }
    return NotePlan(bytes: bytes, length: length, target: target)
  }

  /// Bytes of a pitch; 1 for a rest or any note.
  private func pitchCount(_ tie: UInt16?) -> Int {
    guard let tie else { return 1 }
    let alter = abs(KernTie.alter(tie))
    return Int(KernTie.count(tie)) + alter + (alter > 0 && !isPlain ? 1 : 0)
  }

  /// Bytes from a pitch that has begun to that of a tie.
  private func pitchRest(_ state: State, _ tie: UInt16) -> Int {
    let letters = Int(KernTie.count(tie)) - Int(KernTie.count(state.pitch))
    let alter = abs(KernTie.alter(tie)) - abs(KernTie.alter(state.pitch))
    return letters + alter + (alter > 0 && !isPlain && state.mode == .pitch ? 1 : 0)
  }

  /// Bytes to the end of the digits, and the length that they then spell.
  func durationRest(_ state: State) -> (bytes: Int, steps: UInt32) {
    if state.offset != 0xFF {
      let wanted = filling(state)
      return (RecipText(steps: wanted).count - Int(state.offset), wanted)
    }
    var node = tables.recips.nodes[Int(state.node)]
    let distance = Int(node.distance)
    while !node.isWord { node = tables.recips.nodes[Int(node.nearest)] }
    return (distance, node.value)
  }

  /// The due tie that the note being written can still take up, where this must be done here.
  func targetTie(_ state: State) -> Int? {
    guard state.ties != SIMD8(), !isGrace(state), state.isLastFreeOfStaff,
      state.signs & (KernSigns.tie | KernSigns.rest) == 0
    else { return nil }
    let staff = state.staff(of: state.field)
    for index in 0..<8
    where isDue(state.ties[index], state, staff: staff) && canBecome(state, state.ties[index]) {
      return index
    }
    return nil
  }

  private func canBecome(_ state: State, _ tie: UInt16) -> Bool {
    let (pitch, wanted) = (state.pitch, tie & KernTie.pitchMask)
    let (alter, wantedAlter) = (KernTie.alter(pitch), KernTie.alter(wanted))
    let isSameLetter = pitch & 0xF == wanted & 0xF
    let isSameOctave = isSameLetter && KernTie.count(pitch) == KernTie.count(wanted)
    switch state.mode {
    case .pitch: return isSameLetter && KernTie.count(pitch) <= KernTie.count(wanted)
    case .accidental:
      return isSameOctave && alter.signum() == wantedAlter.signum()
        && abs(alter) <= abs(wantedAlter)
    case .pitchEnd, .signs, .point1, .point2: return pitch & KernTie.pitchMask == wanted
    case .afterPitchAt where pitch != 0:
      return isSameOctave
        && (alter == wantedAlter || (alter == 0 && state.lastSign != UInt8(ascii: "n")))
    default: return true
    }
  }
}
