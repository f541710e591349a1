import CLibXML2
import Foundation

/// A compiled RELAX NG or W3C XML Schema.
package final class MarkupSchema: Sendable {
  /// The language that a schema is written in.
  package enum Language: String, Sendable {
    /// RELAX NG in its XML syntax.
    case relaxNG = "RELAX NG"
    /// W3C XML Schema 1.0.
    case xsd = "XML Schema"
  }

  /// The language, told from the schema's outermost element.
  package let language: Language
  private let compiled: CompiledSchema

  /// Reads a schema file; its includes may only be files in its folder and below.
  ///
  /// - Throws: ``MarkupSchemaError`` when the file cannot be read or is no usable schema.
  package convenience init(path: String) throws(MarkupSchemaError) {
    let bytes = try Self.read(path)
    try self.init(bytes: bytes, path: path, folder: SchemaFolder(of: path))
  }

  /// Compiles a schema that includes nothing.
  package convenience init(text: String) throws(MarkupSchemaError) {
    try self.init(bytes: Array(text.utf8), path: nil, folder: nil)
  }

  private init(
    bytes: [UInt8],
    path: String?,
    folder: SchemaFolder?
  ) throws(MarkupSchemaError) {
    _ = LibXML2.initialized
    let document = MarkupDocument.xml(bytes)
    guard let root = document.root else {
      throw MarkupSchemaError(
        reason: "not well-formed XML",
        diagnostics: document.diagnostics
      )
    }
    switch root.namespace {
    case "http://relaxng.org/ns/structure/1.0": language = .relaxNG
    case "http://www.w3.org/2001/XMLSchema": language = .xsd
    default:
      throw MarkupSchemaError(
        reason: "neither RELAX NG nor XML Schema: its outermost element is <\(root.name)> in "
          + (root.namespace.map { "the namespace \($0)" } ?? "no namespace"),
        diagnostics: []
      )
    }
    let language = self.language
    let collector = DiagnosticCollector()
    let schema = SchemaFolder.$current.withValue(folder) {
      collector.collectingOnThisThread {
        CompiledSchema(language: language, bytes: bytes, path: path, collector: collector)
      }
    }
    if let refused = folder?.refused.first {
      throw MarkupSchemaError(
        reason: "it includes \(refused), which is not a readable file in its folder",
        diagnostics: collector.diagnostics
      )
    }
    guard let schema else {
      throw MarkupSchemaError(
        reason: "not a usable \(language.rawValue) schema",
        diagnostics: collector.diagnostics
      )
    }
    compiled = schema
  }

  private static func read(_ path: String) throws(MarkupSchemaError) -> [UInt8] {
    let attributes: [FileAttributeKey: Any]
    do {
      attributes = try FileManager.default.attributesOfItem(
        atPath: (path as NSString).resolvingSymlinksInPath
      )
    } catch {
      throw MarkupSchemaError(reason: "no such file, or it may not be read", diagnostics: [])
    }
    guard attributes[.type] as? FileAttributeType == .typeRegular else {
      throw MarkupSchemaError(reason: "not a file", diagnostics: [])
    }
    guard let size = attributes[.size] as? Int, size <= SchemaFolder.maximumBytes else {
      throw MarkupSchemaError(
        reason: "larger than \(SchemaFolder.maximumBytes) bytes",
        diagnostics: []
      )
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw MarkupSchemaError(reason: "it may not be read", diagnostics: [])
    }
    return Array(data)
  }

  /// Validates an element and everything in it as a document of its own.
  ///
  /// - Returns: What the schema refuses, placed at the element that it speaks of.
  package func validate(_ element: MarkupElement) -> [MarkupDiagnostic] {
    // Rebuilt from values, so that one tree can be validated by any schema on any thread.
    let builder = DocumentBuilder(element)
    guard let document = builder.document else { return [] }
    defer { xmlFreeDoc(document) }
    let collector = DiagnosticCollector(positions: builder.positions)
    collector.collectingOnThisThread { compiled.validate(document, collector: collector) }
    return collector.diagnostics
  }
}

/// A schema that cannot be used.
package struct MarkupSchemaError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What is wrong, without the path.
  package let reason: String
  /// What libxml2 said, if it said something.
  package let diagnostics: [MarkupDiagnostic]

  /// The reason and the first diagnostic in one line.
  package var description: String {
    guard let first = diagnostics.first(where: { $0.severity == .error }) ?? diagnostics.first
    else { return reason }
    let line = first.position.map { " (line \($0.line))" } ?? ""
    return "\(reason): \(first.message)\(line)"
  }
}
