package import Checkpoints
import Checksums
import Foundation
package import Kernels
package import Tensors

/// Writes the quantized weights of a checkpoint, in the layout that the kernels read.
package struct QuantizedFileWriter {
  private let checkpoint: Checkpoint
  private let bits: WeightBits
  private let compute: Compute
  private let sourceSum: String

  /// What was written.
  package struct Summary: Sendable, Equatable {
    /// Size of the file in bytes.
    package var byteCount: Int
    /// Parameters that were rounded.
    package var roundedCount: Int
    /// Error over all of them.
    package var error: RoundingError
    /// The matrix with the largest relative error, and that error.
    package var worst: (name: String, relative: Double)

    package static func == (left: Summary, right: Summary) -> Bool {
      left.byteCount == right.byteCount && left.roundedCount == right.roundedCount
        && left.error == right.error && left.worst == right.worst
    }
  }

  /// A tensor of the file.
  private struct Tensor {
    let name: String
    let typeName: String
    let shape: [Int]
    let byteCount: Int
    let source: TensorView
    let isRounded: Bool
  }

  /// Bytes that are rounded at once.
  private static let chunkBytes = 32 << 20

  /// - Parameters:
  ///   - checkpoint: With weights as published.
  ///   - bits: Bits per weight.
  ///   - sourceSum: SHA-256 of the published weights, hexadecimal.
  ///   - compute: Threads to round on.
  package init(checkpoint: Checkpoint, bits: WeightBits, sourceSum: String, compute: Compute) {
    precondition(sourceSum.utf8.count == 64, "a SHA-256 sum has 64 digits")
    self.checkpoint = checkpoint
    self.bits = bits
    self.sourceSum = sourceSum
    self.compute = compute
  }

  /// Writes the file beside its place first and renames it when it is whole.
  ///
  /// - Parameters:
  ///   - path: The file; one that exists is replaced.
  ///   - progress: Called with the share that is done, 0...1.
  /// - Returns: What was written.
  /// - Throws: ``CheckpointError`` for a weight that is not finite, and what Foundation throws when the
  ///   file cannot be written.
  package func write(to path: String, progress: (Double) -> Void = { _ in }) throws -> Summary {
    let tensors = try self.tensors()
    let url = URL(filePath: path)
    let temporary = url.deletingLastPathComponent()
      .appending(path: ".\(url.lastPathComponent).\(ProcessInfo.processInfo.processIdentifier)")
    try Data().write(to: temporary, options: .withoutOverwriting)
    defer { try? FileManager.default.removeItem(at: temporary) }
    let handle = try FileHandle(forWritingTo: temporary)
    defer { try? handle.close() }
    // A sum takes as much room as the digits that stand for it until it is known.
    let blank = String(repeating: "0", count: 64)
    let header = try self.header(tensors, dataSum: blank)
    try handle.write(contentsOf: header)
    let total = tensors.reduce(0) { $0 + $1.byteCount }
    var summary = Summary(
      byteCount: header.count + total,
      roundedCount: 0,
      error: .none,
      worst: ("", 0)
    )
    let hash = RunningHash()
    var done = 0
    func append(_ bytes: UnsafeRawBufferPointer) throws {
      hash.update(bytes)
      // The handle writes at once, so nothing outlives the pointer.
      if let base = bytes.baseAddress, !bytes.isEmpty {
        try handle.write(
          contentsOf: Data(
            bytesNoCopy: UnsafeMutableRawPointer(mutating: base),
            count: bytes.count,
            deallocator: .none
          )
        )
      }
      done += bytes.count
      progress(Double(done) / Double(max(total, 1)))
    }
    for tensor in tensors {
      guard tensor.isRounded else {
        let view = tensor.source
        try append(UnsafeRawBufferPointer(start: view.baseAddress, count: view.byteCount))
        continue
      }
      let error = try round(tensor, append)
      summary.roundedCount += tensor.source.shape.elementCount
      summary.error += error
      if error.relative > summary.worst.relative {
        summary.worst = (tensor.name, error.relative)
      }
    }
    try handle.seek(toOffset: 0)
    try handle.write(contentsOf: try self.header(tensors, dataSum: hash.finish()))
    try handle.synchronize()
    guard rename(temporary.path(percentEncoded: false), path) == 0 else {
      throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: path])
    }
    return summary
  }

  /// Matrices first, because their sizes are multiples of 64 bytes.
  private func tensors() throws(CheckpointError) -> [Tensor] {
    var rounded: [Tensor] = []
    var others: [Tensor] = []
    for entry in checkpoint.table.entries {
      let name = checkpoint.table.name(of: entry.role, in: checkpoint.layout)
      let source = try checkpoint.tensor(entry.role)
      guard entry.isQuantizable else {
        others.append(
          Tensor(
            name: name,
            typeName: source.elementType.rawValue,
            shape: source.shape.extents,
            byteCount: source.byteCount,
            source: source,
            isRounded: false
          )
        )
        continue
      }
      let size = QuantizedView.byteCount(
        outputs: entry.shape[0],
        inputs: entry.shape[1],
        bits: bits
      )
      guard let size else {
        throw CheckpointError(
          path: checkpoint.directory,
          subject: name,
          expected: "a matrix whose size in bytes can be counted",
          found: entry.shape.description
        )
      }
      rounded.append(
        Tensor(
          name: name,
          typeName: "U8",
          shape: [size],
          byteCount: size,
          source: source,
          isRounded: true
        )
      )
    }
    return rounded + others
  }

  /// The length and the JSON, with spaces up to a multiple of 64 bytes.
  private func header(_ tensors: [Tensor], dataSum: String) throws -> Data {
    var members: [String: Any] = [
      "__metadata__": [
        QuantizedFile.Field.version.rawValue: QuantizedFile.version,
        QuantizedFile.Field.bits.rawValue: String(bits.rawValue),
        QuantizedFile.Field.embeddingType.rawValue: checkpoint.embeddingType.rawValue,
        QuantizedFile.Field.sourceSum.rawValue: sourceSum,
        QuantizedFile.Field.dataSum.rawValue: dataSum,
      ]
    ]
    var offset = 0
    for tensor in tensors {
      members[tensor.name] = [
        "dtype": tensor.typeName, "shape": tensor.shape,
        "data_offsets": [offset, offset + tensor.byteCount],
      ]
      offset += tensor.byteCount
    }
    var json = try JSONSerialization.data(
      withJSONObject: members,
      options: [.sortedKeys, .withoutEscapingSlashes]
    )
    json.append(Data(repeating: UInt8(ascii: " "), count: (64 - (json.count + 8) % 64) % 64))
    return withUnsafeBytes(of: UInt64(json.count).littleEndian) { Data($0) } + json
  }

  private func round(
    _ tensor: Tensor,
    _ append: (UnsafeRawBufferPointer) throws -> Void
  ) throws -> RoundingError {
    let outputs = tensor.source.shape[0]
    let blocks = (outputs + QuantizedView.blockOutputs - 1) / QuantizedView.blockOutputs
    guard blocks > 0 else { return .none }
    let blockBytes = tensor.byteCount / blocks
    let together = max(1, min(blocks, Self.chunkBytes / max(blockBytes, 1)))
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: together * blockBytes,
      alignment: ByteStorage.alignment
    )
    defer { buffer.deallocate() }
    guard let base = buffer.baseAddress else { return .none }
    var error = RoundingError.none
    for first in stride(from: 0, to: blocks, by: together) {
      let range = first..<min(first + together, blocks)
      guard let part = compute.round(tensor.source, blocks: range, bits: bits, to: base) else {
        throw CheckpointError(
          path: checkpoint.directory,
          subject: tensor.name,
          expected: "finite weights",
          found: "an infinity or a NaN",
          advice: "such weights cannot be rounded; use them as published"
        )
      }
      error += part
      try append(UnsafeRawBufferPointer(rebasing: buffer[..<(range.count * blockBytes)]))
    }
    return error
  }
}
