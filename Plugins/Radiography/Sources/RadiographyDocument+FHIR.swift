import Foundation
import TaskProtocol

/// A FHIR R4 DiagnosticReport as far as a draft can fill it.
///
/// Nobody is invented: there is no subject, no performer and no time, which R4 allows. The notice
/// stands in the conclusion and in the attached text, the two places that a reader sees.
extension RadiographyDocument {
  /// Type of examination by the projections, LOINC 2.81.
  private static func code(of views: RadiographViews) -> (code: String, display: String) {
    switch views {
    case .unknown: ("30745-4", "XR Chest Views")
    case .frontal: ("36554-4", "XR Chest Single view")
    case .frontalLateral: ("36643-5", "XR Chest 2 Views")
    }
  }

  private static func concept(
    _ system: String,
    _ code: String,
    _ display: String
  ) -> JSONValue {
    .object([
      "coding": .array([
        .object([
          "system": .string(system), "code": .string(code), "display": .string(display),
        ])
      ])
    ])
  }

  var fhir: String {
    get throws(ExportFailure) {
      let examination = Self.code(of: request.views)
      let conclusion = ([notice] + impression.map(\.text)).joined(separator: " ")
      let attachment: JSONValue = .object([
        "contentType": .string("text/plain"),
        "language": .string("en"),
        "title": .string(notice),
        "data": .string(Data(text.utf8).base64EncodedString()),
      ])
      let report: JSONValue = .object([
        "resourceType": .string("DiagnosticReport"),
        "status": .string("preliminary"),
        "category": .array([
          Self.concept("http://terminology.hl7.org/CodeSystem/v2-0074", "RAD", "Radiology")
        ]),
        "code": Self.concept("http://loinc.org", examination.code, examination.display),
        "conclusion": .string(conclusion),
        "presentedForm": .array([attachment]),
      ])
      return try Self.encoded(report, format: "fhir")
    }
  }
}
