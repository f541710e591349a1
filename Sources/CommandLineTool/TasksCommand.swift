import ArgumentParser
import TaskEngine
import TaskProtocol

/// `copyist tasks`: what the tool can transcribe.
struct TasksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tasks",
    abstract: "List the tasks, or describe one: prompt, image policy, formats, metrics."
  )

  @Argument(help: ArgumentHelp("Describe this task.", valueName: "task"))
  var task: String?

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let environment = try environment()
    let plugins =
      if let task { [try environment.plugin(named: task)] } else { environment.registry.plugins }
    let descriptions = plugins.map { TaskDescription(opening: $0) }
    if json {
      let text =
        task == nil
        ? try JSONOutput.pretty(descriptions)
        : try descriptions.map { try JSONOutput.pretty($0) }.joined()
      environment.output.writeLine(text)
    } else if task == nil {
      let width = descriptions.map(\.manifest.id.count).max() ?? 0
      for description in descriptions {
        let name = description.manifest.id
        let padding = String(repeating: " ", count: width - name.count)
        environment.output.writeLine("\(name)\(padding)  \(description.manifest.title)")
      }
    } else {
      for description in descriptions { environment.output.write(description.text) }
    }
  }
}

extension ToolEnvironment {
  /// The plugin of a task, or a usage error that lists the known tasks.
  func plugin(named name: String) throws -> any TaskPlugin {
    do {
      return try registry.plugin(named: name)
    } catch {
      throw ToolError("\(error)", exit: .usage)
    }
  }
}

/// What `copyist tasks` says of one task.
struct TaskDescription: Encodable {
  /// A format or a metric.
  struct Entry: Encodable {
    var name: String
    var summary: String
  }

  let manifest: TaskManifest
  let formats: [Entry]
  let metrics: [Entry]
  let options: [TaskOption]
  let inputFormats: [InputFormat]
  let isConstrained: Bool

  init<P: TaskPlugin>(opening plugin: P) {
    manifest = plugin.manifest
    formats = plugin.exporters.map { Entry(name: $0.name, summary: $0.summary) }
    metrics = plugin.metrics.map { Entry(name: $0.name, summary: $0.summary) }
    options = plugin.options
    inputFormats = plugin.inputFormats
    isConstrained = plugin.constraint != nil
  }

  enum CodingKeys: String, CodingKey {
    case manifest, formats, metrics, options
    case inputFormats = "input_formats"
    case isConstrained = "constrained"
  }

  /// The description for a person.
  var text: String {
    var lines = [
      "\(manifest.id) \(manifest.version): \(manifest.title)", "", manifest.summary, "",
      "Prompt: \(manifest.promptPrefix)",
      "Image: \(manifest.imagePolicy == .pad ? "padded to a white square" : "stretched to a square")",
      "Longest output: \(manifest.maximumTokens) tokens",
      "Constrained decoding: \(isConstrained ? "yes" : "no")",
    ]
    if let notice = manifest.notice { lines += ["", notice] }
    let settings = options.map { option in
      let values = option.values.isEmpty ? "any text" : option.values.joined(separator: ", ")
      return Entry(name: option.name, summary: "\(option.summary) (\(values))")
    }
    let read = inputFormats.map { Entry(name: $0.name, summary: $0.summary) }
    let lists = [
      ("Formats", formats), ("Formats of files that are read", read),
      ("Options for --set, the default first", settings), ("Metrics", metrics),
    ]
    for (title, entries) in lists where !entries.isEmpty {
      let width = entries.map(\.name.count).max() ?? 0
      lines += ["", "\(title):"]
      for entry in entries {
        let padding = String(repeating: " ", count: width - entry.name.count)
        lines.append("  \(entry.name)\(padding)  \(entry.summary)")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
