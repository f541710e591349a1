import Foundation
import JSONText
import TaskProtocol

/// Checks the shape of FHIR R4 DiagnosticReports.
///
/// That is elements, cardinalities, kinds of values, the status list, codings and attachments; it
/// knows no terminology and no profiles.
struct FHIRChecker {
  private(set) var findings: [Finding] = []

  private enum Shape { case string, object, list }

  /// The elements of a DiagnosticReport in R4 (hl7.org/fhir/R4/diagnosticreport.html).
  private static let elements: [String: Shape] = [
    "resourceType": .string, "id": .string, "meta": .object, "implicitRules": .string,
    "language": .string, "text": .object, "contained": .list, "extension": .list,
    "modifierExtension": .list, "identifier": .list, "basedOn": .list, "status": .string,
    "category": .list, "code": .object, "subject": .object, "encounter": .object,
    "effectiveDateTime": .string, "effectivePeriod": .object, "issued": .string,
    "performer": .list, "resultsInterpreter": .list, "specimen": .list, "result": .list,
    "imagingStudy": .list, "media": .list, "conclusion": .string, "conclusionCode": .list,
    "presentedForm": .list,
  ]
  private static let statuses = [
    "registered", "partial", "preliminary", "final", "amended", "corrected", "appended",
    "cancelled",
    "entered-in-error", "unknown",
  ]
  /// Deepest nesting that is looked at.
  private static let depthLimit = 64
  private static let findingLimit = 200

  init(_ tree: JSONTree) {
    let resources = FHIRReport.resources(in: tree)
    if resources.isEmpty {
      let found = tree.object?["resourceType"]?.string ?? "none"
      add(
        "fhir-resource",
        "resourceType",
        "The resource is no DiagnosticReport and no Bundle with one; its type is \(found).",
        "Give a DiagnosticReport."
      )
    }
    for (place, members) in resources { check(members, at: place) }
  }

  private mutating func add(
    _ code: String,
    _ part: String,
    _ message: String,
    _ suggestion: String,
    _ severity: Severity = .error
  ) {
    guard findings.count < Self.findingLimit else { return }
    findings.append(
      Finding(
        code: code,
        severity: severity,
        message: message,
        part: part,
        suggestion: suggestion
      )
    )
  }

  private mutating func check(_ members: JSONTree.Members, at place: String) {
    func path(_ name: String) -> String { place.isEmpty ? name : "\(place).\(name)" }
    for (name, value) in members {
      checkEmpty(value, at: path(name), depth: 0)
      if name.hasPrefix("_") { continue }
      guard let shape = Self.elements[name] else {
        add(
          "fhir-element",
          path(name),
          "A DiagnosticReport of FHIR R4 has no element \(name).",
          "Remove it; \"note\", \"study\" and \"composition\" came with R5."
        )
        continue
      }
      let isRight =
        switch shape {
        case .string: value.string != nil
        case .object: value.object != nil
        case .list: value.array != nil
        }
      if !isRight {
        let expected = shape == .string ? "a string" : shape == .object ? "an object" : "an array"
        add("fhir-type", path(name), "Expected \(expected), found \(value.kind).", "Correct it.")
      }
    }
    checkStatus(members["status"], at: path("status"))
    if let code = members["code"] {
      checkConcept(code, at: path("code"))
    } else {
      add("fhir-required", path("code"), "code is missing; R4 requires it.", "Add the examination.")
    }
    for name in ["category", "conclusionCode"] {
      for (index, concept) in (members[name]?.array ?? []).enumerated() {
        checkConcept(concept, at: "\(path(name))[\(index)]")
      }
    }
    if members["effectiveDateTime"] != nil, members["effectivePeriod"] != nil {
      add("fhir-choice", path("effectivePeriod"), "effective[x] is given twice.", "Keep one.")
    }
    for name in ["subject", "encounter"] {
      guard let reference = members[name]?.object else { continue }
      let names: Set<String> = ["id", "extension", "reference", "type", "identifier", "display"]
      for (member, _) in reference where !names.contains(member) && !member.hasPrefix("_") {
        add(
          "fhir-element",
          path("\(name).\(member)"),
          "A Reference has no element \(member).",
          "Use reference, type, identifier or display."
        )
      }
    }
    checkConclusion(members["conclusion"]?.string, at: path("conclusion"))
    for (index, form) in (members["presentedForm"]?.array ?? []).enumerated() {
      checkAttachment(form, at: "\(path("presentedForm"))[\(index)]")
    }
    if members["conclusion"] == nil, members["presentedForm"] == nil {
      add(
        "fhir-no-text",
        path("conclusion"),
        "There is neither a conclusion nor a presented form, so that no text can be checked.",
        "Add one.",
        .warning
      )
    }
  }

  private mutating func checkStatus(_ value: JSONTree?, at path: String) {
    guard let value else {
      return add("fhir-required", path, "status is missing; R4 requires it.", "Add preliminary.")
    }
    guard let status = value.string, !Self.statuses.contains(status) else { return }
    add(
      "fhir-status",
      path,
      "The status \"\(status.prefix(60))\" is not in R4's list.",
      "Use one of: \(Self.statuses.joined(separator: ", "))"
    )
  }

  private mutating func checkConcept(_ value: JSONTree, at path: String) {
    guard let concept = value.object else {
      return add(
        "fhir-type",
        path,
        "Expected a CodeableConcept, found \(value.kind).",
        "Correct it."
      )
    }
    if concept["coding"] == nil, concept["text"] == nil {
      add("fhir-concept", path, "A concept has neither coding nor text.", "Add a coding.", .warning)
    }
    for (name, _) in concept
    where !["id", "extension", "coding", "text"].contains(name) && !name.hasPrefix("_") {
      add(
        "fhir-element",
        "\(path).\(name)",
        "A CodeableConcept has no element \(name).",
        "Remove it."
      )
    }
    guard let coding = concept["coding"] else { return }
    guard let codings = coding.array else {
      return add(
        "fhir-type",
        "\(path).coding",
        "Expected an array, found \(coding.kind).",
        "Use [ ]."
      )
    }
    for (index, coding) in codings.enumerated() {
      let place = "\(path).coding[\(index)]"
      guard let members = coding.object else {
        add("fhir-type", place, "Expected a Coding, found \(coding.kind).", "Correct it.")
        continue
      }
      for (name, value) in members where ["system", "code", "display", "version"].contains(name) {
        if value.string == nil {
          add(
            "fhir-type",
            "\(place).\(name)",
            "Expected a string, found \(value.kind).",
            "Quote it."
          )
        }
      }
      if let code = members["code"]?.string, code.contains(where: \.isWhitespace) {
        add(
          "fhir-code",
          "\(place).code",
          "The code \"\(code.prefix(60))\" holds a space.",
          "Trim it."
        )
      }
      if let system = members["system"]?.string, !system.contains(":") {
        add(
          "fhir-system",
          "\(place).system",
          "The system \"\(system.prefix(60))\" is no absolute URI.",
          "For LOINC use http://loinc.org"
        )
      }
    }
  }

  private mutating func checkConclusion(_ text: String?, at path: String) {
    guard let text else { return }
    let tags = ["<div", "</", "<p>", "<p ", "<br", "<b>", "<span", "<ul", "<li", "<?xml", "<html"]
    guard let tag = tags.first(where: { text.lowercased().contains($0) }) else { return }
    add(
      "fhir-conclusion-markup",
      path,
      "conclusion is a plain string, but it holds markup (\(tag)).",
      "Write the text without markup; a narrative belongs into text.div."
    )
  }

  private mutating func checkAttachment(_ value: JSONTree, at path: String) {
    guard let form = value.object else {
      return add("fhir-type", path, "Expected an Attachment, found \(value.kind).", "Correct it.")
    }
    let names: Set<String> = [
      "id", "extension", "contentType", "language", "data", "url", "size", "hash", "title",
      "creation",
    ]
    for (name, _) in form where !names.contains(name) && !name.hasPrefix("_") {
      add("fhir-element", "\(path).\(name)", "An Attachment has no element \(name).", "Remove it.")
    }
    guard let data = form["data"] else { return }
    if form["contentType"]?.string == nil {
      // Invariant att-1 of R4.
      add(
        "fhir-attachment",
        "\(path).contentType",
        "An attachment with data needs a contentType.",
        "Add text/plain."
      )
    }
    guard let text = data.string else {
      return add(
        "fhir-type",
        "\(path).data",
        "Expected a string, found \(data.kind).",
        "Use base64."
      )
    }
    guard let bytes = FHIRReport.decoded(text) else {
      return add("fhir-base64", "\(path).data", "data is not base64.", "Encode it anew.")
    }
    if form["contentType"]?.string?.hasPrefix("text/plain") == true,
      String(validating: bytes, as: UTF8.self) == nil
    {
      add("fhir-text", "\(path).data", "The attached text is not UTF-8.", "Save it as UTF-8.")
    }
  }

  /// FHIR has no empty strings, arrays and objects, and no null outside of arrays.
  private mutating func checkEmpty(_ value: JSONTree, at path: String, depth: Int) {
    guard depth < Self.depthLimit else { return }
    switch value {
    case .string(let text) where text.isEmpty:
      add("fhir-empty", path, "A string is empty.", "Leave the element out.")
    case .array(let values):
      if values.isEmpty { add("fhir-empty", path, "An array is empty.", "Leave the element out.") }
      for (index, value) in values.enumerated() {
        checkEmpty(value, at: "\(path)[\(index)]", depth: depth + 1)
      }
    case .object(let members):
      if members.isEmpty {
        add("fhir-empty", path, "An object is empty.", "Leave the element out.")
      }
      for (name, value) in members {
        if case .null = value {
          add("fhir-empty", "\(path).\(name)", "The value is null.", "Leave the element out.")
        }
        checkEmpty(value, at: "\(path).\(name)", depth: depth + 1)
      }
    default: break
    }
  }
}

/// The text of a DiagnosticReport.
struct FHIRReport {
  /// Report text, as attached or as the conclusion alone.
  var text: String
  /// The element it comes from.
  var place: String

  /// Most resources of a Bundle that are looked at.
  private static let resourceLimit = 1000

  /// The DiagnosticReports of a resource: itself, or the entries of a Bundle.
  static func resources(in tree: JSONTree) -> [(place: String, members: JSONTree.Members)] {
    guard let members = tree.object else { return [] }
    switch members["resourceType"]?.string {
    case "DiagnosticReport": return [("", members)]
    case "Bundle":
      let entries = members["entry"]?.array ?? []
      return entries.prefix(resourceLimit).enumerated().compactMap { index, entry in
        guard let resource = entry.object?["resource"]?.object,
          resource["resourceType"]?.string == "DiagnosticReport"
        else { return nil }
        return ("entry[\(index)].resource", resource)
      }
    default: return []
    }
  }

  /// The texts that can be read: the first plain attachment of each report, else its conclusion.
  static func reports(in tree: JSONTree) -> [FHIRReport] {
    resources(in: tree).compactMap { place, members in
      let prefix = place.isEmpty ? "" : place + "."
      for (index, form) in (members["presentedForm"]?.array ?? []).enumerated() {
        guard let form = form.object, form["contentType"]?.string?.hasPrefix("text/plain") == true,
          let bytes = form["data"]?.string.flatMap(decoded),
          let text = String(validating: bytes, as: UTF8.self)
        else { continue }
        return FHIRReport(text: text, place: "\(prefix)presentedForm[\(index)]")
      }
      return members["conclusion"]?.string.map {
        FHIRReport(text: "IMPRESSION: " + $0, place: "\(prefix)conclusion")
      }
    }
  }

  /// The bytes of base64 text, white space between allowed; `nil` for anything else.
  static func decoded(_ text: String) -> [UInt8]? {
    let compact = text.utf8.filter { $0 > 0x20 }
    return Data(base64Encoded: Data(compact)).map { Array($0) }
  }
}
