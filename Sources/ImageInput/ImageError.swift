import FileAccess

/// A picture that could not be read, told in one line.
package struct ImageError: Error, Equatable, CustomStringConvertible {
  /// What is wrong, for callers that act on it.
  package enum Kind: Equatable, Sendable {
    /// No file has this name.
    case missing
    /// The name belongs to a folder, a device or something else that holds no picture.
    case notAFile
    /// The system refuses to read the file.
    case unreadable
    /// The file has no bytes.
    case empty
    /// The file has more bytes than ``ImageLimits/maximumByteCount``.
    case fileTooLarge
    /// The first bytes belong to no known picture format.
    case unknownFormat
    /// The first bytes belong to a format that is recognised but not decoded.
    case unsupportedFormat(ImageFormat)
    /// PNG or JPEG, in a variant that is not decoded.
    case unsupportedVariant
    /// The header states a width or height of zero.
    case zeroSized
    /// The header states more pixels or a longer side than ``ImageLimits`` allow.
    case tooManyPixels
    /// The bytes end before the picture does.
    case truncated
    /// The bytes contradict the format or their own checksums.
    case corrupt
    /// The system has not enough memory.
    case outOfMemory
  }

  /// The file as the caller named it.
  package let path: String
  /// What is wrong.
  package let kind: Kind
  /// What was found, without the path; a phrase.
  package let reason: String
  /// What the user can do; a phrase.
  package let advice: String

  package init(path: String, kind: Kind, reason: String, advice: String) {
    self.path = path
    self.kind = kind
    self.reason = reason
    self.advice = advice
  }

  /// `path: reason; advice`, on one line whatever the path holds.
  package var description: String {
    "\(path): \(reason); \(advice)".onOneLine()
  }
}
