import Synchronization

/// Working memory that is kept for the next call: fresh memory costs a page fault every 4 KiB.
///
/// As many buffers are kept as were ever in use at once, each as large as the largest wish it met.
final class ScratchBuffers: Sendable {
  private struct Buffer: @unchecked Sendable {
    let memory: UnsafeMutableRawPointer
    let byteCount: Int
  }

  private let free = Mutex<[Buffer]>([])

  deinit {
    free.withLock { buffers in
      for buffer in buffers { buffer.memory.deallocate() }
      buffers = []
    }
  }

  /// Lends 64-byte aligned memory that holds anything.
  func lend(_ byteCount: Int, to body: (UnsafeMutableRawPointer) -> Void) {
    let buffer = take(byteCount)
    body(buffer.memory)
    free.withLock { $0.append(buffer) }
  }

  private func take(_ byteCount: Int) -> Buffer {
    // The smallest that is large enough; else the largest makes way for a larger one.
    let kept: Buffer? = free.withLock { buffers in
      let fitting = buffers.indices.filter { buffers[$0].byteCount >= byteCount }
      let index =
        fitting.min { buffers[$0].byteCount < buffers[$1].byteCount }
        ?? buffers.indices.max { buffers[$0].byteCount < buffers[$1].byteCount }
      return index.map { buffers.remove(at: $0) }
    }
    if let kept {
      if kept.byteCount >= byteCount { return kept }
      kept.memory.deallocate()
    }
    let size = max(byteCount, 4096)
    return Buffer(
      memory: UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64),
      byteCount: size
    )
  }
}
