import CLibXML2
import Foundation

/// Owns libxml2's form of a schema.
///
/// It is written once, in its initialiser; validating reads it, one thread at a time, because libxml2
/// makes no promise about two.
final class CompiledSchema: @unchecked Sendable {
  private enum Pointer {
    case relaxNG(xmlRelaxNGPtr)
    case xsd(xmlSchemaPtr)
  }

  private let pointer: Pointer
  private let validating = Lock<Void>(())

  /// Compiles a schema; `nil` when libxml2 refuses it, and the collector knows why.
  init?(
    language: MarkupSchema.Language,
    bytes: [UInt8],
    path: String?,
    collector: DiagnosticCollector
  ) {
    let context = Unmanaged.passUnretained(collector).toOpaque()
    guard let count = Int32(exactly: bytes.count) else { return nil }
    // libxml2 takes the path for an address and decodes it.
    let path = path.map { $0.contains("%") ? $0.replacingOccurrences(of: "%", with: "%25") : $0 }
    let compiled: Pointer? = bytes.withUnsafeBytes { raw in
      let text = raw.bindMemory(to: CChar.self).baseAddress
      switch language {
      case .relaxNG:
        let parser =
          path.map { xmlRelaxNGNewParserCtxt($0) } ?? xmlRelaxNGNewMemParserCtxt(text, count)
        guard let parser else { return nil }
        defer { xmlRelaxNGFreeParserCtxt(parser) }
        xmlRelaxNGSetParserStructuredErrors(parser, DiagnosticCollector.callback, context)
        return xmlRelaxNGParse(parser).map { .relaxNG($0) }
      case .xsd:
        let parser =
          path.map { xmlSchemaNewParserCtxt($0) } ?? xmlSchemaNewMemParserCtxt(text, count)
        guard let parser else { return nil }
        defer { xmlSchemaFreeParserCtxt(parser) }
        xmlSchemaSetParserStructuredErrors(parser, DiagnosticCollector.callback, context)
        return xmlSchemaParse(parser).map { .xsd($0) }
      }
    }
    guard let compiled else { return nil }
    pointer = compiled
  }

  deinit {
    switch pointer {
    case .relaxNG(let schema): xmlRelaxNGFree(schema)
    case .xsd(let schema): xmlSchemaFree(schema)
    }
  }

  /// Validates a document.
  func validate(_ document: xmlDocPtr, collector: DiagnosticCollector) {
    validating.withLock { _ in validateAlone(document, collector: collector) }
  }

  private func validateAlone(_ document: xmlDocPtr, collector: DiagnosticCollector) {
    let context = Unmanaged.passUnretained(collector).toOpaque()
    switch pointer {
    case .relaxNG(let schema):
      guard let validator = xmlRelaxNGNewValidCtxt(schema) else { return }
      defer { xmlRelaxNGFreeValidCtxt(validator) }
      xmlRelaxNGSetValidStructuredErrors(validator, DiagnosticCollector.callback, context)
      collector.result = xmlRelaxNGValidateDoc(validator, document)
    case .xsd(let schema):
      guard let validator = xmlSchemaNewValidCtxt(schema) else { return }
      defer { xmlSchemaFreeValidCtxt(validator) }
      xmlSchemaSetValidStructuredErrors(validator, DiagnosticCollector.callback, context)
      collector.result = xmlSchemaValidateDoc(validator, document)
    }
  }
}

/// Gathers what libxml2 says while it reads a schema or validates with one.
final class DiagnosticCollector {
  private var collected: [MarkupDiagnostic] = []
  /// Positions of the document's nodes; a node's private pointer is the index plus one.
  private let positions: [SourcePosition]
  /// libxml2's verdict: 0 valid, above 0 invalid, below 0 could not tell.
  var result: Int32 = 0

  /// Far more than anyone reads, and a bound on the memory that a broken document can take.
  private static let maximumCount = 1000

  init(positions: [SourcePosition] = []) {
    self.positions = positions
  }

  /// What was said; an invalid document always has an error.
  var diagnostics: [MarkupDiagnostic] {
    guard result != 0, !collected.contains(where: { $0.severity == .error }) else {
      return collected
    }
    let verdict = result > 0 ? "the schema refuses the document" : "the schema gave no verdict"
    return collected + [
      MarkupDiagnostic(
        severity: .error,
        origin: .schema,
        code: 0,
        message: verdict,
        position: positions.first
      )
    ]
  }

  static let callback: xmlStructuredErrorFunc = { context, error in
    guard let context, let error else { return }
    Unmanaged<DiagnosticCollector>.fromOpaque(context).takeUnretainedValue().add(error)
  }

  /// Runs a body whose errors without a context of their own come here too: libxml2 keeps that
  /// handler per thread.
  func collectingOnThisThread<Result>(_ body: () -> Result) -> Result {
    xmlSetStructuredErrorFunc(Unmanaged.passUnretained(self).toOpaque(), Self.callback)
    defer { xmlSetStructuredErrorFunc(nil, nil) }
    return body()
  }

  private func add(_ error: UnsafePointer<xmlError>) {
    guard collected.count < Self.maximumCount else { return }
    var position = error.pointee.line > 0 ? SourcePosition(line: Int(error.pointee.line)) : nil
    if let known = knownPosition(of: error.pointee.node) { position = known }
    collected.append(
      MarkupDiagnostic(
        severity: LibXML2.severity(error),
        origin: .schema,
        code: Int(error.pointee.code),
        message: LibXML2.message(error),
        position: position
      )
    )
  }

  /// The position of the nearest node that has one, from the node upwards.
  private func knownPosition(of pointer: UnsafeMutableRawPointer?) -> SourcePosition? {
    guard !positions.isEmpty else { return nil }
    var node = pointer?.assumingMemoryBound(to: xmlNode.self)
    while let current = node, current.pointee.type != XML_DOCUMENT_NODE {
      let index = Int(bitPattern: current.pointee._private) - 1
      if positions.indices.contains(index) { return positions[index] }
      node = current.pointee.parent
    }
    return nil
  }
}
