import Dispatch
import Synchronization
import Testing

import Kernels

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct WorkerPoolTests {
  @Test func `every task runs once, on any number of threads`() {
    for threads in 1...9 {
      let pool = WorkerPool(threads: threads)
      #expect(pool.threads == threads)
      for tasks in [0, 1, 2, 3, 7, 64, 1000] {
        let counts = Counts(tasks)
        pool.run(tasks) { counts.add($0) }
        #expect(counts.all == [Int](repeating: 1, count: tasks), "\(threads) threads")
      }
    }
  }

  @Test func `jobs that follow closely see what the one before wrote`() {
    let pool = WorkerPool(threads: 4)
    let cells = UnsafeMutablePointer<Int>.allocate(capacity: 64)
    cells.initialize(repeating: 0, count: 64)
    defer { cells.deallocate() }
    nonisolated(unsafe) let shared = cells
    let rounds = 20_000
    for _ in 0..<rounds {
      pool.run(64) { shared[$0] += 1 }
    }
    #expect((0..<64).allSatisfy { cells[$0] == rounds })
  }

  @Test func `jobs with pauses between them wake the sleeping workers`() {
    let pool = WorkerPool(threads: 3)
    for _ in 0..<200 {
      usleep(300)
      let counts = Counts(16)
      pool.run(16) { counts.add($0) }
      #expect(counts.all == [Int](repeating: 1, count: 16))
    }
  }

  @Test func `several callers take turns`() {
    let pool = WorkerPool(threads: 3)
    let busy = Atomic<Int>(0)
    let most = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: 6) { _ in
      for _ in 0..<200 {
        pool.run(8) { _ in
          let now = busy.wrappingAdd(1, ordering: .relaxed).newValue
          most.max(now, ordering: .relaxed)
          busy.wrappingSubtract(1, ordering: .relaxed)
        }
      }
    }
    // Never more busy threads than the pool has.
    #expect((1...3).contains(most.load(ordering: .relaxed)))
  }

  @Test func `tasks run at the same time`() {
    let pool = WorkerPool(threads: 2)
    let arrived = Atomic<Int>(0)
    // Each task waits for the other, which only two threads can do.
    pool.run(2) { _ in
      arrived.wrappingAdd(1, ordering: .acquiringAndReleasing)
      while arrived.load(ordering: .acquiring) < 2 { usleep(10) }
    }
    #expect(arrived.load(ordering: .relaxed) == 2)
  }

  #if canImport(Glibc)
  @Test func `idle workers take no time of the processor`() {
    let pools = (0..<4).map { _ in WorkerPool(threads: 8) }
    for pool in pools { pool.run(8) { _ in } }
    usleep(20_000)
    let work = pools.map(\.workerSeconds).reduce(0, +)
    usleep(300_000)
    let later = pools.map(\.workerSeconds).reduce(0, +)
    #expect(later - work < 0.01, "\(later - work) s")
  }
  #endif

  @Test func `a pool ends with its workers asleep or awake`() {
    for threads in [1, 2, 5] {
      for _ in 0..<50 {
        let pool = WorkerPool(threads: threads)
        pool.run(threads) { _ in }
      }
      let pool = WorkerPool(threads: threads)
      usleep(1000)
      pool.run(1) { _ in }
    }
  }
}

/// How often each task ran.
private final class Counts: Sendable {
  private let counts: Mutex<[Int]>

  init(_ tasks: Int) { counts = Mutex([Int](repeating: 0, count: tasks)) }

  func add(_ task: Int) { counts.withLock { $0[task] += 1 } }

  var all: [Int] { counts.withLock { $0 } }
}
