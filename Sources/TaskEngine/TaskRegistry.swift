package import TaskProtocol

/// The domains an executable offers, by name.
package struct TaskRegistry: Sendable {
  /// The plugins in the order in which they were given.
  package let plugins: [any TaskPlugin]

  /// A registry of plugins with different names.
  ///
  /// - Throws: ``TaskRegistryError/duplicate(_:)`` when two plugins have one name.
  package init(_ plugins: [any TaskPlugin]) throws(TaskRegistryError) {
    var names: Set<String> = []
    for plugin in plugins where !names.insert(plugin.manifest.id).inserted {
      throw .duplicate(plugin.manifest.id)
    }
    self.plugins = plugins
  }

  /// The plugin of a task.
  ///
  /// - Parameter name: The task as the user typed it.
  /// - Returns: The plugin whose manifest has this id.
  /// - Throws: ``TaskRegistryError/unknown(_:known:)``.
  package func plugin(named name: String) throws(TaskRegistryError) -> any TaskPlugin {
    guard let plugin = plugins.first(where: { $0.manifest.id == name }) else {
      throw .unknown(name, known: plugins.map(\.manifest.id))
    }
    return plugin
  }
}

/// A task name that means nothing or too much.
package enum TaskRegistryError: Error, Equatable, CustomStringConvertible {
  /// Two plugins have this name.
  case duplicate(String)
  /// No plugin has this name; the known names follow.
  case unknown(String, known: [String])

  package var description: String {
    switch self {
    case .duplicate(let name):
      "two plugins are called '\(name)'; rename one of them"
    case .unknown(let name, let known):
      "no task is called '\(name)'; known tasks: \(known.joined(separator: ", "))"
    }
  }
}
