/// What stands on a meter.
public struct MeterDocument: Codable, Equatable, Sendable {
  /// One to ten digits, at most one decimal point between them.
  public let digits: String

  /// A reading; `nil` when the text is none.
  public init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }),
      parts.joined().utf8.count <= 10,
      parts.joined().utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    digits = text
  }
}
