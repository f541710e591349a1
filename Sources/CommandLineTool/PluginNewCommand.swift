import ArgumentParser
import Foundation
import TaskEngine
import TaskProtocol

/// `copyist plugin new`: the files of a domain that works from the first minute.
struct PluginNewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Write the files of a new domain, which passes the conformance kit as it is.",
    usage: "copyist plugin new Chess",
    discussion: """
      Run it in the source tree. Writes README, sources, tests and fixtures under Plugins/<name> and \
      prints the two lines that make the domain part of the tool. Nothing that exists is overwritten.
      """
  )

  @Argument(help: "The domain's name in capitalised ASCII letters, such as Chess or BarCode.")
  var name: String

  @Option(help: "Source tree (default: the current folder).", completion: .directory)
  var tree = "."

  func validate() throws {
    guard PluginScaffold.isName(name) else {
      throw ValidationError(
        "'\(name)' is no name for a domain; expected ASCII letters, the first a capital: Chess"
      )
    }
  }

  func run() throws {
    let environment = try environment()
    let plugins = URL(filePath: tree).appending(path: "Plugins")
    let manager = FileManager.default
    guard manager.fileExists(atPath: plugins.path(percentEncoded: false)) else {
      throw ToolError(
        "\(tree): has no folder Plugins; name the source tree with --tree",
        exit: .usage
      )
    }
    let folder = plugins.appending(path: name)
    let scaffold = PluginScaffold(name: name)
    guard !manager.fileExists(atPath: folder.path(percentEncoded: false)) else {
      throw ToolError("Plugins/\(name) exists already; choose another name", exit: .usage)
    }
    guard !environment.registry.plugins.contains(where: { $0.manifest.id == scaffold.task }) else {
      throw ToolError(
        "there is a task '\(scaffold.task)' already; choose another name",
        exit: .usage
      )
    }
    for file in scaffold.files {
      let path = folder.appending(path: file.path).path(percentEncoded: false)
      try OutputDestination.write(Array(file.text.utf8), to: path)
      environment.output.writeLine("Plugins/\(name)/\(file.path)")
    }
    environment.output.writeLine("\n" + scaffold.instructions)
  }
}
