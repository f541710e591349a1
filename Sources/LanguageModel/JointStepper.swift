import Checkpoints
import Dispatch
import Synchronization
package import Tensors

/// Runs the steps of several requests together, so that the weights are read once for all of them.
///
/// Every request decodes on a thread of its own. A step waits until all requests that take part wait for
/// one; the last to come runs them all. Requests may join and leave at any time, so that a finished one
/// makes room at once. What a request gets does not depend on the others, to the last bit.
package final class JointStepper: Sendable {
  private let decoder: TextDecoder
  private let state: Mutex<State>
  private let turn = DispatchSemaphore(value: 2)

  /// Steps that wait.
  private final class Pending: @unchecked Sendable {
    let entries: [StepEntry]
    let logits: FloatMatrix
    let isDone = DispatchSemaphore(value: 0)
    /// Written by the thread that runs the steps before it signals ``isDone``.
    var result: Result<[SuffixSequence], LanguageModelError> = .success([])

    init(_ entries: [StepEntry], _ logits: FloatMatrix) {
      self.entries = entries
      self.logits = logits
    }
  }

  private struct State: ~Copyable {
    var participants = 0
    var waiting: [Pending] = []
    /// Working memory, with one thread at a time.
    var memory: Memory?
  }

  private final class Memory: @unchecked Sendable {
    let scratch: TextScratch
    let logits: FloatMatrix

    init(_ decoder: TextDecoder, rows: Int) {
      scratch = TextScratch(decoder.configuration, rows: rows)
      logits = FloatMatrix(rows: rows, columns: decoder.configuration.vocabularySize)
    }
  }

  /// A stepper over the weights of a decoder.
  package init(_ decoder: TextDecoder) {
    self.decoder = decoder
    state = Mutex(State())
  }

  /// Does what uses every core by itself, such as encoding a picture; at most two requests at a time.
  ///
  /// The others go on with their steps. Taking turns, the first ends sooner and less memory is needed;
  /// two fill each other's stretches that run on one core.
  package func inTurn<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    turn.wait()
    defer { turn.signal() }
    return try body()
  }

  /// Takes part from now on: the others wait for this request's steps.
  package func join() {
    state.withLock { $0.participants += 1 }
  }

  /// Takes part no longer.
  package func leave() {
    let ready = state.withLock { state in
      state.participants -= 1
      return Self.takeReady(&state)
    }
    run(ready)
  }

  /// Feeds tokens to hypotheses of one request, together with what others feed to theirs.
  ///
  /// - Parameters:
  ///   - entries: Of a request that has joined.
  ///   - logits: Row `r` receives the logits that follow entry `r`.
  /// - Returns: One longer hypothesis per entry.
  /// - Throws: ``LanguageModelError``.
  package func step(
    _ entries: [StepEntry],
    logits: FloatMatrix
  ) throws(LanguageModelError) -> [SuffixSequence] {
    let pending = Pending(entries, logits)
    let ready = state.withLock { state in
      state.waiting.append(pending)
      return Self.takeReady(&state)
    }
    run(ready)
    pending.isDone.wait()
    return try pending.result.get()
  }

  /// All steps, once every participant waits for its own.
  private static func takeReady(_ state: inout State) -> [Pending] {
    guard !state.waiting.isEmpty, state.waiting.count >= state.participants else { return [] }
    defer { state.waiting = [] }
    return state.waiting
  }

  private func run(_ steps: [Pending]) {
    guard !steps.isEmpty else { return }
    let entries = steps.flatMap(\.entries)
    let memory = memory(rows: entries.count)
    let result: Result<[SuffixSequence], LanguageModelError>
    do {
      result = .success(
        try decoder.step(entries, scratch: memory.scratch, logits: memory.logits)
      )
    } catch {
      result = .failure(error)
    }
    var row = 0
    for step in steps {
      let range = row..<row + step.entries.count
      row = range.upperBound
      step.result = result.map { Array($0[range]) }
      let columns = memory.logits.columns
      step.logits.pointer.update(
        from: memory.logits.row(range.lowerBound),
        count: range.count * columns
      )
    }
    state.withLock { $0.memory = memory }
    for step in steps { step.isDone.signal() }
  }

  /// The working memory, larger than before if need be; it is given back after the steps.
  private func memory(rows: Int) -> Memory {
    let kept = state.withLock { state in
      defer { state.memory = nil }
      return state.memory
    }
    if let kept, kept.scratch.rows >= rows { return kept }
    return Memory(decoder, rows: rows)
  }
}
