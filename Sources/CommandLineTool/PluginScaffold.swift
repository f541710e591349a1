/// The files of a new domain: a plugin that reads the digits of a meter, which passes the conformance
/// kit before anything is changed.
package struct PluginScaffold {
  /// The folder's name under `Plugins`, such as `Chess`.
  package let name: String

  package init(name: String) {
    self.name = name
  }

  /// The task's name on the command line: `BarCode` is `bar-code`.
  package var task: String {
    var text = ""
    for character in name {
      if character.isUppercase, !text.isEmpty { text.append("-") }
      text += character.lowercased()
    }
    return text
  }

  /// Whether a name makes a Swift type and a task name: a capital letter, then ASCII letters.
  package static func isName(_ name: String) -> Bool {
    guard let first = name.utf8.first, (0x41...0x5A).contains(first) else { return false }
    return name.utf8.allSatisfy { (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) }
  }

  /// A file of the domain.
  package struct File: Equatable {
    /// Path under `Plugins/<name>`.
    package let path: String
    /// What it holds.
    package let text: String
  }

  /// Every file, in the order in which one reads them.
  package var files: [File] {
    [
      File(path: "README.md", text: readme),
      File(path: "Sources/\(name)Plugin.swift", text: plugin),
      File(path: "Sources/\(name)Document.swift", text: document),
      File(path: "Tests/\(name)PluginTests.swift", text: tests),
      File(path: "Fixtures/accept.txt", text: accept),
      File(path: "Fixtures/reject.txt", text: reject),
    ]
  }

  /// What remains to be done by hand.
  var instructions: String {
    """
    Two lines make it part of the tool:

      Package.swift, in the list of domains:        "\(name)": [],
      Sources/copyist/Copyist.swift, in the array:  \(name)Plugin(),   (and: import \(name)Domain)

    Then:

      swift test -c release --filter \(name)DomainTests
      swift run -c release copyist plugin check \(task)

    docs/WritingADomain.md goes on from here.
    """
  }

  private var readme: String {
    """
    # \(name)

    Reads the digits of a meter: one to ten digits, at most one decimal point between them.

        copyist transcribe \(task) image.png
        copyist validate \(task) readings.txt
        copyist plugin check \(task)

    """
  }

  private var plugin: String {
    #"""
    public import OutputConstraints
    public import TaskProtocol

    /// Reads the digits of a meter.
    public struct \#(name)Plugin: TaskPlugin {
      /// The plugin; it holds no state.
      public init() {}

      /// Prompt `\#(task)`, images padded to a square, at most 16 tokens.
      public var manifest: TaskManifest {
        TaskManifest(
          id: "\#(task)",
          version: "0.1.0",
          title: "Meters to digits",
          summary: "Transcribes the digits of a meter.",
          promptPrefix: "\#(task)",
          imagePolicy: .pad,
          maximumTokens: 16
        )
      }

      /// Reads what the model wrote.
      public func parse(_ text: String) throws(ParseFailure) -> \#(name)Document {
        guard let document = \#(name)Document(text) else {
          throw ParseFailure(findings: [
            Finding(
              code: "not-a-reading",
              severity: .error,
              message: "Expected one to ten digits with at most one point between them, found "
                + "\"\(text.prefix(40))\".",
              suggestion: "Write it as 12345 or 123.45."
            )
          ])
        }
        return document
      }

      /// Checks a model's output, or a file from any tool with a reading a line.
      public func validate(_ source: ValidationSource) throws(SchemaFailure) -> [Finding] {
        if let path = source.schemaPath {
          throw SchemaFailure(path: path, reason: "readings have no schema; leave out --schema")
        }
        let text = String(decoding: source.bytes, as: UTF8.self)
        guard source.origin == .file else { return findings(in: text, line: nil, path: nil) }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: true)
        return lines.enumerated().flatMap { index, line in
          findings(in: String(line), line: index + 1, path: source.path)
        }
      }

      private func findings(in text: String, line: Int?, path: String?) -> [Finding] {
        do throws(ParseFailure) {
          _ = try parse(text)
          return []
        } catch {
          return error.findings.map { finding in
            var finding = finding
            (finding.line, finding.path) = (line, path)
            return finding
          }
        }
      }

      /// Plain text.
      public var exporters: [Exporter<\#(name)Document>] {
        [
          Exporter(
            name: "text",
            fileExtension: "txt",
            mediaType: "text/plain",
            summary: "The digits as they were read.",
            write: { $0.digits + "\n" }
          )
        ]
      }

      /// The readings that ``parse(_:)`` takes.
      public var constraint: (any OutputConstraint)? { Self.language }

      /// One shape per place of the point, so that there are never more than ten digits.
      private static let language: RegularConstraint? = {
        let digit = RegularLanguage.oneByte(of: ByteSet(UInt8(ascii: "0")...UInt8(ascii: "9")))
        var language = digit.repeated(1...10)
        for whole in 1...9 {
          let parts = RegularLanguage.sequence(
            digit.repeated(whole...whole),
            .literal("."),
            digit.repeated(1...(10 - whole))
          )
          language = .choice(language, parts)
        }
        return try? RegularConstraint(language)
      }()

      /// Whether every digit is right.
      public var metrics: [TaskMetric] {
        [
          TaskMetric(
            name: "exact",
            summary: "1 where prediction and reference are the same text, 0 elsewhere.",
            score: { $0 == $1 ? 1 : 0 }
          )
        ]
      }
    }

    """#
  }

  private var document: String {
    #"""
    /// What stands on a meter.
    public struct \#(name)Document: Codable, Equatable, Sendable {
      /// One to ten digits, at most one decimal point between them.
      public let digits: String

      /// A reading; `nil` when the text is none.
      public init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }),
          parts.joined().utf8.count <= 10,
          parts.joined().utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        digits = text
      }
    }

    """#
  }

  private var tests: String {
    #"""
    import Foundation
    import \#(name)Domain
    import TaskProtocolTesting
    import Testing

    @Suite struct \#(name)PluginTests {
      @Test func `the plugin passes the conformance kit`() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
          .appending(path: "../Fixtures").standardized
        let certificate = try checkConformance(
          of: \#(name)Plugin(),
          fixtures: ConformanceFixtures(directory: folder.path(percentEncoded: false)),
          options: ConformanceOptions(walks: 300, decodes: 300)
        )
        #expect(certificate.passed, "\(certificate.summary)")
      }
    }

    """#
  }

  private var accept: String {
    [
      "0", "7", "42", "000123", "1234567890", "0.5", "12.75", "123456789.0", "1.234567891",
      "99999.9",
      "31415.92",
    ].joined(separator: "\n") + "\n"
  }

  private var reject: String {
    [
      "x", "12a", "1.2.3", ".5", "5.", "12345678901", "1 2", "-3", "1,5", "\\n", "12.75 ", "1..2",
    ].joined(separator: "\n") + "\n"
  }
}
