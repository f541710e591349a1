import Foundation
import TaskEngine
package import TaskProtocol

extension CopyistCommand {
  /// Runs the process's own command line and ends the process.
  ///
  /// - Parameter domains: The plugins of this executable, with different names.
  package static func main(domains: [any TaskPlugin]) -> Never {
    // A reader that goes away (`| head`) is met where text is written, between files, not anywhere.
    signal(SIGPIPE, SIG_IGN)
    do {
      let registry = try TaskRegistry(domains)
      let arguments = Array(CommandLine.arguments.dropFirst())
      exit(run(arguments, in: .standard(registry: registry)))
    } catch {
      TextStream.standardError.writeLine("Error: \(error)")
      exit(ToolExit.failure.rawValue)
    }
  }
}
