import CLibXML2

/// A parsed HTML or XML document and what the parser said about it.
package struct MarkupDocument: Equatable, Sendable {
  /// The outermost element, `nil` when there is none to be found.
  package let root: MarkupElement?
  /// What the parser said, in the order of the text.
  package let diagnostics: [MarkupDiagnostic]

  /// Parses HTML the way libxml2 repairs it: nothing is refused, everything odd is reported.
  ///
  /// Nothing is loaded from anywhere. Names that libxml2 does not know and HTML does, such as
  /// `<section>`, are not reported.
  package static func html(
    _ bytes: [UInt8],
    limits: MarkupLimits = MarkupLimits()
  ) -> MarkupDocument {
    parse(bytes, isHTML: true, limits: limits) { text, session in
      guard let parser = htmlNewParserCtxt() else { return nil }
      defer { htmlFreeParserCtxt(parser) }
      session.attach(to: parser)
      let options = HTML_PARSE_NONET.rawValue | HTML_PARSE_RECOVER.rawValue
      return text.withMemoryRebound(to: CChar.self) {
        htmlCtxtReadMemory(
          parser,
          $0.baseAddress,
          Int32($0.count),
          nil,
          "UTF-8",
          Int32(options)
        )
      }
    }
  }

  /// Parses XML; a document that is not well-formed has diagnostics and no root.
  ///
  /// No DTD is loaded and no entity of the document's own is replaced, in text or in an attribute.
  package static func xml(
    _ bytes: [UInt8],
    limits: MarkupLimits = MarkupLimits()
  ) -> MarkupDocument {
    parse(bytes, isHTML: false, limits: limits) { text, session in
      guard let parser = xmlNewParserCtxt() else { return nil }
      defer { xmlFreeParserCtxt(parser) }
      session.attach(to: parser)
      return text.withMemoryRebound(to: CChar.self) {
        xmlCtxtReadMemory(
          parser,
          $0.baseAddress,
          Int32($0.count),
          nil,
          "UTF-8",
          Int32(XML_PARSE_NONET.rawValue)
        )
      }
    }
  }

  private static func parse(
    _ bytes: [UInt8],
    isHTML: Bool,
    limits: MarkupLimits,
    using read: (UnsafeBufferPointer<UInt8>, ParserSession) -> xmlDocPtr?
  ) -> MarkupDocument {
    _ = LibXML2.initialized
    guard bytes.count <= min(limits.maximumBytes, 1 << 30) else {
      let message = "\(bytes.count) bytes, more than the \(limits.maximumBytes) that are read"
      return MarkupDocument(
        root: nil,
        diagnostics: [
          MarkupDiagnostic(
            severity: .error,
            origin: .limit,
            code: 0,
            message: message,
            position: nil
          )
        ]
      )
    }
    let text = DecodedText(bytes, isHTML: isHTML)
    let session = ParserSession(bytes: text.bytes, limits: limits)
    for diagnostic in text.diagnostics { session.add(diagnostic) }
    guard !text.bytes.isEmpty else {
      return MarkupDocument(root: nil, diagnostics: session.allDiagnostics)
    }
    if let start = AttributeCount.tagBeyondMaximum(in: text.bytes) {
      var lines = LineCounter()
      session.add(
        MarkupDiagnostic(
          severity: .error,
          origin: .limit,
          code: 0,
          message: "a tag with more than \(AttributeCount.maximum) attributes; nothing was read",
          position: lines.position(of: start, in: text.bytes)
        )
      )
      return MarkupDocument(root: nil, diagnostics: session.allDiagnostics)
    }
    // The session is held by unretained pointers while libxml2 runs.
    return withExtendedLifetime(session) {
      let document = text.bytes.withUnsafeBufferPointer { read($0, session) }
      defer { xmlFreeDoc(document) }
      let root =
        session.hasTooManyElements
        ? nil : document.flatMap { xmlDocGetRootElement($0) }.map { session.copy($0) }
      let diagnostics = session.allDiagnostics
      return MarkupDocument(
        root: root,
        diagnostics: isHTML ? diagnostics.filter { !HTMLNames.isFalseAlarm($0) } : diagnostics
      )
    }
  }
}

extension ParserSession {
  /// The diagnostics, and one more when some were dropped.
  var allDiagnostics: [MarkupDiagnostic] {
    guard droppedDiagnostics > 0 else { return diagnostics }
    return diagnostics + [
      MarkupDiagnostic(
        severity: .warning,
        origin: .limit,
        code: 0,
        message: "\(droppedDiagnostics) further messages were left out",
        position: nil
      )
    ]
  }
}
