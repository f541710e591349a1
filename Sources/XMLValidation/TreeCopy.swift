import CLibXML2

extension ParserSession {
  /// Copies an element and everything in it; nesting is bounded by libxml2's own limit of 256, and a
  /// stack of our own is kept all the same.
  func copy(_ root: xmlNodePtr) -> MarkupElement {
    var open: [(element: MarkupElement, next: xmlNodePtr?)] = []
    open.append((start(root), root.pointee.children))
    while true {
      guard let node = open[open.count - 1].next else {
        let done = open.removeLast().element
        guard !open.isEmpty else { return done }
        open[open.count - 1].element.content.append(.element(done))
        continue
      }
      open[open.count - 1].next = node.pointee.next
      switch node.pointee.type {
      case XML_ELEMENT_NODE:
        open.append((start(node), node.pointee.children))
      case XML_TEXT_NODE, XML_CDATA_SECTION_NODE:
        guard let text = node.pointee.content else { continue }
        append(String(cString: text), of: node, to: &open[open.count - 1].element)
      case XML_ENTITY_REF_NODE:
        reportEntity(node, at: open[open.count - 1].element.position)
      default:
        continue
      }
    }
  }

  private func reportEntity(_ node: xmlNodePtr, at position: SourcePosition) {
    let name = node.pointee.name.map { String(cString: $0) } ?? ""
    add(
      MarkupDiagnostic(
        severity: .warning,
        origin: .parser,
        code: MarkupDiagnostic.entityNotReplaced,
        message: "the entity &\(name); is not replaced, its text is left out",
        position: position
      )
    )
  }

  private func append(_ text: String, of node: xmlNodePtr, to element: inout MarkupElement) {
    // A comment between two texts is left out, and they become one.
    if case .text(let before, let position) = element.content.last {
      element.content[element.content.count - 1] = .text(before + text, position)
    } else {
      element.content.append(.text(text, position(of: node).position))
    }
  }

  private func start(_ node: xmlNodePtr) -> MarkupElement {
    let place = position(of: node)
    return MarkupElement(
      name: node.pointee.name.map { String(cString: $0) } ?? "",
      namespace: node.pointee.ns?.pointee.href.map { String(cString: $0) },
      attributes: attributes(of: node, at: place.position),
      position: place.position,
      isImplied: place.isImplied
    )
  }

  private func attributes(of node: xmlNodePtr, at place: SourcePosition) -> [MarkupAttribute] {
    var attributes: [MarkupAttribute] = []
    var next = node.pointee.properties
    while let attribute = next {
      next = attribute.pointee.next
      guard let name = attribute.pointee.name else { continue }
      // libxml2's own function for this replaces entities within entities, without a limit.
      var value = ""
      var piece = attribute.pointee.children
      while let current = piece {
        piece = current.pointee.next
        switch current.pointee.type {
        case XML_ENTITY_REF_NODE: reportEntity(current, at: place)
        default: value += current.pointee.content.map { String(cString: $0) } ?? ""
        }
      }
      attributes.append(
        MarkupAttribute(
          name: String(cString: name),
          namespace: attribute.pointee.ns?.pointee.href.map { String(cString: $0) },
          value: value
        )
      )
    }
    return attributes
  }

  /// The recorded position of a node, or libxml2's line number, which ends at 65535.
  func position(of node: xmlNodePtr) -> NodePosition {
    let index = Int(bitPattern: node.pointee._private) - 1
    if positions.indices.contains(index) { return positions[index] }
    return NodePosition(
      position: SourcePosition(line: max(1, Int(node.pointee.line))),
      isImplied: false
    )
  }
}
