import ArgumentParser
import TaskProtocol

/// `--set NAME=VALUE`: what the user knows beside the image, or chooses.
struct SettingOptions: ParsableArguments {
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Set an option of the task, again for each; 'copyist tasks <task>' lists them.",
      valueName: "name=value"
    )
  )
  var assignments: [String] = []

  func validate() throws {
    for assignment in assignments where !assignment.contains("=") {
      throw ValidationError("--set takes NAME=VALUE, not '\(assignment)'")
    }
  }

  /// The settings in the order given.
  var settings: [TaskSetting] {
    assignments.compactMap { assignment in
      let halves = assignment.split(
        separator: "=",
        maxSplits: 1,
        omittingEmptySubsequences: false
      )
      guard halves.count == 2 else { return nil }
      return TaskSetting(name: String(halves[0]), value: String(halves[1]))
    }
  }

  /// The plugin of a task under the settings.
  ///
  /// - Throws: ``ToolError`` for an unknown task, option or value.
  func plugin(named name: String, in environment: ToolEnvironment) throws -> any TaskPlugin {
    func apply(_ plugin: some TaskPlugin) throws(SettingFailure) -> any TaskPlugin {
      try plugin.applying(settings)
    }
    do {
      return try apply(try environment.plugin(named: name))
    } catch let failure as SettingFailure {
      throw ToolError(failure.description, exit: .usage)
    }
  }
}
