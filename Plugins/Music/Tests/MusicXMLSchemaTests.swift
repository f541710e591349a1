import Foundation
import MusicDomain
import TestSupport
import Testing
import XMLValidation

@Suite struct MusicXMLSchemaTests {
  /// A file of the source tree.
  static func path(_ relative: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
      .appending(path: relative).path(percentEncoded: false)
  }

  /// The official schema: the file that COPYIST_MUSICXML_SCHEMA names, or the one beside the source
  /// tree; it is not part of it.
  static var officialPath: String {
    ProcessInfo.processInfo.environment["COPYIST_MUSICXML_SCHEMA"]
      ?? path("../shared/musicxml-4.0/musicxml.xsd")
  }

  static var hasOfficialSchema: Bool { FileManager.default.fileExists(atPath: officialPath) }

  private func check(_ schema: MarkupSchema, seeds: Range<UInt64>) throws {
    for seed in seeds {
      var scores = RandomScores(seed: seed)
      let text = try MusicXMLWriter.text(of: scores.score())
      let root = try #require(MarkupDocument.xml(Array(text.utf8)).root, "seed \(seed)")
      #expect(schema.validate(root) == [], "seed \(seed)")
    }
  }

  @Test func `everything that is written satisfies our own schema`() throws {
    let schema = try MarkupSchema(path: Self.path("schemas/musicxml-profile.xsd"))
    try check(schema, seeds: 0..<200)
    // And it says no to what is not written.
    for text in ["<score-partwise version='4.0'/>", "<score-timewise version='4.0'/>"] {
      let root = try #require(MarkupDocument.xml(Array(text.utf8)).root)
      #expect(!schema.validate(root).isEmpty)
    }
  }

  @Test(
    .enabled(
      if: MusicXMLSchemaTests.hasOfficialSchema,
      "needs musicxml.xsd of MusicXML 4.0: name it in COPYIST_MUSICXML_SCHEMA"
    )
  )
  func `everything that is written satisfies the official schema`() throws {
    let schema = try MarkupSchema(path: Self.officialPath)
    try check(schema, seeds: 0..<200)
    let wrong = "<score-partwise><part-list/></score-partwise>"
    let root = try #require(MarkupDocument.xml(Array(wrong.utf8)).root)
    #expect(!schema.validate(root).isEmpty)
  }
}
