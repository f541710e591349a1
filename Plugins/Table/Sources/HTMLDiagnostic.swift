import TaskProtocol
import XMLValidation

extension Finding {
  /// What libxml2's HTML parser said, in our own words where they help.
  init(_ diagnostic: MarkupDiagnostic) {
    let (code, severity, message, suggestion) = Self.wording(of: diagnostic)
    self.init(
      code: code,
      severity: severity,
      message: message,
      line: diagnostic.position?.line,
      column: diagnostic.position?.column,
      suggestion: suggestion
    )
  }

  private static func wording(
    of diagnostic: MarkupDiagnostic
  ) -> (code: String, severity: Severity, message: String, suggestion: String?) {
    let words = diagnostic.message.split(separator: " ").map(String.init)
    let sentence = diagnostic.message.prefix(1).uppercased() + diagnostic.message.dropFirst() + "."
    let severity: Severity = diagnostic.severity == .error ? .error : .warning
    switch (diagnostic.origin, diagnostic.code) {
    case (.encoding, _):
      return ("encoding", severity, sentence, "Save the file as UTF-8.")
    case (.limit, _):
      return ("input-limit", severity, sentence, nil)
    case (.schema, _):
      return ("schema", severity, sentence, nil)
    case (_, 76) where diagnostic.message.hasPrefix("Unexpected end tag"):
      return (
        "html-end-tag", .error, "The end tag </\(words.last ?? "")> closes nothing.", "Remove it."
      )
    case (_, 76) where words.count >= 3:
      return (
        "html-end-tag", .error,
        "The end tag </\(words[words.count - 3])> comes while <\(words[words.count - 1])> is open.",
        "Close elements in the reverse order of opening them."
      )
    case (.parser, 1) where diagnostic.message.hasPrefix("Excessive depth"):
      return (
        "input-limit", .error,
        "Elements stand more than 256 deep within each other; the rest was not read.", nil
      )
    case (_, 42) where words.count >= 2:
      return (
        "html-duplicate-attribute", .error,
        "The attribute \(words[1]) is given twice; the first one counts.", "Remove the second one."
      )
    case (_, 801) where words.count >= 2:
      return ("html-unknown-element", .error, "<\(words[1])> is not an HTML element.", nil)
    case (_, 23), (_, 68):
      return (
        "html-ampersand", .warning, "An ampersand that starts no character reference.",
        "Write &amp;."
      )
    case (_, MarkupDiagnostic.unclosedElement):
      return ("html-unclosed", .error, sentence, "Add the end tag; the text may be cut off.")
    default:
      return ("html-syntax", severity, sentence, nil)
    }
  }
}
