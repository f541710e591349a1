import Foundation
import MoleculeDomain
import TaskProtocol
import Testing

/// Inputs made to take long or to trap; each must be answered within a few seconds.
@Suite struct HostileInputTests {
  private let plugin = MoleculePlugin()

  private static let strings: [String] = [
    String(repeating: "C(", count: 32_000), String(repeating: ")", count: 60_000),
    String(repeating: "c1cccc1", count: 9000), String(repeating: "c1", count: 32_000),
    "[U]1" + String(repeating: "(C1)1", count: 12_000), String(repeating: "*1*1", count: 16_000),
    String(repeating: "[", count: 60_000), String(repeating: "C%", count: 30_000),
    "C" + String(repeating: "%(99999)", count: 8000), String(repeating: "C.", count: 30_000) + "C",
    "c1" + String(repeating: "c", count: 60_000) + "1", String(repeating: "[R999]", count: 10_000),
    "c1" + String(repeating: "cccc2ccccc2", count: 5000) + "1",
    "[" + String(repeating: "9", count: 60_000) + "C]",
    "[C+" + String(repeating: "1", count: 60_000),
    String(repeating: "C1CC", count: 10_000), String(repeating: "N(=O)=O", count: 9000),
    "\u{0}", "C\u{0}C", "Ç", String(repeating: "C", count: 70_000),
  ]

  @Test(arguments: strings)
  func `a hostile string gets an answer`(text: String) throws {
    let start = ContinuousClock.now
    for source in [
      ValidationSource(modelOutput: text),
      ValidationSource(bytes: Array(text.utf8), origin: .file, path: "a.smi"),
      ValidationSource(bytes: Array(text.utf8), origin: .file, path: "a.sdf"),
    ] {
      _ = try plugin.validate(source)
    }
    _ = plugin.parts(of: text)
    if let document = try? plugin.parse(text) {
      for exporter in plugin.exporters where document.atoms.count < 500 {
        _ = try? exporter.write(document)
      }
    }
    #expect(ContinuousClock.now - start < .seconds(60), "\(text.prefix(40))")
  }

  @Test func `mutated strings are never a trap`() throws {
    var generator = SplitMix(seed: 11)
    let strings = try String(contentsOfFile: fixture("accept.txt"), encoding: .utf8)
      .split(separator: "\n").filter { !$0.hasPrefix("# ") }.map { Array($0.utf8) }
    for index in 0..<3000 {
      guard var bytes = strings.randomElement(using: &generator) else { continue }
      for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch generator.next() % 3 {
        case 0: bytes[place] = UInt8.random(in: 0x20...0x7E, using: &generator)
        case 1: bytes.remove(at: place)
        default:
          let other = strings.randomElement(using: &generator) ?? []
          bytes.insert(contentsOf: other.prefix(8), at: place)
        }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      _ = try plugin.validate(ValidationSource(bytes: bytes, origin: .file))
      guard let document = try? plugin.parse(text) else { continue }
      #expect(plugin.parts(of: text).count == document.atoms.count)
      if index % 16 == 0 {
        for exporter in plugin.exporters { _ = try? exporter.write(document) }
      }
    }
  }
}
