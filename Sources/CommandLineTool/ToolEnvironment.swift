package import Foundation
package import TaskEngine

/// What the commands share: the domains and the streams, replaceable in tests.
package struct ToolEnvironment: Sendable {
  /// The domains this executable offers.
  package var registry: TaskRegistry
  /// Receives results.
  package var output: TextStream
  /// Receives progress and diagnostics.
  package var diagnostics: TextStream
  /// Reads standard input to its end.
  package var readInput: @Sendable () throws -> Data
  /// Path of the running executable, from which the embedded checkpoint is found.
  package var executablePath: String
  /// Environment variables.
  package var variables: [String: String]

  package init(
    registry: TaskRegistry,
    output: TextStream,
    diagnostics: TextStream,
    readInput: @escaping @Sendable () throws -> Data,
    executablePath: String,
    variables: [String: String]
  ) {
    self.registry = registry
    self.output = output
    self.diagnostics = diagnostics
    self.readInput = readInput
    self.executablePath = executablePath
    self.variables = variables
  }

  /// The process's own streams and variables.
  package static func standard(registry: TaskRegistry) -> ToolEnvironment {
    ToolEnvironment(
      registry: registry,
      output: .standardOutput,
      diagnostics: .standardError,
      readInput: { try readToEnd(STDIN_FILENO) },
      executablePath: Bundle.main.executablePath ?? CommandLine.arguments.first ?? "copyist",
      variables: ProcessInfo.processInfo.environment
    )
  }

  /// The environment of the command that runs in this task; set by ``CopyistCommand``.
  @TaskLocal package static var current: ToolEnvironment?
}

/// A place that text is written to.
package struct TextStream: Sendable {
  private let sink: @Sendable ([UInt8]) -> Void
  /// Whether a person reads along, so that a progress line makes sense.
  package let isTerminal: Bool

  package init(isTerminal: Bool = false, bytes sink: @escaping @Sendable ([UInt8]) -> Void) {
    self.isTerminal = isTerminal
    self.sink = sink
  }

  /// A stream of nothing but text.
  package init(isTerminal: Bool = false, sink: @escaping @Sendable (String) -> Void) {
    self.init(isTerminal: isTerminal, bytes: { sink(String(decoding: $0, as: UTF8.self)) })
  }

  /// Writes text as it is.
  package func write(_ text: String) { sink(Array(text.utf8)) }

  /// Writes bytes as they are.
  package func write(_ bytes: [UInt8]) { sink(bytes) }

  /// Writes text and a newline.
  package func writeLine(_ text: String) { write(text + "\n") }

  /// The process's standard output; the process ends where results can no longer be written, and
  /// without a word where the reader went away (`| head`).
  package static var standardOutput: TextStream {
    TextStream(descriptor: STDOUT_FILENO) { code in
      if code != EPIPE {
        standardError.writeLine("Error: standard output: \(String(cString: strerror(code)))")
      }
      exit(ToolExit.failure.rawValue)
    }
  }

  /// The process's standard error; what cannot be written is lost.
  package static var standardError: TextStream {
    TextStream(descriptor: STDERR_FILENO) { _ in }
  }

  /// Writes to an open descriptor.
  ///
  /// - Parameters:
  ///   - descriptor: Stays open as long as the stream is used.
  ///   - onFailure: Called with `errno` when a text cannot be written; the rest of it is dropped.
  package init(descriptor: Int32, onFailure: @escaping @Sendable (Int32) -> Void) {
    self.init(isTerminal: isatty(descriptor) == 1) { (all: [UInt8]) in
      // Written unbuffered, so that a result is seen as soon as it stands.
      var bytes = all[...]
      while !bytes.isEmpty {
        let written = bytes.withUnsafeBytes {
          Foundation.write(descriptor, $0.baseAddress, $0.count)
        }
        if written < 0 {
          let code = errno
          if code == EINTR { continue }
          return onFailure(code)
        }
        bytes = bytes.dropFirst(written)
      }
    }
  }
}
