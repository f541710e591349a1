import Foundation
import MusicDomain
import TaskProtocol
import TestSupport
import Testing

@Suite struct CompressedMusicXMLTests {
  private let container = """
    <container><rootfiles>
      <rootfile full-path="cover.pdf" media-type="application/pdf"/>
      <rootfile full-path="music/lied.xml" media-type="application/vnd.recordare.musicxml+xml"/>
      <rootfile full-path="other.xml"/>
    </rootfiles></container>
    """

  private func archive(_ files: [(String, String)]) throws -> [UInt8] {
    try ZipArchive.bytes(of: files.map { ZipArchive.File(name: $0.0, bytes: Array($0.1.utf8)) })
  }

  @Test func `a score comes back from its archive, and the same score gives the same bytes`() throws {
    var scores = RandomScores(seed: 7)
    let score = Array(try MusicXMLWriter.text(of: scores.score()).utf8)
    let archive = try CompressedMusicXML.write(score: score)
    #expect(try CompressedMusicXML.write(score: score) == archive)
    #expect(archive.count < score.count)
    #expect(CompressedMusicXML.isArchive(archive))
    let contents = CompressedMusicXML.read(archive)
    #expect(contents.score == score)
    #expect(contents.findings == [])
    // The media type stands first and uncompressed: 30 bytes of header, the name, the type.
    let start = String(decoding: archive[30..<30 + 8 + 33], as: UTF8.self)
    #expect(start == "mimetypeapplication/vnd.recordare.musicxml".prefix(41))
  }

  @Test func `the container says which file is the score`() throws {
    let files = [
      ("META-INF/container.xml", container), ("other.xml", "<other/>"),
      ("music/lied.xml", "<score-partwise/>"),
    ]
    let contents = CompressedMusicXML.read(try archive(files))
    #expect(contents.score.map { String(decoding: $0, as: UTF8.self) } == "<score-partwise/>")
    #expect(contents.findings.map(\.code) == ["mxl-mimetype"])
    #expect(contents.findings.map(\.severity) == [.note])
  }

  @Test func `an archive without a container is read and reported where it holds one score`() throws {
    let one = CompressedMusicXML.read(try archive([("lied.musicxml", "<a/>"), ("x.png", "")]))
    #expect(one.score != nil)
    #expect(one.findings.map(\.code) == ["mxl-container", "mxl-mimetype"])
    let two = CompressedMusicXML.read(try archive([("a.xml", "<a/>"), ("b.xml", "<b/>")]))
    #expect(two.score == nil)
    #expect(two.findings.map(\.code) == ["mxl-container"])
    for text in ["<container/>", "", container] {
      let lost = CompressedMusicXML.read(try archive([("META-INF/container.xml", text)]))
      #expect(lost.score == nil)
      #expect(lost.findings.map(\.code) == ["mxl-container"])
    }
  }

  @Test func `a bomb is not unpacked`() throws {
    let zeros = [UInt8](repeating: 0x20, count: 8 << 20)
    let bomb = try CompressedMusicXML.write(score: zeros)
    #expect(bomb.count < 20_000)
    let contents = CompressedMusicXML.read(bomb)
    #expect(contents.score == nil)
    #expect(contents.findings.map(\.code) == ["input-limit"])

    // The same with a length that the archive lies about.
    var liar = bomb
    for index in 0..<liar.count - 4 where liar[index..<index + 4].elementsEqual([0, 0, 0x80, 0]) {
      liar.replaceSubrange(index..<index + 4, with: [0x10, 0, 0, 0])
    }
    #expect(liar != bomb)
    let lied = CompressedMusicXML.read(liar)
    #expect(lied.score == nil || (lied.score?.count ?? 0) <= 1 << 20)

    var limits = CompressedMusicXML.Limits()
    limits.archiveBytes = 100
    #expect(CompressedMusicXML.read(bomb, limits: limits).findings.map(\.code) == ["input-limit"])
    limits = CompressedMusicXML.Limits()
    limits.fileCount = 2
    #expect(CompressedMusicXML.read(bomb, limits: limits).findings.map(\.code) == ["input-limit"])
  }

  @Test func `broken archives give findings`() throws {
    var scores = RandomScores(seed: 3)
    let score = Array(try MusicXMLWriter.text(of: scores.score()).utf8)
    let whole = try CompressedMusicXML.write(score: score)
    var random = SeededGenerator(seed: 5)
    for round in 0..<2000 {
      var bytes = whole
      if Bool.random(using: &random) {
        bytes = Array(bytes.prefix(Int.random(in: 0..<bytes.count, using: &random)))
      } else {
        for _ in 0..<3 {
          bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
      }
      let contents = CompressedMusicXML.read(bytes)
      if contents.score == nil {
        #expect(contents.findings.contains { $0.severity == .error }, "seed 5, round \(round)")
      }
    }
  }
}
