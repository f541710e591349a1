import Foundation

/// Where the documents of a run go: standard output, one file, or a folder.
enum OutputDestination: Equatable {
  /// Documents are printed.
  case stream
  /// The only document goes into this file.
  case file(String)
  /// Each document goes into a file of this folder, named after its image.
  case folder(String)

  /// Decides what `-o` means for these inputs.
  ///
  /// - Parameters:
  ///   - option: The value of `-o`; `nil` and `-` print.
  ///   - inputs: The images of the run.
  /// - Throws: ``ToolError`` when several documents would go into one file.
  init(option: String?, inputs: [String]) throws(ToolError) {
    guard let option, option != "-" else {
      self = .stream
      return
    }
    guard !option.isEmpty else { throw ToolError("-o names no file or folder", exit: .usage) }
    if option.hasSuffix("/") || Self.isFolder(option) {
      self = .folder(option)
    } else if inputs.count <= 1 {
      self = .file(option)
    } else if FileManager.default.fileExists(atPath: option) {
      throw ToolError(
        "\(option): is a file, but \(inputs.count) images need a folder",
        exit: .usage
      )
    } else {
      self = .folder(option)
    }
  }

  /// The file for each input, or `nil` when documents are printed.
  ///
  /// - Throws: ``ToolError`` when two inputs would be written to one file.
  func paths(for inputs: [String], fileExtension: String) throws(ToolError) -> [String]? {
    switch self {
    case .stream: return nil
    case .file(let path): return inputs.map { _ in path }
    case .folder(let folder):
      var owners: [String: String] = [:]
      var paths: [String] = []
      for input in inputs {
        let stem =
          input == "-" ? "stdin" : URL(filePath: input).deletingPathExtension().lastPathComponent
        let path = (folder.hasSuffix("/") ? folder : folder + "/") + "\(stem).\(fileExtension)"
        if let owner = owners.updateValue(input, forKey: path) {
          throw ToolError(
            "\(owner) and \(input) would both be written to \(path); rename one or run them apart",
            exit: .usage
          )
        }
        paths.append(path)
      }
      return paths
    }
  }

  /// Writes a document whole: beside its place first, then renamed into it.
  ///
  /// - Throws: ``ToolError`` that names the file and the reason.
  static func write(_ document: [UInt8], to path: String) throws(ToolError) {
    let url = URL(filePath: path)
    do {
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(),
        withIntermediateDirectories: true
      )
      try Data(document).write(to: url, options: .atomic)
    } catch {
      throw ToolError(
        "\(path): cannot be written: \(ToolEnvironment.reason(of: error))",
        exit: .failure
      )
    }
  }

  private static func isFolder(_ path: String) -> Bool {
    let values = try? URL(filePath: path).resourceValues(forKeys: [.isDirectoryKey])
    return values?.isDirectory ?? false
  }
}
