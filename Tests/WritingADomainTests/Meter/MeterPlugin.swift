public import OutputConstraints
public import TaskProtocol

/// Reads the digits of a meter.
public struct MeterPlugin: TaskPlugin {
  /// The plugin; it holds no state.
  public init() {}

  /// Prompt `meter`, images padded to a square, at most 16 tokens.
  public var manifest: TaskManifest {
    TaskManifest(
      id: "meter",
      version: "0.1.0",
      title: "Meters to digits",
      summary: "Transcribes the digits of a meter.",
      promptPrefix: "meter",
      imagePolicy: .pad,
      maximumTokens: 16
    )
  }

  /// Reads what the model wrote.
  public func parse(_ text: String) throws(ParseFailure) -> MeterDocument {
    guard let document = MeterDocument(text) else {
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
  public var exporters: [Exporter<MeterDocument>] {
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
