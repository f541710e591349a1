import FileAccess
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct RegularFileTests {
  @Test(arguments: [0, 1, 100_000])
  func `a file is read and mapped whole`(size: Int) throws {
    let folder = try TemporaryFolder()
    let content = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try folder.write(content, to: "file")
    let file = try RegularFile(opening: "\(folder.path)/file")
    #expect(try file.bytes(limit: size) == content)
    let mapped = try file.map()
    #expect((mapped == nil) == (size == 0))
    if let mapped {
      #expect(UnsafeRawBufferPointer(start: mapped, count: size).elementsEqual(content))
      munmap(UnsafeMutableRawPointer(mutating: mapped), size)
    }
  }

  @Test func `a larger file than expected is refused`() throws {
    let folder = try TemporaryFolder()
    try folder.write([1, 2, 3], to: "file")
    let path = "\(folder.path)/file"
    let error = #expect(throws: FileError.self) {
      _ = try RegularFile(opening: path).bytes(limit: 2)
    }
    #expect(error?.description == "\(path): expected at most 2 bytes, found 3 bytes")
  }

  @Test func `an absent file, a folder and a pipe are refused at once`() throws {
    let folder = try TemporaryFolder()
    let absent = "\(folder.path)/absent"
    #expect(!fileExists(absent))
    let missing = #expect(throws: FileError.self) { _ = try RegularFile(opening: absent) }
    #expect(missing?.found.hasSuffix("No such file or directory") == true)
    #expect(fileExists(folder.path))
    let kind = #expect(throws: FileError.self) { _ = try RegularFile(opening: folder.path) }
    #expect(kind?.expected == "a regular file")
    let pipe = "\(folder.path)/pipe"
    try #require(mkfifo(pipe, 0o600) == 0)
    #expect(throws: FileError.self) { _ = try RegularFile(opening: pipe) }
  }
}
