import CommandLineTool
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite struct StreamTests {
  @Test func `a stream that cannot be written says why`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("", to: "read-only")
    let descriptor = open(path, O_RDONLY)
    defer { close(descriptor) }
    let codes = Codes()
    let stream = TextStream(descriptor: descriptor) { codes.append($0) }
    stream.write("text")
    stream.write("")
    #expect(codes.all == [EBADF])
  }

  @Test func `a file past the limit is refused before it is read`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("", to: "huge.html")
    let file = try FileHandle(forWritingTo: URL(filePath: path))
    try file.truncate(atOffset: 2 << 30)
    try file.close()
    let run = try CommandRun(["validate", "table", path])
    #expect(run.exitCode == 66)
    #expect(run.diagnostics == "Error: \(path): File too large\n")
  }
}

/// Codes noted from anywhere.
private final class Codes: Sendable {
  private let storage = Mutex<[Int32]>([])

  var all: [Int32] { storage.withLock { $0 } }

  func append(_ code: Int32) {
    storage.withLock { $0.append(code) }
  }
}
