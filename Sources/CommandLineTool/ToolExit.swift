import ArgumentParser

/// The exit codes of the command line.
package enum ToolExit: Int32, Sendable, CaseIterable {
  /// Every output is valid.
  case valid = 0
  /// The run failed.
  case failure = 1
  /// Some output is invalid.
  case invalid = 2
  /// Some output was withheld because the plugin abstained.
  case abstained = 3
  /// The command was not understood.
  case usage = 64
  /// An input cannot be read.
  case unreadable = 66

  /// The code for a run in which these happened: the gravest one.
  ///
  /// - Parameter outcomes: One per input; empty means ``valid``.
  /// - Returns: The gravest in the order failure, unreadable, invalid, abstained, valid.
  package static func gravest(_ outcomes: some Sequence<ToolExit>) -> ToolExit {
    let order: [ToolExit] = [.valid, .abstained, .invalid, .unreadable, .failure, .usage]
    return outcomes.max { left, right in
      (order.firstIndex(of: left) ?? 0) < (order.firstIndex(of: right) ?? 0)
    } ?? .valid
  }

  /// Ends the command with this code, silently; nothing for ``valid``.
  package func end() throws {
    if self != .valid { throw ExitCode(rawValue) }
  }
}

/// An error that ends the command with a one-line message and a code of its own.
package struct ToolError: Error, CustomStringConvertible {
  /// The line after `Error: `.
  package let description: String
  /// The exit code.
  package let exit: ToolExit

  package init(_ description: String, exit: ToolExit) {
    self.description = description
    self.exit = exit
  }
}
