import CKernels
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Threads that wait for work and share it.
///
/// One job runs at a time, on the thread that brings it and on the workers; others who bring one wait
/// their turn, so there are never more busy threads than the pool has. Workers look for the next job
/// for some microseconds after one, because layers follow closely on each other, and sleep from then
/// on. A worker that wakes too late for a job does not hold it up.
package final class WorkerPool: Sendable {
  /// Threads that take part in a job, the caller included.
  package let threads: Int
  private let shared: Shared
  private let workers: [Worker]

  /// Starts `threads - 1` workers; fewer, down to none, if the system refuses them.
  package init(threads: Int) {
    let shared = Shared()
    self.shared = shared
    var workers: [Worker] = []
    for _ in 1..<max(threads, 1) {
      guard let worker = Worker(running: { shared.serve() }) else { break }
      workers.append(worker)
    }
    self.workers = workers
    self.threads = workers.count + 1
  }

  deinit {
    shared.stop()
    for worker in workers { worker.join() }
  }

  #if canImport(Glibc)
  /// Processor time that the workers have taken.
  package var workerSeconds: Double { workers.map(\.processorSeconds).reduce(0, +) }
  #endif

  /// Runs `body` for tasks 0..<tasks, each once, and returns when all are done.
  ///
  /// Not to be called from within a body.
  package func run(_ tasks: Int, body: (Int) -> Void) {
    guard tasks > 0 else { return }
    shared.turn.lock()
    defer { shared.turn.unlock() }
    withoutActuallyEscaping(body) { body in
      shared.open(Job(tasks: tasks, body: body))
      shared.work()
      // The body is not called any more after this.
      shared.close()
    }
  }
}

/// A job's tasks, and what to do for each.
private struct Job {
  let tasks: Int
  let body: (Int) -> Void
}

/// What the workers and their callers have in common.
///
/// `gate` holds the number of the job, whether it is open, and how many workers are inside: a worker
/// enters by adding one while it is open, and touches `job` only between entering and leaving; the
/// caller changes `job` only while the gate is closed and nobody is inside. That makes it `Sendable`.
private final class Shared: @unchecked Sendable {
  /// One caller at a time.
  let turn = Lock()
  private let gate = Atomic<Int>(0)
  private let next = Atomic<Int>(0)
  private var job: Job?

  /// Guards `sleepers`, `callerSleeps` and `isStopped`.
  private let lock = Lock()
  private let isOpen = Condition()
  private let isEmpty = Condition()
  private var sleepers = 0
  private var callerSleeps = false
  private let isStopped = Atomic<Bool>(false)

  // Fields of the gate.
  private static let inside = 0xFFFF
  private static let open = 1 << 16
  private static let jobNumber = 1 << 17
  /// Looks before sleeping; some 30 microseconds.
  private static let looks = 1500

  func open(_ job: Job) {
    self.job = job
    next.store(0, ordering: .relaxed)
    let number = gate.load(ordering: .relaxed) / Shared.jobNumber
    let following = ((number + 1) & 0xFFFF_FFFF) * Shared.jobNumber
    gate.store(following | Shared.open, ordering: .sequentiallyConsistent)
    wake(limit: job.tasks - 1)
  }

  private func wake(limit: Int) {
    lock.lock()
    defer { lock.unlock() }
    guard sleepers > 0 else { return }
    if limit < sleepers {
      for _ in 0..<limit { isOpen.signal() }
    } else {
      isOpen.broadcast()
    }
  }

  /// Takes tasks until there are none left.
  func work() {
    guard let job else { return }
    while true {
      let task = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard task < job.tasks else { return }
      job.body(task)
    }
  }

  /// Lets no worker in any more, and waits for those inside.
  func close() {
    var state = gate.bitwiseAnd(~Shared.open, ordering: .acquiringAndReleasing).newValue
    var looks = 0
    while state & Shared.inside != 0, looks < Shared.looks {
      ck_pause()
      looks += 1
      state = gate.load(ordering: .acquiring)
    }
    if state & Shared.inside != 0 {
      lock.lock()
      callerSleeps = true
      while gate.load(ordering: .acquiring) & Shared.inside != 0 { isEmpty.wait(lock) }
      callerSleeps = false
      lock.unlock()
    }
    job = nil
  }

  /// The life of a worker.
  func serve() {
    var last = 0
    while let number = nextJob(after: last) {
      last = number
      work()
      let state = gate.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue
      if state & (Shared.inside | Shared.open) == 0 {
        lock.lock()
        if callerSleeps { isEmpty.signal() }
        lock.unlock()
      }
    }
  }

  /// Enters the next job and returns its number; `nil` when the pool ends.
  private func nextJob(after last: Int) -> Int? {
    var looks = 0
    while !isStopped.load(ordering: .acquiring) {
      let state = gate.load(ordering: .acquiring)
      let number = state / Shared.jobNumber
      if state & Shared.open != 0, number != last {
        let entered = gate.weakCompareExchange(
          expected: state,
          desired: state + 1,
          ordering: .acquiringAndReleasing
        )
        if entered.exchanged { return number }
        continue
      }
      looks += 1
      if looks < Shared.looks {
        ck_pause()
        continue
      }
      looks = 0
      sleep(until: { state in state & Shared.open != 0 && state / Shared.jobNumber != last })
    }
    return nil
  }

  private func sleep(until isReady: (Int) -> Bool) {
    lock.lock()
    sleepers += 1
    while !isReady(gate.load(ordering: .sequentiallyConsistent)),
      !isStopped.load(ordering: .acquiring)
    {
      isOpen.wait(lock)
    }
    sleepers -= 1
    lock.unlock()
  }

  func stop() {
    lock.lock()
    isStopped.store(true, ordering: .releasing)
    isOpen.broadcast()
    lock.unlock()
  }
}

/// A thread of the operating system.
private final class Worker: Sendable {
  #if canImport(Glibc)
  private let thread: pthread_t
  #else
  private nonisolated(unsafe) let thread: pthread_t
  #endif

  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Starts it; `nil` if the system refuses.
  init?(running body: @escaping @Sendable () -> Void) {
    let context = Unmanaged.passRetained(Body(body))
    #if canImport(Glibc)
    var thread = pthread_t()
    let code = pthread_create(
      &thread,
      nil,
      { context in
        context.map { Unmanaged<Body>.fromOpaque($0).takeRetainedValue().run() }
        return nil
      },
      context.toOpaque()
    )
    guard code == 0 else {
      context.release()
      return nil
    }
    self.thread = thread
    #else
    var thread: pthread_t?
    let code = pthread_create(
      &thread,
      nil,
      { context in
        Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
        return nil
      },
      context.toOpaque()
    )
    guard code == 0, let thread else {
      context.release()
      return nil
    }
    self.thread = thread
    #endif
  }

  func join() { pthread_join(thread, nil) }

  #if canImport(Glibc)
  var processorSeconds: Double {
    var clock = clockid_t()
    var time = timespec()
    guard pthread_getcpuclockid(thread, &clock) == 0, clock_gettime(clock, &time) == 0 else {
      return 0
    }
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
  #endif
}

/// A mutex that a condition can wait with.
private final class Lock: @unchecked Sendable {
  fileprivate let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

  init() { pthread_mutex_init(mutex, nil) }
  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }
  func lock() { pthread_mutex_lock(mutex) }
  func unlock() { pthread_mutex_unlock(mutex) }
}

/// A condition variable.
private final class Condition: @unchecked Sendable {
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() { pthread_cond_init(condition, nil) }
  deinit {
    pthread_cond_destroy(condition)
    condition.deallocate()
  }
  func wait(_ lock: Lock) { pthread_cond_wait(condition, lock.mutex) }
  func signal() { pthread_cond_signal(condition) }
  func broadcast() { pthread_cond_broadcast(condition) }
}
