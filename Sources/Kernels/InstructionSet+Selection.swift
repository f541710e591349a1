#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension InstructionSet {
  /// The environment variable that forces a family.
  package static let environmentVariable = "COPYIST_KERNELS"

  /// The families that this build has and this machine can run, slowest first.
  package static var available: [InstructionSet] { [.portable] }

  /// The fastest available family.
  package static var best: InstructionSet { available.last ?? .portable }

  /// Resolves the family from an explicit wish, the environment, or the machine, in this order.
  ///
  /// - Throws: ``KernelError`` when the wish is unknown or cannot run here.
  package static func chosen(
    _ wish: InstructionSet?,
    environment: String? = environmentValue
  ) throws(KernelError) -> InstructionSet {
    let expected = available.map(\.rawValue).joined(separator: ", ")
    if let wish {
      guard available.contains(wish) else {
        throw KernelError(
          setting: "instructionSet",
          found: wish.rawValue,
          expected: "one of \(expected)"
        )
      }
      return wish
    }
    guard let environment, !environment.isEmpty else { return best }
    guard let named = InstructionSet(rawValue: environment), available.contains(named) else {
      throw KernelError(
        setting: environmentVariable,
        found: environment,
        expected: "one of \(expected)"
      )
    }
    return named
  }

  /// The value of ``environmentVariable``, if it is set.
  package static var environmentValue: String? {
    getenv(environmentVariable).map { String(cString: $0) }
  }
}

extension Compute {
  /// The largest number of threads that a caller may ask for.
  package static let maximumThreads = 1024

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
}
