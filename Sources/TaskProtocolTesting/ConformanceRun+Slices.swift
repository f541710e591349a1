import Dispatch
import Synchronization

/// Walks and decodes in slices, so that a long run uses every core and shows how far it is.
extension ConformanceRun {
  /// What the random checks found.
  struct RandomChecks: Sendable {
    var liveness = CheckTally("K3", "liveness: every state ends as promised")
    var soundness = CheckTally("K4", "soundness: every finished text is valid")
    var budgets = CheckTally("K8", "every output ends within its budget")
    var walks = 0
    var invalid = 0
    var unfinished = 0
    /// Why a decode could not be made at all.
    var error: (any Error)?

    fileprivate mutating func add(_ other: RandomChecks) {
      liveness.add(other.liveness)
      soundness.add(other.soundness)
      budgets.add(other.budgets)
      walks += other.walks
      invalid += other.invalid
      unfinished += other.unfinished
      error = error ?? other.error
    }
  }

  /// Walks or decodes of one slice.
  private static var sliceSize: Int { 250 }

  /// Every walk and decode of the options, on their threads.
  ///
  /// - Throws: What decoding throws, dead ends aside.
  func checkRandomly() throws -> RandomChecks {
    let total = options.walks + options.decodes
    let count = (max(options.walks, options.decodes) + Self.sliceSize - 1) / Self.sliceSize
    let results = Mutex([RandomChecks?](repeating: nil, count: count))
    let next = Mutex(0)
    let done = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: max(1, min(options.jobs, count))) { _ in
      while true {
        let slice = next.withLock { value in
          defer { value += 1 }
          return value
        }
        guard slice < count else { return }
        let found = check(slice: slice)
        results.withLock { $0[slice] = found }
        let sum = done.withLock { value in
          value += found.walks
          return value
        }
        options.onProgress?(sum, total)
      }
    }
    // Added in order, so that the failures that are kept do not depend on the threads.
    var sum = RandomChecks()
    for result in results.withLock({ $0 }) { if let result { sum.add(result) } }
    if let error = sum.error { throw error }
    return sum
  }

  private func check(slice: Int) -> RandomChecks {
    var found = RandomChecks()
    func range(_ limit: Int) -> Range<Int> {
      min(slice * Self.sliceSize, limit)..<min((slice + 1) * Self.sliceSize, limit)
    }
    let walks = range(options.walks)
    found.invalid = checkWalks(walks, liveness: &found.liveness, soundness: &found.soundness)
    found.walks = walks.count
    do {
      let counts = try checkDecodes(range(options.decodes), &found.budgets)
      found.walks += counts.decodes
      found.invalid += counts.invalid
      found.unfinished += counts.unfinished
    } catch {
      found.error = error
    }
    return found
  }
}
