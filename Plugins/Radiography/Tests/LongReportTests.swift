import RadiographyDomain
import TaskProtocol
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct LongReportTests {
  /// Found by fuzzing: each mention looked at every word about the course in time, 3 s for 35 kB.
  @Test func `the time of a report grows with its length`() throws {
    func seconds(_ repetitions: Int) throws -> Double {
      let phrase = "effusion unchanged and clear lungs with "
      let sentence = String(repeating: phrase, count: repetitions)
      let text = "FINDINGS: \(sentence)no nodule.\nIMPRESSION: No acute process."
      let start = clock()
      _ = try RadiographyPlugin().validate(
        ValidationSource(bytes: Array(text.utf8), origin: .file, path: "-")
      )
      return Double(clock() - start) / Double(CLOCKS_PER_SEC)
    }
    _ = try seconds(10)
    let short = try seconds(400)
    let long = try seconds(3200)
    // Eight times the length: eight times the time, or sixty-four.
    #expect(long < 30 * max(short, 0.005), "\(short) s, then \(long) s")
  }
}
