import Foundation
import Generation
import Synchronization

/// Runs inputs in this process, each written down before it is read.
struct FuzzWorker {
  private let targets: [FuzzTarget]
  private let options: FuzzOptions
  private let job: Int
  private let corpora: [FuzzCorpus]

  init(targets: [FuzzTarget], options: FuzzOptions, job: Int) {
    self.targets = targets
    self.options = options
    self.job = job
    corpora = targets.map { FuzzCorpus($0.corpus + options.corpora) }
  }

  /// Runs every iteration of the job from the first one on.
  func run() throws {
    let record = try LastInput(path: LastInput.path(job: job, in: options.output))
    let limits = InputLimits(seconds: options.secondsPerInput)
    let end = Date().addingTimeInterval(min(options.seconds, 1e9))
    var iteration = options.first
    while iteration < options.iterations, Date() < end {
      let target = iteration % targets.count
      var mutator = FuzzMutator(
        corpora[target],
        seed: options.seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(iteration)
      )
      let input = mutator.make()
      record.write(input, iteration: iteration, target: target)
      limits.start()
      targets[target].run(input)
      limits.checkMemory()
      iteration += options.jobs
    }
    record.finish(iteration: iteration)
  }
}

/// The input that is being read, in a file that outlives the process.
struct LastInput {
  /// Iteration, target and length, eight bytes each; then the input.
  static let headerLength = 24
  private let memory: UnsafeMutableRawPointer

  static func path(job: Int, in folder: String) -> String { "\(folder)/last-\(job).bin" }

  init(path: String) throws {
    let length = Self.headerLength + FuzzMutator.maximumLength
    let file = open(path, O_RDWR | O_CREAT, 0o644)
    guard file >= 0, ftruncate(file, off_t(length)) == 0 else {
      throw FuzzOptions.Failure(description: "\(path) cannot be written")
    }
    defer { close(file) }
    guard let memory = mmap(nil, length, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0),
      memory != MAP_FAILED
    else { throw FuzzOptions.Failure(description: "\(path) cannot be mapped") }
    self.memory = memory
  }

  func write(_ input: [UInt8], iteration: Int, target: Int) {
    memory.storeBytes(of: iteration, as: Int.self)
    memory.storeBytes(of: target, toByteOffset: 8, as: Int.self)
    memory.storeBytes(of: input.count, toByteOffset: 16, as: Int.self)
    input.withUnsafeBytes { bytes in
      guard let source = bytes.baseAddress else { return }
      memory.advanced(by: Self.headerLength).copyMemory(from: source, byteCount: bytes.count)
    }
  }

  /// Notes that the job came to its end.
  func finish(iteration: Int) { memory.storeBytes(of: iteration, as: Int.self) }

  /// What a file holds; `nil` when it is none.
  static func read(_ path: String) -> (iteration: Int, target: Int, input: [UInt8])? {
    guard let data = FileManager.default.contents(atPath: path), data.count >= headerLength else {
      return nil
    }
    let (iteration, target, length) = data.withUnsafeBytes { bytes in
      (
        bytes.loadUnaligned(as: Int.self), bytes.loadUnaligned(fromByteOffset: 8, as: Int.self),
        bytes.loadUnaligned(fromByteOffset: 16, as: Int.self)
      )
    }
    guard length >= 0, length <= data.count - headerLength else { return nil }
    return (iteration, target, [UInt8](data.dropFirst(headerLength).prefix(length)))
  }
}

/// What one input may take; more ends the process.
final class InputLimits: Sendable {
  /// Exit code of an input that took too long.
  static let exitCode: Int32 = 99

  private let microseconds: Int
  /// Processor time at the start of the input, in microseconds.
  private let started = Atomic(0)
  /// Most memory that the process may have held, in KiB: past it something keeps what it reads.
  private let memory = 3 << 20

  /// Watches the time of inputs, in seconds of processor time.
  init(seconds: Int) {
    microseconds = seconds * 1_000_000
    start()
    Thread.detachNewThread { [self] in
      while true {
        Thread.sleep(forTimeInterval: 0.5)
        guard usage().microseconds - started.load(ordering: .relaxed) > microseconds else {
          continue
        }
        _exit(Self.exitCode)
      }
    }
  }

  /// Starts the clock again.
  func start() { started.store(usage().microseconds, ordering: .relaxed) }

  func checkMemory() {
    let kibibytes = usage().kibibytes
    promise(kibibytes < memory, "the process takes \(kibibytes) KiB")
  }

  private func usage() -> (microseconds: Int, kibibytes: Int) {
    var usage = rusage()
    getrusage(0, &usage)  // RUSAGE_SELF, which is an Int32 or an enumeration
    let seconds = Int(usage.ru_utime.tv_sec) + Int(usage.ru_stime.tv_sec)
    let rest = Int(usage.ru_utime.tv_usec) + Int(usage.ru_stime.tv_usec)
    return (seconds * 1_000_000 + rest, Int(usage.ru_maxrss))
  }
}
