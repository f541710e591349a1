import ArgumentParser

/// `copyist plugin`: for those who write a domain.
struct PluginCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plugin",
    abstract: "Write and check domains of your own.",
    subcommands: [PluginNewCommand.self, PluginCheckCommand.self]
  )
}
