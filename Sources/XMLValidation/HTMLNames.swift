import CLibXML2

/// Element names that libxml2, which knows HTML 4, takes for mistakes.
enum HTMLNames {
  /// Elements of the HTML Standard, MathML Core and SVG 2 that HTML 4 does not have.
  static let newerElements: Set<String> = [
    "article", "aside", "audio", "bdi", "canvas", "data", "datalist", "details", "dialog",
    "figcaption", "figure", "footer", "header", "hgroup", "main", "mark", "meter", "nav", "output",
    "picture", "progress", "rp", "rt", "ruby", "search", "section", "slot", "source", "summary",
    "template", "time", "track", "video", "wbr",
    "annotation", "annotation-xml", "math", "merror", "mfrac", "mi", "mmultiscripts", "mn", "mo",
    "mover", "mpadded", "mphantom", "mprescripts", "mroot", "mrow", "ms", "mspace", "msqrt",
    "mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover",
    "semantics",
    "animate", "animatemotion", "animatetransform", "circle", "clippath", "defs", "desc", "ellipse",
    "feblend", "fecolormatrix", "fecomponenttransfer", "fecomposite", "feconvolvematrix",
    "fediffuselighting", "fedisplacementmap", "fedistantlight", "fedropshadow", "feflood",
    "fefunca", "fefuncb", "fefuncg", "fefuncr", "fegaussianblur", "feimage", "femerge",
    "femergenode", "femorphology", "feoffset", "fepointlight", "fespecularlighting", "fespotlight",
    "fetile", "feturbulence", "filter", "foreignobject", "g", "image", "line", "lineargradient",
    "marker", "mask", "metadata", "mpath", "path", "pattern", "polygon", "polyline",
    "radialgradient", "rect", "set", "stop", "svg", "switch", "symbol", "text", "textpath",
    "tspan", "use", "view",
  ]

  /// Elements that may end, or always end, without an end tag.
  static let mayLackEndTag: Set<String> = [
    "area", "base", "basefont", "body", "br", "caption", "col", "colgroup", "dd", "dt", "embed",
    "frame", "head", "hr", "html", "img", "input", "isindex", "li", "link", "meta", "optgroup",
    "option", "p", "param", "rp", "rt", "source", "tbody", "td", "tfoot", "th", "thead", "tr",
    "track", "wbr",
  ]

  /// Whether the diagnostic says that a name is unknown that HTML knows or allows: a custom element
  /// has a hyphen in its name.
  static func isFalseAlarm(_ diagnostic: MarkupDiagnostic) -> Bool {
    guard diagnostic.code == Int(XML_HTML_UNKNOWN_TAG.rawValue) else { return false }
    let words = diagnostic.message.split(separator: " ")
    guard words.count >= 2, words[0] == "Tag" else { return false }
    let name = words[1].lowercased()
    return newerElements.contains(name) || (name.contains("-") && name.first?.isLetter == true)
  }
}
