import Foundation
import MusicDomain
import TaskProtocol
import TestSupport
import Testing

@Suite struct MusicXMLValidatorTests {
  private static func files(_ folder: String) throws -> [(name: String, bytes: [UInt8])] {
    let path = MusicXMLSchemaTests.path("Plugins/Music/Fixtures/musicxml/\(folder)")
    return try FileManager.default.contentsOfDirectory(atPath: path).sorted().map { name in
      (String(name.prefix { $0 != "." }), try readBytes("\(path)/\(name)"))
    }
  }

  /// Every faulty file is named after the code of its fault.
  @Test func `every fault is found, and nothing else`() throws {
    let files = try Self.files("faults")
    #expect(files.count >= 50)
    for (name, bytes) in files {
      let findings = MusicXMLValidator.findings(bytes)
      var codes = Set(findings.map(\.code))
      // A score without music has no music for the part that it lists either.
      if name == "no-parts" { codes.remove("part-without-music") }
      #expect(codes == [name], "\(name): \(findings.map(\.message))")
      #expect(findings.allSatisfy { $0.line != nil && $0.message.hasSuffix(".") })
    }
  }

  @Test func `sound files have no errors and no warnings`() throws {
    let files = try Self.files("sound")
    #expect(files.count >= 9)
    for (name, bytes) in files {
      let findings = MusicXMLValidator.findings(bytes).filter { $0.severity != .note }
      #expect(findings == [], "\(name)")
    }
  }

  @Test func `a voice that is too long is named as musicians know it`() throws {
    let file = try #require(try Self.files("faults").first { $0.name == "voice-too-long" })
    let finding = try #require(MusicXMLValidator.findings(file.bytes).first)
    #expect(
      finding.message
        == "Voice too long: measure 33, staff 1, voice 2. Found 7/8. Expected 3/4."
    )
    #expect(finding.part == "measure 33, staff 1, voice 2")
    #expect(finding.severity == .error)
    let lines = String(decoding: file.bytes, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false
    )
    let line = try #require(finding.line)
    #expect(lines[line - 1].contains("<type>eighth</type>"))
  }

  @Test func `hostile files give a finding and do not take long`() {
    var bomb = "<!DOCTYPE score-partwise [<!ENTITY l0 \"lol\">"
    for level in 1...20 {
      bomb += "<!ENTITY l\(level) \"" + String(repeating: "&l\(level - 1);", count: 10) + "\">"
    }
    bomb += "]><score-partwise version=\"&l20;\"><movement-title>&l20;</movement-title></score-partwise>"
    let deep = String(repeating: "<score-partwise>", count: 10_000)
    let cases: [(String, [UInt8])] = [
      ("entities", Array(bomb.utf8)), ("depth", Array(deep.utf8)),
      ("size", [UInt8](repeating: UInt8(ascii: "<"), count: 200 << 20)),
      ("external", Array("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>".utf8)),
      ("empty", []), ("zeros", [UInt8](repeating: 0, count: 1000)),
    ]
    let clock = ContinuousClock()
    for (name, bytes) in cases {
      var findings: [Finding] = []
      let time = clock.measure { findings = MusicXMLValidator.findings(bytes) }
      #expect(findings.contains { $0.severity == .error }, "\(name)")
      #expect(time < .seconds(20), "\(name) took \(time)")
      #expect(throws: ParseFailure.self) { try MusicXMLReader.read(bytes, acceptsLoss: true) }
    }
  }

  @Test func `many parts that come one a measure are no bomb`() {
    var text = "<score-timewise><part-list/>"
    for index in 0..<3000 { text += "<measure number=\"1\"><part id=\"P\(index)\"/></measure>" }
    let findings = MusicXMLValidator.findings(Array((text + "</score-timewise>").utf8))
    #expect(findings.count <= MusicXMLValidator.maximumFindings + 1)
    #expect(findings.contains { $0.severity == .error })
  }

  /// With COPYIST_FUZZ_RUNS=1000000 and the address sanitizer this is the long run of the README.
  @Test func `mutated files never trap`() throws {
    let runs = Int(ProcessInfo.processInfo.environment["COPYIST_FUZZ_RUNS"] ?? "") ?? 3000
    let seeds = try Self.files("sound").map(\.bytes) + Self.files("faults").map(\.bytes)
    let seed = UInt64(ProcessInfo.processInfo.environment["COPYIST_FUZZ_SEED"] ?? "") ?? 1
    var random = SeededGenerator(seed: seed)
    let words = [
      "0", "-1", "999999999", "1e9", "", "0.0001", "<chord/>", "<grace/>", "start", "stop", "backward",
      "</note>", "<duration>", "100000000000000000000", "&lt;", "é", "\u{0}", "8", "yes", "x",
    ].map { Array($0.utf8) }
    for round in 0..<runs {
      var bytes = seeds[Int.random(in: 0..<seeds.count, using: &random)]
      for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        let end = min(bytes.count, place + Int.random(in: 0...30, using: &random))
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes.removeSubrange(place..<end)
        case 1: bytes.insert(contentsOf: bytes[place..<end], at: place)
        case 2: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 3: bytes.replaceSubrange(place..<end, with: words.randomElement(using: &random) ?? [])
        default:
          // A number in the text becomes another one.
          guard let digit = bytes[place...].firstIndex(where: { (0x30...0x39).contains($0) }) else {
            continue
          }
          bytes.replaceSubrange(digit...digit, with: words.randomElement(using: &random) ?? [])
        }
      }
      let findings = MusicXMLValidator.findings(bytes)
      #expect(findings.count <= MusicXMLValidator.maximumFindings + 1, "seed \(seed) round \(round)")
      if let reading = try? MusicXMLReader.read(bytes, acceptsLoss: true) {
        _ = try? MusicXMLWriter.text(of: reading.score)
        _ = try? MIDIWriter.bytes(of: reading.score)
        _ = KernWriter.write(reading.score)
      }
    }
  }
}
