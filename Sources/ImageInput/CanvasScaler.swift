/// Both passes of a resize over interleaved 8-bit RGB.
///
/// Neither order makes the whole picture between the passes: memory is bounded by the rows that one
/// target row needs.
struct CanvasScaler {
  /// From source columns to target columns.
  let columns: AxisResampler
  /// From source rows to target rows.
  let rows: AxisResampler
  /// Bytes of one source row.
  let sourceRowBytes: Int

  private var targetRowBytes: Int { columns.runs.count * 3 }

  /// Scales every source row to the target's width, then columns.
  ///
  /// - Parameters:
  ///   - source: The picture, rows without padding.
  ///   - target: Room for the result.
  func scaleHorizontallyFirst(
    _ source: UnsafePointer<UInt8>,
    to target: UnsafeMutablePointer<UInt8>
  ) {
    // Scaled source row y stands in slot y % slots, until no later target row needs it.
    let slots = max(rows.longestRun, 1)
    let rowBytes = targetRowBytes
    withTemporaryRows(UInt8.self, count: slots * rowBytes) { ring in
      withTemporaryRows(Int32.self, count: rowBytes) { sums in
        var nextRow = 0
        for (targetRow, run) in rows.runs.enumerated() {
          nextRow = max(nextRow, run.start)
          while nextRow < run.end {
            columns.scaleRow(
              source + nextRow * sourceRowBytes,
              to: ring + nextRow % slots * rowBytes
            )
            nextRow += 1
          }
          sums.update(repeating: run.bias, count: rowBytes)
          for row in run.start..<run.end {
            let weight = rows.weights[run.firstWeight + row - run.start]
            accumulate(ring + row % slots * rowBytes, weight, into: sums, count: rowBytes)
          }
          round(sums, to: target + targetRow * rowBytes, count: rowBytes)
        }
      }
    }
  }

  /// Scales columns to the target's height, then every row.
  ///
  /// - Parameters:
  ///   - source: The picture, rows without padding.
  ///   - target: Room for the result.
  func scaleVerticallyFirst(
    _ source: UnsafePointer<UInt8>,
    to target: UnsafeMutablePointer<UInt8>
  ) {
    withTemporaryRows(UInt8.self, count: sourceRowBytes) { scaled in
      withTemporaryRows(Int32.self, count: sourceRowBytes) { sums in
        for (targetRow, run) in rows.runs.enumerated() {
          sums.update(repeating: run.bias, count: sourceRowBytes)
          for row in run.start..<run.end {
            let weight = rows.weights[run.firstWeight + row - run.start]
            accumulate(
              source + row * sourceRowBytes,
              weight,
              into: sums,
              count: sourceRowBytes
            )
          }
          round(sums, to: scaled, count: sourceRowBytes)
          columns.scaleRow(scaled, to: target + targetRow * targetRowBytes)
        }
      }
    }
  }
}

/// Uninitialised memory for the time of a call.
private func withTemporaryRows<Element: BitwiseCopyable>(
  _ type: Element.Type,
  count: Int,
  _ body: (UnsafeMutablePointer<Element>) -> Void
) {
  withUnsafeTemporaryAllocation(of: type, capacity: max(count, 1)) { buffer in
    if let base = buffer.baseAddress { body(base) }
  }
}

private func accumulate(
  _ samples: UnsafePointer<UInt8>,
  _ weight: Int32,
  into sums: UnsafeMutablePointer<Int32>,
  count: Int
) {
  for index in 0..<count { sums[index] &+= weight &* Int32(samples[index]) }
}

private func round(
  _ sums: UnsafePointer<Int32>,
  to samples: UnsafeMutablePointer<UInt8>,
  count: Int
) {
  for index in 0..<count { samples[index] = ResamplingTable.sample(sums[index]) }
}
