/// Builds safetensors files for tests, right or wrong.
enum SafetensorsBytes {
  /// A file from the text of its header and its data.
  ///
  /// - Parameters:
  ///   - header: JSON, or what stands in its place.
  ///   - dataSize: Zero bytes that follow.
  ///   - length: What the first eight bytes claim; the header's length when `nil`.
  /// - Returns: All bytes of the file.
  static func file(header: String, dataSize: Int, length: UInt64? = nil) -> [UInt8] {
    let text = Array(header.utf8)
    let claim = length ?? UInt64(text.count)
    let prefix = (0..<8).map { UInt8(truncatingIfNeeded: claim >> (8 * UInt64($0))) }
    return prefix + text + [UInt8](repeating: 0, count: dataSize)
  }

  /// One member of a header.
  static func member(
    _ name: String,
    _ type: String = "F32",
    shape: String = "[2, 3]",
    offsets: String = "[0, 24]"
  ) -> String {
    #""\#(name)": {"dtype": "\#(type)", "shape": \#(shape), "data_offsets": \#(offsets)}"#
  }

  /// A header from its members.
  static func header(_ members: String...) -> String {
    "{" + members.joined(separator: ", ") + "}"
  }
}
