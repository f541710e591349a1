import CKernels

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension InstructionSet {
  /// The environment variable that forces a family.
  package static let environmentVariable = "COPYIST_KERNELS"

  /// The families that this build has and this machine can run, slowest first.
  package static let available: [InstructionSet] = allCases.filter { $0.table != nil }

  /// The fastest available family.
  package static var best: InstructionSet { available.last ?? .portable }

  /// The value of ``environmentVariable``, if it is set.
  package static var environmentValue: String? {
    getenv(environmentVariable).map { String(cString: $0) }
  }

  /// Resolves the family from an explicit wish, the environment, or the machine, in this order.
  ///
  /// - Parameters:
  ///   - wish: The family that the caller asks for, or `nil`.
  ///   - environment: The value of ``environmentVariable``; empty means unset.
  /// - Returns: An available family.
  /// - Throws: ``KernelError`` when the wish is unknown or cannot run here.
  package static func chosen(
    _ wish: InstructionSet?,
    environment: String? = environmentValue
  ) throws(KernelError) -> InstructionSet {
    if let wish {
      guard available.contains(wish) else { throw wish.unavailable(setting: "instructionSet") }
      return wish
    }
    guard let environment, !environment.isEmpty else { return best }
    guard let named = InstructionSet(rawValue: environment), available.contains(named) else {
      throw KernelError(
        setting: environmentVariable,
        found: environment,
        expected: expectation
      )
    }
    return named
  }

  private static var expectation: String {
    "one of " + available.map(\.rawValue).joined(separator: ", ")
  }

  func unavailable(setting: String) -> KernelError {
    KernelError(setting: setting, found: rawValue, expected: InstructionSet.expectation)
  }

  /// The functions of this family; `nil` when the build or the machine lacks it.
  var table: ck_table? {
    let family =
      switch self {
      case .portable: CK_FAMILY_PORTABLE
      case .avx2: CK_FAMILY_AVX2
      case .avx512bf16: CK_FAMILY_AVX512_BF16
      case .neon: CK_FAMILY_NEON
      }
    return ck_table_for(family)?.pointee
  }
}
