import Foundation
import RadiographyDomain
import TaskProtocol
import TestSupport
import Testing

/// Texts that nobody meant as a report: nothing may trap, and the work stays bounded.
@Suite struct HostileInputTests {
  private let plugin = RadiographyPlugin()

  @Test func `mutations of reports and of FHIR are findings, never a trap`() throws {
    let seed = UInt64(ProcessInfo.processInfo.environment["COPYIST_FUZZ_SEED"] ?? "") ?? 11
    let count = Int(ProcessInfo.processInfo.environment["COPYIST_FUZZ_RUNS"] ?? "") ?? 400
    var texts = try Files.lines("Fixtures/accept.txt").map {
      Array($0.replacing("\\n", with: "\n").utf8)
    }
    texts += ["several", "cut", "icu-lines", "sizes"].compactMap {
      (try? Files.text("Fixtures/Reports/\($0).txt")).map { Array($0.utf8) }
    }
    let document = try plugin.parse("FINDINGS: No effusion.\nIMPRESSION: No acute disease.")
    texts += try plugin.exporters.map { try $0.write(document) }
    let rules = Array(try Files.text("Rules/radiography.rules").utf8)
    var generator = SeededGenerator(seed: seed)
    func draw(_ limit: Int) -> Int { Int(generator.next() % UInt64(max(1, limit))) }
    for run in 0..<count {
      var bytes = texts[draw(texts.count)]
      for _ in 0...draw(6) where !bytes.isEmpty {
        let place = draw(bytes.count)
        switch draw(5) {
        case 0: bytes[place] = UInt8(draw(256))
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(UInt8(draw(256)), at: place)
        case 3: bytes.removeSubrange(place..<min(bytes.count, place + draw(40)))
        default:
          let other = texts[draw(texts.count)]
          bytes.insert(contentsOf: other.prefix(draw(other.count)), at: place)
        }
      }
      for origin in [ValidationSource.Origin.model, .file] {
        let source = ValidationSource(bytes: bytes, origin: origin, path: "fuzz-\(run)")
        for finding in try plugin.validate(source) {
          #expect(!finding.message.isEmpty && (finding.line ?? 1) >= 1, "seed \(seed), run \(run)")
        }
        _ = try? plugin.read(source)
      }
      let text = String(decoding: bytes, as: UTF8.self)
      _ = try? plugin.parse(text)
      for part in plugin.parts(of: text) { #expect(part.range.upperBound <= text.utf8.count) }
      if bytes.count <= 256, let repair = plugin.repair(text) {
        let errors = try plugin.validate(ValidationSource(modelOutput: repair.text))
          .filter { $0.severity == .error }
        #expect(errors.isEmpty, "seed \(seed), run \(run): \(repair.text.debugDescription)")
      }
      if run % 50 == 0 {
        var broken = rules
        for _ in 0..<5 { broken[draw(broken.count)] = UInt8(32 + draw(95)) }
        _ = EmbeddedData.problems(inRules: String(decoding: broken, as: UTF8.self))
      }
    }
  }

  @Test func `long and odd files are told apart from reports`() throws {
    func codes(_ bytes: [UInt8]) throws -> [String] {
      try plugin.validate(ValidationSource(bytes: bytes, origin: .file)).map(\.code)
    }
    #expect(
      try codes([]) == [
        "section-missing", "negative-unmentioned", "negative-unmentioned",
        "negative-unmentioned",
      ]
    )
    #expect(try codes([0x46, 0xFF, 0x0A]) == ["encoding"])
    #expect(try codes([UInt8](repeating: 0x20, count: 5 << 20)) == ["input-limit"])
    let clock = ContinuousClock()
    let many = Array(String(repeating: "Left effusion. No effusion. ", count: 40_000).utf8)
    let time = try clock.measure { _ = try codes(many) }
    #expect(time < .seconds(20), "\(time)")
    let deep = Array(String(repeating: "{\"resourceType\":", count: 100_000).utf8)
    #expect(try codes(deep).first == "json-syntax")
  }
}
