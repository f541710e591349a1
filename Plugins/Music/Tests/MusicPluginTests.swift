import Foundation
import MusicDomain
import TaskProtocol
import Testing

@Suite struct MusicPluginTests {
  private func codes(_ text: String, _ plugin: MusicPlugin = MusicPlugin()) throws -> [String] {
    try plugin.validate(ValidationSource(modelOutput: text)).map { "\($0.severity) \($0.code)" }
  }

  @Test func `the option language changes prompt, constraint and what is valid`() throws {
    let plugin = try MusicPlugin().applying([TaskSetting(name: "language", value: "ekern")])
    #expect(plugin.language == .ekern)
    #expect(plugin.manifest.promptPrefix == "music ekern")
    #expect((plugin.constraint as? KernConstraint)?.form == .ekern)
    #expect(try codes("**ekern_1.0\n4@c\n*-", plugin) == [])
    #expect(try codes("**kern\n4c\n*-", plugin) == ["error language"])
    #expect(try codes("**ekern_1.0\n4@c\n*-") == ["error language"])
  }

  @Test func `every measure is a part, from its barline to the next`() throws {
    let text = "**kern\n*M1/4\n=1\n4c\n=2\n4d\n==\n*-"
    let bytes = Array(text.utf8)
    let parts = MusicPlugin().parts(of: text)
    #expect(parts.map(\.path) == ["/measures/0", "/measures/1"])
    #expect(
      parts.map { String(decoding: bytes[$0.range], as: UTF8.self) } == ["=1\n4c\n", "=2\n4d\n"]
    )
  }

  @Test func `open ties and slurs are errors of a model and warnings in a file`() throws {
    for (text, code) in [
      ("**kern\n[4c\n*-", "tie-open"), ("**kern\n4c]\n*-", "tie-end"),
      ("**kern\n(4c\n*-", "slur-open"), ("**kern\n4c)\n*-", "slur-end"),
      ("**kern\n{4c\n*-", "phrase-open"), ("**kern\n4c}\n*-", "phrase-end"),
    ] {
      #expect(try codes(text) == ["error \(code)"])
      let file = ValidationSource(bytes: Array(text.utf8), origin: .file, path: "a.krn")
      let found = try MusicPlugin().validate(file)
      #expect(found.map(\.code) == [code])
      #expect(found.allSatisfy { $0.severity == .warning && $0.path == "a.krn" })
    }
  }

  @Test func `a measure that does not fill its metre is a warning, a pickup is not`() throws {
    let pickup = "**kern\n*M3/4\n4c\n=1\n4c\n4d\n4e\n=2\n2c\n==\n*-"
    #expect(try codes(pickup) == [])
    let short = "**kern\n*M3/4\n=1\n2.c\n=2\n2c\n=3\n2.c\n==\n*-"
    #expect(try codes(short) == ["warning measure-too-short"])
    let long = "**kern\n*M3/4\n=1\n2.c\n=2\n1c\n=3\n2.c\n==\n*-"
    #expect(try codes(long) == ["warning measure-too-long"])
    let split = "**kern\n*M3/4\n=1\n2.c\n=2\n2c\n=:|!\n4c\n=3\n2.c\n==\n*-"
    #expect(try codes(split) == [])
  }

  @Test func `spines of other kinds and unknown signs are noted, never errors`() throws {
    let text = """
      !!!COM: Anon
      **kern\t**dynam\t**text
      *Ipiano\t*\t*
      *clefG2\t*\t*
      *M2/4\t*\t*
      !LO:TX:a:t=dolce\t!\t!
      =1\t=1\t=1
      4ci\tp\tla
      4d\t<\t.
      ==\t==\t==
      *-\t*-\t*-
      !!!END: 1
      """
    let file = ValidationSource(bytes: Array(text.utf8), origin: .file)
    let findings = try MusicPlugin().validate(file)
    #expect(findings.allSatisfy { $0.severity == .note && $0.code == "not-read" })
    #expect(findings.count == 3)
    let score = try MusicPlugin().parse(text)
    #expect(score.reference("COM") == "Anon")
    #expect(score.parts == [Part()])
    #expect(score.measures[0].staves[0].voices[0].events.count == 2)
  }

  @Test func `the document's schema is the one in the repository`() throws {
    let schema = try JSONSchema(of: Score.self, identifier: "copyist/music-document/1")
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(schema.value), as: UTF8.self) + "\n"
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../schemas/music-document.schema.json").standardized
    if ProcessInfo.processInfo.environment["RECORD_SCHEMAS"] != nil {
      try Data(text.utf8).write(to: path)
    }
    let stored = try String(contentsOf: path, encoding: .utf8)
    #expect(stored == text, "record anew with RECORD_SCHEMAS=1 swift test --filter MusicPlugin")
  }
}
