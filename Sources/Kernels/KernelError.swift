/// A request for kernels that this machine or this build does not have.
package struct KernelError: Error, Equatable, CustomStringConvertible {
  /// The setting at fault: `COPYIST_KERNELS`, `instructionSet` or `threads`.
  package let setting: String
  /// The value found.
  package let found: String
  /// What would have been accepted.
  package let expected: String

  package init(setting: String, found: String, expected: String) {
    self.setting = setting
    self.found = found
    self.expected = expected
  }

  package var description: String {
    "\(setting): found \"\(found)\", expected \(expected)"
  }
}
