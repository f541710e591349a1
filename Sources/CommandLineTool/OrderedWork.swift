import Foundation
import Synchronization

/// Works on numbered items on several threads and hands the results over in order.
enum OrderedWork {
  private struct State<Result: Sendable>: Sendable {
    var next = 0
    var isStopped = false
    var results: [Int: Result] = [:]
  }

  /// Room for a parser's recursion, as on the main thread.
  private static let stackBytes = 8 << 20

  /// Runs items 0..<count; a thread takes the next one when it is free.
  ///
  /// - Parameters:
  ///   - count: Zero or more.
  ///   - threads: One or more.
  ///   - work: Called once per item, on any thread.
  ///   - deliver: Called on the caller's thread with one result after the other.
  /// - Throws: What `deliver` throws; items that have begun are waited for, others are left out.
  static func run<Result: Sendable>(
    count: Int,
    threads: Int,
    work: @escaping @Sendable (Int) -> Result,
    deliver: (Int, Result) throws -> Void
  ) throws {
    let shared = Shared<Result>()
    let isFinished = DispatchSemaphore(value: 0)
    let workers = min(max(threads, 1), count)
    for _ in 0..<workers {
      let thread = Thread {
        while let item = shared.take(below: count) {
          shared.put(work(item), for: item)
        }
        isFinished.signal()
      }
      thread.stackSize = stackBytes
      thread.start()
    }
    defer {
      shared.stop()
      for _ in 0..<workers { isFinished.wait() }
    }
    for item in 0..<count { try deliver(item, shared.result(of: item)) }
  }

  /// The state that threads share.
  private final class Shared<Result: Sendable>: Sendable {
    private let state = Mutex(State<Result>())
    private let arrivals = DispatchSemaphore(value: 0)

    func take(below count: Int) -> Int? {
      state.withLock { state in
        guard !state.isStopped, state.next < count else { return nil }
        defer { state.next += 1 }
        return state.next
      }
    }

    func put(_ result: Result, for item: Int) {
      state.withLock { $0.results[item] = result }
      arrivals.signal()
    }

    func stop() { state.withLock { $0.isStopped = true } }

    /// Waits for one item; there is one caller.
    func result(of item: Int) -> Result {
      while true {
        if let result = state.withLock({ $0.results.removeValue(forKey: item) }) { return result }
        arrivals.wait()
      }
    }
  }
}
