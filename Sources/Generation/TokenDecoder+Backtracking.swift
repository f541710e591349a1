import Tensors

/// What decoding goes back to when a constraint leaves no token.
///
/// A constraint that keeps its promises never needs it: every prefix has a completion. One that does
/// not is a fault of the constraint, which the conformance kit reports; a user still gets an output
/// where another choice nearby leads to one, with a record of each choice that was taken back.
struct DecodingTrail<Sequence: Sendable, State: Sendable> {
  /// A step that was taken.
  struct Moment {
    /// The sequence whose logits the token was chosen from.
    let sequence: Sequence
    /// The mask's state before the token.
    let state: State
    let sampler: TokenSampler?
    /// Difference of the two largest logits: the smaller, the more doubtful the choice.
    let margin: Float
    /// Whether another token could have been chosen at all.
    let hadChoice: Bool
  }

  /// One per token of the text so far.
  private(set) var moments: [Moment] = []
  /// Tokens that led nowhere, by the step they stood at.
  private(set) var banned: [Int: Set<Int>] = [:]
  private var returns = 0

  /// Steps that can be gone back.
  private static var reach: Int { 64 }

  mutating func append(_ moment: Moment) { moments.append(moment) }

  /// Goes back to the most doubtful of the last steps and bans the token that was chosen there.
  ///
  /// - Parameters:
  ///   - ids: The tokens of the text so far.
  ///   - limit: Most returns in one decoding.
  /// - Returns: The step to choose anew, and the moment it is chosen in; `nil` when there is none.
  mutating func goBack(from ids: [Int], atMost limit: Int) -> (step: Int, moment: Moment)? {
    guard returns < limit else { return nil }
    let recent = moments.indices.suffix(Self.reach).filter { moments[$0].hadChoice }
    guard
      let step = recent.min(by: { left, right in
        moments[left].margin < moments[right].margin
          || (moments[left].margin == moments[right].margin && left > right)
      })
    else { return nil }
    returns += 1
    let moment = moments[step]
    moments.removeSubrange(step...)
    banned = banned.filter { $0.key <= step }
    banned[step, default: []].insert(ids[step])
    return (step, moment)
  }
}

extension Logits {
  /// How far the largest logit is ahead of the next.
  static func margin(_ row: UnsafePointer<Float>, count: Int) -> Float {
    var (first, second) = (-Float.infinity, -Float.infinity)
    for id in 0..<count where row[id] > second {
      if row[id] > first { (first, second) = (row[id], first) } else { second = row[id] }
    }
    return first - second
  }
}
