import CKernels

/// Runs the numeric kernels: one family of instructions and a number of threads.
///
/// Matrices are float32, row-major, rows contiguous, unless a method says otherwise; pointers need
/// no alignment beyond that of `Float`. Results depend neither on the number of threads nor on how
/// many rows are computed together. Any number of callers may use one object at once.
package final class Compute: Sendable {
  /// Threads that share one call, the caller included.
  package let threads: Int
  /// The family in use.
  package let instructionSet: InstructionSet
  /// What is rounded.
  package let arithmetic: Arithmetic
  /// The functions of the family.
  let table: ck_table
  let pool: WorkerPool
  let buffers = ScratchBuffers()

  /// Kernels of one family on a number of threads.
  ///
  /// - Parameters:
  ///   - threads: One or more; as many as the machine has when `nil`.
  ///   - instructionSet: A member of ``InstructionSet/available``; when `nil` the environment
  ///     variable `COPYIST_KERNELS` decides, and without it ``InstructionSet/best``.
  ///   - arithmetic: What is rounded.
  /// - Throws: ``KernelError`` when the family is unknown or not available, or `threads` is not
  ///   in 1...1024.
  package init(
    threads: Int? = nil,
    instructionSet: InstructionSet? = nil,
    arithmetic: Arithmetic = .float32
  ) throws(KernelError) {
    let chosen = try InstructionSet.chosen(instructionSet)
    guard let table = chosen.table else {
      throw chosen.unavailable(setting: "instructionSet")
    }
    let pool = WorkerPool(threads: try Compute.checkedThreads(threads))
    self.pool = pool
    self.threads = pool.threads
    self.instructionSet = chosen
    self.arithmetic = arithmetic
    self.table = table
  }
}
