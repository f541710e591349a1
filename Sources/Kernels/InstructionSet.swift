/// A family of kernels: the vector instructions that the inner loops are written for.
///
/// Every result of a family is reproducible bit for bit, whatever the number of threads or rows.
/// Two families agree within the bounds of `docs/Numerics.md`.
package enum InstructionSet: String, CaseIterable, Sendable {
  /// C without vector intrinsics; runs everywhere.
  case portable = "portable"
  /// x86-64 with AVX2, FMA and F16C.
  case avx2 = "avx2"
  /// x86-64 with AVX-512 F, BW, DQ, VL and BF16.
  case avx512bf16 = "avx512-bf16"
  /// 64-bit Arm with Advanced SIMD.
  case neon = "neon"
}
