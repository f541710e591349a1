import Foundation
import Synchronization

/// Starts workers, and again whenever one dies, and keeps what they died of.
final class FuzzSupervisor: Sendable {
  private let targets: [FuzzTarget]
  private let options: FuzzOptions
  private let failures = Mutex<[String]>([])
  private let done = Mutex(0)

  /// Deaths after which a job gives up.
  private static let mostDeaths = 50

  init(targets: [FuzzTarget], options: FuzzOptions) {
    self.targets = targets
    self.options = options
  }

  /// Runs all jobs and returns the number of inputs that failed.
  func run() throws -> Int {
    try FileManager.default.createDirectory(
      atPath: options.output,
      withIntermediateDirectories: true
    )
    let start = Date()
    let group = DispatchGroup()
    for job in 0..<options.jobs {
      group.enter()
      Thread.detachNewThread {
        self.runJob(job, until: start.addingTimeInterval(min(self.options.seconds, 1e9)))
        group.leave()
      }
    }
    group.wait()
    let failures = failures.withLock { $0 }
    let seconds = Int(Date().timeIntervalSince(start))
    say(
      "\(done.withLock { $0 }) inputs over \(targets.map(\.name).joined(separator: ", ")),"
        + " seed \(options.seed), \(seconds) s: \(failures.count) failures"
    )
    return failures.count
  }

  private func runJob(_ job: Int, until end: Date) {
    let record = LastInput.path(job: job, in: options.output)
    var first = job
    for _ in 0..<Self.mostDeaths {
      let status = runWorker(job, first: first, seconds: end.timeIntervalSinceNow)
      let last = LastInput.read(record)
      let next = last.map { $0.iteration } ?? first
      guard status != "0", let last else {
        done.withLock { $0 += (next - first) / options.jobs }
        try? FileManager.default.removeItem(atPath: record)
        return
      }
      done.withLock { $0 += (next - first) / options.jobs + 1 }
      keep(last, status)
      first = next + options.jobs
      guard first < options.iterations, Date() < end else { return }
    }
    say("job \(job) gave up after \(Self.mostDeaths) failures")
  }

  /// Runs a worker to its end and says how it ended: `0`, another exit code, or a signal.
  private func runWorker(_ job: Int, first: Int, seconds: Double) -> String {
    let process = Process()
    process.executableURL = Bundle.main.executableURL
    var arguments = [
      "--worker", "\(job)", "--first", "\(first)", "--jobs", "\(options.jobs)", "--seed",
      "\(options.seed)", "--iterations", "\(options.iterations)", "--limit",
      "\(options.secondsPerInput)", "--output", options.output,
    ]
    if seconds < 1e8 { arguments += ["--seconds", "\(max(0, seconds))"] }
    for target in targets { arguments += ["--target", target.name] }
    for corpus in options.corpora { arguments += ["--corpus", corpus] }
    process.arguments = arguments
    var environment = ProcessInfo.processInfo.environment
    // Schemas that live as long as the process are no leaks, and a refused allocation is an answer.
    // The places of allocations cost a third of the time; --input shows them in full.
    let usual = [
      "detect_leaks=0", "abort_on_error=1", "allocator_may_return_null=1", "quarantine_size_mb=16",
      "malloc_context_size=2",
    ]
    environment["ASAN_OPTIONS"] = environment["ASAN_OPTIONS"] ?? usual.joined(separator: ":")
    process.environment = environment
    do {
      try process.run()
    } catch {
      return "cannot be started: \(error)"
    }
    process.waitUntilExit()
    let code = process.terminationStatus
    return process.terminationReason == .exit ? "\(code)" : "signal \(code)"
  }

  /// Writes an input that failed and prints the command that repeats it.
  private func keep(_ last: (iteration: Int, target: Int, input: [UInt8]), _ status: String) {
    let name = targets.indices.contains(last.target) ? targets[last.target].name : "unknown"
    let path = "\(options.output)/\(name)-\(options.seed)-\(last.iteration).bin"
    _ = FileManager.default.createFile(atPath: path, contents: Data(last.input))
    let reason =
      status == "\(InputLimits.exitCode)" ? "took more than \(options.secondsPerInput) s" : status
    failures.withLock { $0.append(path) }
    say("FAILED \(reason): copyist-fuzz --target \(name) --input \(path)")
  }
}
