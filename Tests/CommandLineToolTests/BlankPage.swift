import Foundation

/// A picture of 64 x 48 pixels with nothing on it.
enum BlankPage {
  /// A PNG file, light grey.
  static let png = [UInt8](
    Data(
      base64Encoded:
        "iVBORw0KGgoAAAANSUhEUgAAAEAAAAAwCAAAAACEICPDAAAAKElEQVR42u3MMREAAAgEoNf+cQ1gCDcPAlCTm45AIBAIBAKBQCB4GizyvwFUH4k0uQAAAABJRU5ErkJggg=="
    ) ?? Data()
  )
}
