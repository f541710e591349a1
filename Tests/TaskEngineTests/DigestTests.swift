import Checksums
import Foundation
import TaskEngine
import Testing

@Suite struct DigestTests {
  @Test func `the sum of 'abc' is the one in FIPS 180-2`() {
    #expect(
      SHA256Digest.hex(of: "abc".utf8)
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
    #expect(
      SHA256Digest.hex(of: [])
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
  }

  @Test func `a checkpoint's sum is the sum of the listing that sha256sum prints`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data("abc".utf8).write(to: folder.appending(path: "b.safetensors"))
    try Data().write(to: folder.appending(path: "a.json"))
    let listing = """
      e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a.json
      ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  b.safetensors

      """
    let found = try CheckpointDigest(cache: nil).hex(
      directory: folder.path(percentEncoded: false),
      files: ["b.safetensors", "a.json"]
    )
    #expect(found == SHA256Digest.hex(of: listing.utf8))
  }
}
