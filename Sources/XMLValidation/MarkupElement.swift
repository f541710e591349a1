/// An element of an HTML or XML document, copied out of the parser.
package struct MarkupElement: Equatable, Sendable {
  /// Local name; HTML names are lower-case.
  package var name: String
  /// Namespace name, `nil` for HTML and for elements in no namespace.
  package var namespace: String?
  /// Attributes in the order of the text; of two with one name the parser keeps the first.
  package var attributes: [MarkupAttribute]
  /// Elements and text in the order of the text; comments and processing instructions are left out.
  package var content: [MarkupContent]
  /// Where the start tag's `<` stands.
  package var position: SourcePosition
  /// Whether the parser added the element, so that the text holds no start tag for it.
  package var isImplied: Bool

  /// An element.
  package init(
    name: String,
    namespace: String? = nil,
    attributes: [MarkupAttribute] = [],
    content: [MarkupContent] = [],
    position: SourcePosition,
    isImplied: Bool = false
  ) {
    self.name = name
    self.namespace = namespace
    self.attributes = attributes
    self.content = content
    self.position = position
    self.isImplied = isImplied
  }

  /// The value of an attribute in no namespace.
  package subscript(attribute name: String) -> String? {
    attributes.first { $0.name == name && $0.namespace == nil }?.value
  }

  /// The child elements.
  package var elements: [MarkupElement] {
    content.compactMap { if case .element(let element) = $0 { element } else { nil } }
  }
}

/// An attribute of an element.
package struct MarkupAttribute: Equatable, Sendable {
  /// Local name.
  package var name: String
  /// Namespace name, `nil` without a prefix.
  package var namespace: String?
  /// The value with its entities replaced.
  package var value: String

  /// An attribute.
  package init(name: String, namespace: String? = nil, value: String) {
    self.name = name
    self.namespace = namespace
    self.value = value
  }
}

/// What stands in an element.
package enum MarkupContent: Equatable, Sendable {
  /// A child.
  case element(MarkupElement)
  /// Characters with their entities replaced, and about where they start.
  case text(String, SourcePosition)
}
