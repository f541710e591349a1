import CLibXML2

/// What one run of a parser learns besides the tree; libxml2's callbacks find it through the parser
/// context's private pointer, so that runs on several threads do not meet.
final class ParserSession {
  let bytes: [UInt8]
  let limits: MarkupLimits
  private(set) var diagnostics: [MarkupDiagnostic] = []
  private(set) var droppedDiagnostics = 0
  /// Positions of nodes; a node's private pointer is the index plus one.
  private(set) var positions: [NodePosition] = []

  struct NodePosition {
    var position: SourcePosition
    var isImplied: Bool
  }

  /// Whether the document has more elements than the limits allow, so that its tree ends midway.
  private(set) var hasTooManyElements = false
  private var elementCount = 0

  private var lines = LineCounter()
  /// Where the last start tag ended; the next one comes after it.
  private var searchStart = 0

  init(bytes: [UInt8], limits: MarkupLimits) {
    self.bytes = bytes
    self.limits = limits
  }

  /// The session of a parser context.
  static func of(_ context: UnsafeMutableRawPointer?) -> (xmlParserCtxtPtr, ParserSession)? {
    guard let parser = context?.assumingMemoryBound(to: xmlParserCtxt.self),
      let session = parser.pointee._private
    else { return nil }
    return (parser, Unmanaged<ParserSession>.fromOpaque(session).takeUnretainedValue())
  }

  /// Makes a parser context report to this session, which must outlive it.
  func attach(to parser: xmlParserCtxtPtr) {
    parser.pointee._private = Unmanaged.passUnretained(self).toOpaque()
    guard let handler = parser.pointee.sax else { return }
    // libxml2 looks at a context's own error handler only when the table of callbacks has this mark,
    // which its HTML parser does not set.
    handler.pointee.initialized = UInt32(XML_SAX2_MAGIC)
    handler.pointee.serror = { context, error in
      guard let error, let (_, session) = ParserSession.of(context) else { return }
      session.add(
        MarkupDiagnostic(
          severity: LibXML2.severity(error),
          origin: .parser,
          code: Int(error.pointee.code),
          message: LibXML2.message(error),
          position: SourcePosition(
            line: max(1, Int(error.pointee.line)),
            column: error.pointee.int2 > 0 ? Int(error.pointee.int2) : nil
          )
        )
      )
    }
    handler.pointee.startElement = { context, name, attributes in
      guard ParserSession.countElement(context) else { return }
      xmlSAX2StartElement(context, name, attributes)
      ParserSession.locateElement(context)
    }
    handler.pointee.startElementNs = {
      guard ParserSession.countElement($0) else { return }
      xmlSAX2StartElementNs($0, $1, $2, $3, $4, $5, $6, $7, $8)
      ParserSession.locateElement($0)
    }
    handler.pointee.endElement = { context, name in
      ParserSession.checkEnd(context)
      xmlSAX2EndElement(context, name)
    }
    handler.pointee.characters = { context, text, count in
      xmlSAX2Characters(context, text, count)
      ParserSession.locateText(context, byteCount: Int(count))
    }
  }

  func add(_ diagnostic: MarkupDiagnostic) {
    guard diagnostics.count < limits.maximumDiagnostics else {
      droppedDiagnostics += 1
      return
    }
    diagnostics.append(diagnostic)
  }

  /// Stops the parser before the first element past the limit; whether this one is within it.
  private static func countElement(_ context: UnsafeMutableRawPointer?) -> Bool {
    guard let (parser, session) = of(context) else { return true }
    session.elementCount += 1
    let limit = session.limits.maximumElements
    guard session.elementCount > limit else { return true }
    if !session.hasTooManyElements {
      session.hasTooManyElements = true
      session.add(
        MarkupDiagnostic(
          severity: .error,
          origin: .limit,
          code: 0,
          message: "more than \(limit) elements; the document is not read",
          position: SourcePosition(line: max(1, Int(xmlSAX2GetLineNumber(context))))
        )
      )
    }
    xmlStopParser(parser)
    return false
  }

  private static func locateElement(_ context: UnsafeMutableRawPointer?) {
    guard let (parser, session) = of(context), let node = parser.pointee.node,
      node.pointee._private == nil, let name = node.pointee.name
    else { return }
    session.locateElement(node, name: name, offset: byteOffset(of: parser), parser: parser)
  }

  private static func locateText(_ context: UnsafeMutableRawPointer?, byteCount: Int) {
    guard let (parser, session) = of(context), let parent = parser.pointee.node,
      let node = parent.pointee.last, node.pointee._private == nil,
      node.pointee.type == XML_TEXT_NODE
    else { return }
    session.locateText(node, end: byteOffset(of: parser), byteCount: byteCount)
  }

  /// libxml2 closes what is open at the end of the text and says nothing; elements whose end tag HTML
  /// requires are reported.
  private static func checkEnd(_ context: UnsafeMutableRawPointer?) {
    guard let (parser, session) = of(context), byteOffset(of: parser) >= session.bytes.count,
      let node = parser.pointee.node, let nodeName = node.pointee.name
    else { return }
    let name = String(cString: nodeName)
    let place = session.position(of: node)
    guard !place.isImplied, !HTMLNames.mayLackEndTag.contains(name),
      !session.textEnds(withEndTag: name)
    else { return }
    session.add(
      MarkupDiagnostic(
        severity: .error,
        origin: .parser,
        code: MarkupDiagnostic.unclosedElement,
        message: "<\(name)> is not closed",
        position: place.position
      )
    )
  }

  private func textEnds(withEndTag name: String) -> Bool {
    var end = bytes.count
    while end > 0, bytes[end - 1] <= 0x20 { end -= 1 }
    guard end > 0, bytes[end - 1] == UInt8(ascii: ">") else { return false }
    end -= 1
    while end > 0, bytes[end - 1] <= 0x20 { end -= 1 }
    let wanted = Array("</\(name)".utf8)
    return end >= wanted.count
      && zip(bytes[(end - wanted.count)..<end], wanted).allSatisfy {
        $0 == $1 || ((0x41...0x5A).contains($0) && $0 | 0x20 == $1)
      }
  }

  /// How many bytes of the UTF-8 text the parser has read.
  private static func byteOffset(of parser: xmlParserCtxtPtr) -> Int {
    guard let input = parser.pointee.input, let current = input.pointee.cur,
      let base = input.pointee.base
    else { return 0 }
    return Int(clamping: input.pointee.consumed) + (current - base)
  }

  /// Looks for the `<` of the start tag that the parser has just read, from the end of the last one.
  private func locateElement(
    _ node: xmlNodePtr,
    name: UnsafePointer<xmlChar>,
    offset: Int,
    parser: xmlParserCtxtPtr
  ) {
    var wanted: [UInt8] = []
    if let prefix = node.pointee.ns?.pointee.prefix {
      wanted = Array(String(cString: prefix).utf8) + [UInt8(ascii: ":")]
    }
    wanted += Array(String(cString: name).utf8)
    let end = min(offset, bytes.count)
    var index = searchStart
    while index < end {
      if bytes[index] == UInt8(ascii: "<") {
        if isTag(at: index, wanted) {
          searchStart = end
          record(node, lines.position(of: index, in: bytes), isImplied: false)
          return
        }
        if bytes[index...].starts(with: "<!--".utf8) {
          index = endOfComment(at: index, before: end)
          continue
        }
      }
      index += 1
    }
    record(node, lines.position(of: searchStart, in: bytes), isImplied: true)
    // A flood of implied elements must not search the same bytes again and again; the tag that
    // implied this one is near.
    searchStart = max(searchStart, end - 512)
  }

  private func endOfComment(at start: Int, before end: Int) -> Int {
    var index = start + 4
    while index < end, !bytes[index...].starts(with: "-->".utf8) { index += 1 }
    return index + 3
  }

  private func isTag(at index: Int, _ name: [UInt8]) -> Bool {
    let start = index + 1
    guard start + name.count <= bytes.count else { return false }
    for (offset, letter) in name.enumerated() {
      let found = bytes[start + offset]
      let lowered = (0x41...0x5A).contains(found) ? found | 0x20 : found
      guard found == letter || lowered == letter else { return false }
    }
    guard start + name.count < bytes.count else { return true }
    let next = bytes[start + name.count]
    return next <= 0x20 || next == UInt8(ascii: ">") || next == UInt8(ascii: "/")
  }

  /// The text's first visible character, as well as the parser lets one know: entities before it
  /// shift the column.
  private func locateText(_ node: xmlNodePtr, end: Int, byteCount: Int) {
    var start = max(searchStart, min(end, bytes.count) - byteCount)
    while start < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[start]) { start += 1 }
    record(node, lines.position(of: start, in: bytes), isImplied: false)
  }

  private func record(_ node: xmlNodePtr, _ position: SourcePosition, isImplied: Bool) {
    positions.append(NodePosition(position: position, isImplied: isImplied))
    node.pointee._private = UnsafeMutableRawPointer(bitPattern: positions.count)
  }
}
