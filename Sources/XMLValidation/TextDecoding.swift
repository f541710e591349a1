import CLibXML2
import Foundation

/// A document's bytes as UTF-8 that libxml2 can be given, and what was wrong with them.
struct DecodedText {
  /// Valid UTF-8 without byte order mark and without U+0000.
  var bytes: [UInt8]
  var diagnostics: [MarkupDiagnostic] = []

  /// Decodes a document.
  ///
  /// The byte order mark decides; without one the label in the text (`<meta charset>` in the first
  /// 1024 bytes or the XML declaration); without a label it is UTF-8.
  init(_ raw: [UInt8], isHTML: Bool) {
    if raw.starts(with: [0xFF, 0xFE]) || raw.starts(with: [0xFE, 0xFF]) {
      let isLittleEndian = raw[0] == 0xFF
      bytes = []
      decodeUTF16(raw.dropFirst(2), isLittleEndian: isLittleEndian)
    } else if raw.starts(with: [0xEF, 0xBB, 0xBF]) {
      bytes = Array(raw.dropFirst(3))
    } else {
      bytes = raw
      if let label = Self.label(in: raw, isHTML: isHTML) { decode(label) }
    }
    repair()
  }

  private mutating func decodeUTF16(_ raw: ArraySlice<UInt8>, isLittleEndian: Bool) {
    var units: [UInt16] = []
    units.reserveCapacity(raw.count / 2)
    var index = raw.startIndex
    while index + 1 < raw.endIndex {
      let (first, second) = (UInt16(raw[index]), UInt16(raw[index + 1]))
      units.append(isLittleEndian ? second << 8 | first : first << 8 | second)
      index += 2
    }
    if !raw.count.isMultiple(of: 2) {
      report("UTF-16 text ends within a character", at: nil)
    }
    bytes = Array(String(decoding: units, as: UTF16.self).utf8)
  }

  /// Converts from the encoding that the text claims to be in.
  private mutating func decode(_ label: String) {
    let name = label.lowercased()
    guard name != "utf-8", name != "utf8" else { return }
    // The text was read as ASCII to find the label, so it cannot be UTF-16 whatever the label says.
    guard !name.hasPrefix("utf-16"), !name.hasPrefix("utf16") else { return }
    // Browsers read these labels as windows-1252.
    let isLatin = ["iso-8859-1", "iso8859-1", "latin1", "l1", "us-ascii", "ascii"].contains(name)
    guard let handler = xmlFindCharEncodingHandler(isLatin ? "windows-1252" : label) else {
      report("unknown encoding \"\(label.prefix(40))\"; read as UTF-8", at: nil)
      return
    }
    defer { xmlCharEncCloseFunc(handler) }
    guard let input = xmlBufferCreate(), let output = xmlBufferCreate() else { return }
    defer {
      xmlBufferFree(input)
      xmlBufferFree(output)
    }
    guard let count = Int32(exactly: bytes.count),
      bytes.withUnsafeBufferPointer({ xmlBufferAdd(input, $0.baseAddress, count) }) == 0
    else { return }
    // Without a handler libxml2 prints what it cannot convert.
    xmlSetStructuredErrorFunc(nil) { _, _ in }
    defer { xmlSetStructuredErrorFunc(nil, nil) }
    // Each call converts a part, and none of it once nothing is left or a byte means nothing.
    var result: Int32 = 0
    repeat {
      let before = xmlBufferLength(input)
      result = xmlCharEncInFunc(handler, output, input)
      guard xmlBufferLength(input) < before else { break }
    } while xmlBufferLength(input) > 0
    let converted = UnsafeBufferPointer(
      start: xmlBufferContent(output),
      count: Int(xmlBufferLength(output))
    )
    if xmlBufferLength(input) > 0 || result < 0 {
      var lines = LineCounter()
      let prefix = Array(converted)
      report(
        "bytes that are not \(label.prefix(40)); the rest was read as UTF-8",
        at: lines.position(of: prefix.count, in: prefix)
      )
      bytes = prefix + bytes.suffix(Int(xmlBufferLength(input)))
    } else {
      bytes = Array(converted)
    }
  }

  /// Replaces what is not UTF-8, and U+0000, by U+FFFD.
  private mutating func repair() {
    let isValid = String(validating: bytes, as: UTF8.self) != nil
    if !isValid {
      var lines = LineCounter()
      let offset = Self.firstInvalidOffset(bytes)
      report(
        "byte 0x\(String(bytes[min(offset, bytes.count - 1)], radix: 16, uppercase: true))"
          + " is not UTF-8 here; read as U+FFFD",
        at: lines.position(of: offset, in: bytes)
      )
      bytes = Array(String(decoding: bytes, as: UTF8.self).utf8)
    }
    if let zero = bytes.firstIndex(of: 0) {
      var lines = LineCounter()
      report("character U+0000; read as U+FFFD", at: lines.position(of: zero, in: bytes))
      var repaired: [UInt8] = []
      repaired.reserveCapacity(bytes.count + 16)
      for byte in bytes {
        if byte == 0 { repaired += [0xEF, 0xBF, 0xBD] } else { repaired.append(byte) }
      }
      bytes = repaired
    }
  }

  private mutating func report(_ message: String, at position: SourcePosition?) {
    diagnostics.append(
      MarkupDiagnostic(
        severity: .error,
        origin: .encoding,
        code: 0,
        message: message,
        position: position
      )
    )
  }
}

extension DecodedText {
  /// Offset of the first byte that starts no UTF-8 sequence or breaks one.
  static func firstInvalidOffset(_ bytes: [UInt8]) -> Int {
    var offset = 0
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): offset += UTF8.width(scalar)
      case .emptyInput, .error: return offset
      }
    }
  }

  /// The encoding that the text names, if it names one.
  static func label(in raw: [UInt8], isHTML: Bool) -> String? {
    let start = String(decoding: raw.prefix(1024), as: UTF8.self)
    let scope: Substring
    if isHTML {
      guard let meta = start.range(of: "<meta", options: .caseInsensitive) else { return nil }
      scope = start[meta.lowerBound...]
    } else {
      guard start.hasPrefix("<?xml"), let end = start.range(of: "?>") else { return nil }
      scope = start[..<end.lowerBound]
    }
    let key = isHTML ? "charset" : "encoding"
    guard let found = scope.range(of: key, options: .caseInsensitive) else { return nil }
    let rest = scope[found.upperBound...].drop(while: \.isWhitespace)
    guard rest.first == "=" else { return nil }
    let value = rest.dropFirst().drop { $0.isWhitespace || $0 == "\"" || $0 == "'" }
      .prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.:".contains($0)) }
    return value.isEmpty ? nil : String(value)
  }
}

extension MarkupDocument {
  /// Where the first byte stands that is not UTF-8, `nil` when all are.
  package static func firstInvalidUTF8(in bytes: [UInt8]) -> SourcePosition? {
    let offset = DecodedText.firstInvalidOffset(bytes)
    guard offset < bytes.count else { return nil }
    var lines = LineCounter()
    return lines.position(of: offset, in: bytes)
  }
}
