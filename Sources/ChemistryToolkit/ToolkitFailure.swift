/// Something that libindigo would not do.
package struct ToolkitFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// The library's message, or ours where it was not asked.
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}
