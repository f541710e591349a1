import CLibXML2

/// Makes a libxml2 document of an element; whoever asked frees it.
struct DocumentBuilder {
  let document: xmlDocPtr?
  /// Positions of elements; a node's private pointer is the index plus one.
  private(set) var positions: [SourcePosition] = []

  init(_ root: MarkupElement) {
    document = xmlNewDoc("1.0")
    guard document != nil else { return }
    // Each entry is linked to its parent when it is taken from the stack, so the content of an
    // element is pushed in reverse.
    var pending: [(content: MarkupContent, parent: xmlNodePtr?)] = [(.element(root), nil)]
    while let (content, parent) = pending.popLast() {
      switch content {
      case .text(let text, _):
        guard let parent, let node = xmlNewDocText(document, text) else { continue }
        xmlAddChild(parent, node)
      case .element(let element):
        guard let node = add(element, to: parent) else { continue }
        pending += element.content.reversed().map { ($0, node) }
      }
    }
  }

  private mutating func add(_ element: MarkupElement, to parent: xmlNodePtr?) -> xmlNodePtr? {
    guard let node = xmlNewDocNode(document, nil, element.name, nil) else { return nil }
    if let parent {
      xmlAddChild(parent, node)
    } else {
      xmlDocSetRootElement(document, node)
    }
    if let name = element.namespace {
      xmlSetNs(node, xmlSearchNsByHref(document, node, name) ?? xmlNewNs(node, name, nil))
    }
    for (index, attribute) in element.attributes.enumerated() {
      if let name = attribute.namespace {
        let namespace =
          name == "http://www.w3.org/XML/1998/namespace"
          ? xmlSearchNs(document, node, "xml") : xmlNewNs(node, name, "a\(index)")
        xmlNewNsProp(node, namespace, attribute.name, attribute.value)
      } else {
        xmlNewProp(node, attribute.name, attribute.value)
      }
    }
    positions.append(element.position)
    node.pointee._private = UnsafeMutableRawPointer(bitPattern: positions.count)
    return node
  }
}
