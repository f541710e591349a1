import Foundation
import Testing
import TaskProtocol
import TestSupport

import MusicDomain

@Suite struct MusicXMLValidatorTests {
  @Test func `measure`() throws {
    guard let list = ProcessInfo.processInfo.environment["COPYIST_PROBE"] else { return }
    for path in try String(contentsOfFile: list, encoding: .utf8).split(separator: "\n") {
      let bytes = try readBytes(String(path))
      let start = Date()
      let findings = MusicXMLValidator.findings(bytes)
      print("FILE", path, bytes.count, -start.timeIntervalSinceNow)
      for finding in findings {
        print(" ", finding.severity.rawValue, finding.line ?? 0, finding.code, finding.message)
      }
    }
  }
}
