/// Something about a run that the user knows and the image does not show, such as whether a prior
/// radiograph exists, or a choice the plugin offers, such as its output language.
///
/// `--set NAME=VALUE` on the command line; ``TaskPlugin/configured(_:)`` takes the values.
public struct TaskOption: Codable, Equatable, Sendable {
  /// The option's name; lower-case ASCII letters and hyphens.
  public let name: String
  /// What it means, in one sentence.
  public let summary: String
  /// The values it takes, the default first; none for free text, whose default is empty.
  public let values: [String]

  /// An option; see the properties for what each value means.
  public init(name: String, summary: String, values: [String] = []) {
    self.name = name
    self.summary = summary
    self.values = values
  }
}

/// The value of an option in one run.
public struct TaskSetting: Codable, Equatable, Sendable {
  /// The option's name.
  public var name: String
  /// The value given.
  public var value: String

  /// A setting; see the properties for what each value means.
  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

/// A setting that a plugin does not take.
public struct SettingFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// What was given, what is expected and what to write instead, in one line.
  public let description: String
}

extension TaskPlugin {
  /// The plugin under some settings, after they were checked against ``options``.
  ///
  /// - Parameter settings: At most one value per option; options that are not named keep what the
  ///   plugin has.
  /// - Returns: The plugin that ``configured(_:)`` makes of them.
  /// - Throws: ``SettingFailure`` for an unknown name, a value that is not offered, or two values.
  public func applying(_ settings: [TaskSetting]) throws(SettingFailure) -> Self {
    var values: [String: String] = [:]
    for setting in settings {
      guard let option = options.first(where: { $0.name == setting.name }) else {
        let known = options.map(\.name).joined(separator: ", ")
        throw SettingFailure(
          description: "the task '\(manifest.id)' has no option '\(setting.name)'; "
            + (known.isEmpty ? "it has none" : "known options: \(known)")
        )
      }
      guard option.values.isEmpty || option.values.contains(setting.value) else {
        throw SettingFailure(
          description: "the option '\(option.name)' does not take '\(setting.value)'; it takes: "
            + option.values.joined(separator: ", ")
        )
      }
      guard values.updateValue(setting.value, forKey: setting.name) == nil else {
        throw SettingFailure(description: "the option '\(option.name)' was given twice")
      }
    }
    return configured(values)
  }
}
