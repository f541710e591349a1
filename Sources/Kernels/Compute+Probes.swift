import CKernels

/// Number formats whose arithmetic ``Compute/peak(_:)`` measures.
package enum PeakFormat: Sendable, CaseIterable {
  case float32
  /// Weights of bfloat16 in the way the family multiplies them.
  case bfloat16
  /// 8-bit weights and inputs.
  case int8
}

extension Compute {
  /// Multiplications and additions per second that all threads reach in registers alone.
  ///
  /// - Parameter format: The number format.
  /// - Returns: Operations per second: the best of five tries of about 20 ms.
  package func peak(_ format: PeakFormat) -> Double {
    let spin =
      switch format {
      case .float32: table.spin_float32
      case .bfloat16: table.spin_bfloat16
      case .int8: table.spin_int8
      }
    guard let spin else { return 0 }
    var dry: Float = 0
    let perRound = spin(1, &dry) * Double(threads)
    func seconds(_ rounds: Int) -> Double {
      // A cache line for each thread.
      var sinks = [Float](repeating: 0, count: threads * 16)
      return sinks.withUnsafeMutableBufferPointer { sinks in
        guard let base = sinks.baseAddress else { return .infinity }
        nonisolated(unsafe) let places = base
        return Compute.seconds {
          share(threads, work: .max) { task, _ in _ = spin(rounds, places + task * 16) }
        }
      }
    }
    var rounds = 1 << 16
    while seconds(rounds) < 0.02, rounds < 1 << 30 { rounds *= 2 }
    return (0..<5).map { _ in perRound * Double(rounds) / seconds(rounds) }.max() ?? 0
  }

  /// Bytes per second that all threads read from memory in order, once.
  ///
  /// - Parameter regions: 64-byte aligned, together much larger than the caches.
  /// - Returns: 0 when there is nothing to read.
  package func readBandwidth(_ regions: [UnsafeRawBufferPointer]) -> Double {
    let piece = 4 << 20
    var pieces: [UnsafeRawBufferPointer] = []
    for region in regions {
      for start in stride(from: 0, to: region.count, by: piece) {
        let end = min(start + piece, region.count)
        pieces.append(UnsafeRawBufferPointer(rebasing: region[start..<end]))
      }
    }
    guard !pieces.isEmpty else { return 0 }
    nonisolated(unsafe) let all = pieces
    var sinks = [Float](repeating: 0, count: pieces.count)
    let seconds = sinks.withUnsafeMutableBufferPointer { sinks in
      guard let base = sinks.baseAddress else { return Double.infinity }
      nonisolated(unsafe) let places = base
      return Compute.seconds {
        share(all.count, work: .max) { task, _ in
          guard let memory = all[task].baseAddress else { return }
          places[task] = table.read_memory(memory, all[task].count / 256 * 256)
        }
      }
    }
    return Double(regions.reduce(0) { $0 + $1.count }) / seconds
  }

  private static func seconds(_ body: () -> Void) -> Double {
    let clock = ContinuousClock()
    let duration = clock.measure(body).components
    return Double(duration.seconds) + Double(duration.attoseconds) * 1e-18
  }
}
