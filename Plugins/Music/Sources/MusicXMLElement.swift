import XMLValidation

extension MarkupElement {
  /// The first child with a name.
  func child(_ name: String) -> MarkupElement? {
    for case .element(let element) in content where element.name == name { return element }
    return nil
  }

  /// The children with a name.
  func children(_ name: String) -> [MarkupElement] {
    elements.filter { $0.name == name }
  }

  /// The element's own characters without white space at the ends.
  var text: String {
    var text = ""
    for case .text(let piece, _) in content { text += piece }
    guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last,
      Self.isSpace(first) || Self.isSpace(last)
    else { return text }
    let scalars = text.unicodeScalars.drop(while: Self.isSpace)
    let end = scalars.lastIndex { !Self.isSpace($0) }.map(scalars.index(after:))
    return String(scalars[..<(end ?? scalars.startIndex)])
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    [0x20, 0x09, 0x0A, 0x0D].contains(scalar.value)
  }

  /// The text of the first child with a name.
  func text(of name: String) -> String? { child(name)?.text }

  /// The integer in the first child with a name, `nil` where there is none or it is no integer.
  func integer(of name: String) -> Int? { text(of: name).flatMap { Int($0) } }
}

/// A decimal number of a MusicXML file, exact: `units` divided by a power of ten.
struct MusicXMLDecimal: Equatable {
  /// The number without its point.
  var units: Int
  /// The power of ten that the units are divided by.
  var scale: Int

  /// Reads `-?digits[.digits]` with at most nine digits before the point and four after it, which is
  /// more than any file has use for.
  ///
  /// - Returns: `nil` for anything else, and for digits after the point past the fourth that are not 0.
  init?(_ text: String) {
    var digits = text[...]
    let isNegative = digits.hasPrefix("-")
    if isNegative || digits.hasPrefix("+") { digits.removeFirst() }
    let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = parts.first else { return nil }
    var fraction = parts.count > 1 ? parts[1] : ""
    while fraction.last == "0" { fraction.removeLast() }
    guard !(whole.isEmpty && (parts.count < 2 || parts[1].isEmpty)), whole.utf8.count <= 9,
      fraction.utf8.count <= 4
    else { return nil }
    var units = 0
    for byte in (whole + fraction).utf8 {
      guard (0x30...0x39).contains(byte) else { return nil }
      units = units * 10 + Int(byte - 0x30)
    }
    self.units = isNegative ? -units : units
    scale = 1
    for _ in fraction.utf8 { scale *= 10 }
  }

  /// The length of so many divisions, where `divisions` make a quarter note.
  ///
  /// A length that is not on the grid of ``Fraction`` is rounded to its nearest step, which is
  /// far shorter than any division.
  func length(divisions: MusicXMLDecimal) -> Fraction {
    let (top, topOverflow) = units.multipliedReportingOverflow(by: divisions.scale)
    let (part, partOverflow) = divisions.units.multipliedReportingOverflow(by: scale)
    let (bottom, bottomOverflow) = part.multipliedReportingOverflow(by: 4)
    guard !topOverflow, !partOverflow, !bottomOverflow, bottom > 0 else { return .zero }
    if let exact = Fraction(exactly: top, over: bottom) { return exact }
    let steps = (Double(top) / Double(bottom) * Double(Fraction.grid)).rounded()
    let limit = Double(Int.max / 4)
    return Fraction(steps: Int(max(-limit, min(limit, steps))))
  }
}
