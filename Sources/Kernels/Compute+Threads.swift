#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension Compute {
  /// The largest number of threads that a caller may ask for.
  package static let maximumThreads = 1024

  /// Operations below which a call stays on the caller's thread: waking another one costs more.
  static let smallestSharedWork = 1 << 20

  static func checkedThreads(_ wish: Int?) throws(KernelError) -> Int {
    guard let wish else {
      return min(max(Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))), 1), maximumThreads)
    }
    guard (1...maximumThreads).contains(wish) else {
      throw KernelError(
        setting: "threads",
        found: String(wish),
        expected: "1...\(maximumThreads)"
      )
    }
    return wish
  }

  /// Runs tasks 0..<tasks, each once, on up to ``threads`` threads, and returns when all are done.
  ///
  /// Threads take the next task when they are free, so a slow core does not hold up the others. The
  /// caller takes part. Calls may come from several threads at once, but not from within a body. What
  /// a task computes must not depend on which thread runs it.
  ///
  /// - Parameters:
  ///   - tasks: Zero or more.
  ///   - work: Estimate of all tasks together in floating-point operations.
  ///   - scratchBytes: Size of the 64-byte aligned scratch that every thread gets.
  ///   - body: Receives the task and the scratch of its thread, uninitialised.
  func share(
    _ tasks: Int,
    work: Int,
    scratchBytes: Int = 0,
    body: (_ task: Int, _ scratch: UnsafeMutableRawPointer) -> Void
  ) {
    guard min(threads, tasks) > 1, work >= Compute.smallestSharedWork else {
      withScratch(scratchBytes) { scratch in
        for task in 0..<tasks { body(task, scratch) }
      }
      return
    }
    pool.run(tasks) { task in
      withScratch(scratchBytes) { body(task, $0) }
    }
  }

  /// Lends 64-byte aligned, uninitialised memory.
  func withScratch(_ byteCount: Int, body: (UnsafeMutableRawPointer) -> Void) {
    buffers.lend(byteCount, to: body)
  }

  /// Splits `count` items of equal cost into contiguous ranges for ``share(_:work:scratchBytes:body:)``.
  ///
  /// - Parameters:
  ///   - count: Items in total.
  ///   - step: Every border is a multiple of it.
  ///   - workPerItem: Floating-point operations per item.
  ///   - body: Receives each range once.
  func share(
    items count: Int,
    step: Int = 1,
    workPerItem: Int,
    body: (_ items: Range<Int>) -> Void
  ) {
    // A few ranges per thread even out cores of different speed.
    let steps = (count + step - 1) / step
    let ranges = threads == 1 ? min(steps, 1) : min(steps, threads * 4)
    share(ranges, work: count * workPerItem) { task, _ in
      let first = steps * task / ranges * step
      body(first..<min(steps * (task + 1) / ranges * step, count))
    }
  }
}
