import Foundation
import TaskProtocol

/// K12: what becomes of an accepted text, and of a rejected one.
func documentCheck<Plugin: TaskPlugin>(
  _ plugin: Plugin,
  _ fixtures: ConformanceFixtures
) throws -> ConformanceCheck {
  var tally = CheckTally("K12", "documents, exports, parts and repairs")
  for text in fixtures.accept {
    let bytes = Array(text.utf8)
    do {
      let document = try plugin.parse(text)
      let json = try JSONEncoder().encode(document)
      let copy = try JSONDecoder().decode(Plugin.Document.self, from: json)
      tally.expect(copy == document, "the document changes on its way through JSON", after: bytes)
      let value = try JSONDecoder().decode(JSONValue.self, from: json)
      expectParts(plugin.parts(of: text), of: bytes, in: value, &tally)
      for exporter in plugin.exporters {
        let output = try exporter.write(document)
        tally.expect(
          !exporter.isText
            || (output.last == 0x0A && String(validating: output, as: UTF8.self) != nil),
          "\(exporter.name) is not UTF-8 that ends with a newline",
          after: bytes
        )
        tally.expect(!output.isEmpty, "\(exporter.name) is empty", after: bytes)
      }
    } catch {
      tally.expect(false, "an accepted text has no document or export: \(error)", after: bytes)
    }
    tally.expect(plugin.repair(text) == nil, "an accepted text is mended", after: bytes)
  }
  for text in fixtures.reject {
    guard let repair = plugin.repair(text) else { continue }
    let bytes = Array(text.utf8)
    let findings = try plugin.validate(ValidationSource(modelOutput: repair.text))
    tally.expect(
      !findings.contains { $0.severity == .error },
      "a mended text is not valid: \(findings.first?.message ?? "")",
      after: bytes
    )
    tally.expect(
      !repair.edits.isEmpty && applying(repair.edits, to: bytes) == Array(repair.text.utf8),
      "the edits that are listed do not make the mended text",
      after: bytes
    )
  }
  return tally.result
}

/// Parts lie in the text, one after the other, and point at something in the document.
private func expectParts(
  _ parts: [TextPart],
  of bytes: [UInt8],
  in document: JSONValue,
  _ tally: inout CheckTally
) {
  var end = 0
  for part in parts {
    tally.expect(
      part.range.lowerBound >= end && part.range.upperBound <= bytes.count,
      "the part \(part.path) at \(part.range) overlaps another or leaves the text",
      after: bytes
    )
    end = part.range.upperBound
    tally.expect(
      document.value(at: part.path) != nil,
      "the part \(part.path) is not in the document",
      after: bytes
    )
  }
}

/// The bytes that edits make of a text; `nil` when an edit does not fit it.
private func applying(_ edits: [RepairEdit], to bytes: [UInt8]) -> [UInt8]? {
  var result: [UInt8] = []
  var place = 0
  for edit in edits {
    let removed = Array(edit.removed.utf8)
    guard edit.offset >= place, edit.offset + removed.count <= bytes.count,
      Array(bytes[edit.offset..<edit.offset + removed.count]) == removed
    else { return nil }
    result += bytes[place..<edit.offset] + edit.inserted.utf8
    place = edit.offset + removed.count
  }
  return result + bytes[place...]
}

extension JSONValue {
  /// The value that a JSON pointer (RFC 6901) names.
  fileprivate func value(at pointer: String) -> JSONValue? {
    guard !pointer.isEmpty else { return self }
    guard pointer.hasPrefix("/") else { return nil }
    var value = self
    for token in pointer.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
      let name = String(token).replacing("~1", with: "/").replacing("~0", with: "~")
      switch value {
      case .object(let members):
        guard let member = members[name] else { return nil }
        value = member
      case .array(let elements):
        guard let index = Int(name), elements.indices.contains(index) else { return nil }
        value = elements[index]
      default: return nil
      }
    }
    return value
  }
}
