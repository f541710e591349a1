package import Foundation

/// Draws scores with Verovio, where that program is on the search path.
///
/// It runs as a process of its own: a score that ends it ends nothing else.
package struct NotationRenderer {
  private let program: String
  /// Seconds that one score may take.
  private let limit: TimeInterval

  /// Looks for the program; `nil` where it is not there.
  ///
  /// - Parameters:
  ///   - path: Folders with colons between them, as in the environment variable PATH.
  ///   - limit: Seconds that one score may take.
  package init?(path: String?, limit: TimeInterval = 20) {
    let candidates = (path ?? "").split(separator: ":").map { "\($0)/verovio" }
    guard let program = candidates.first(where: FileManager.default.isExecutableFile) else {
      return nil
    }
    self.program = program
    self.limit = limit
  }

  /// The first page of a score.
  ///
  /// - Parameter score: A MusicXML file.
  /// - Returns: An SVG document; `nil` where the program fails or takes too long.
  package func svg(of score: [UInt8]) -> Data? {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("copyist-notation-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let (input, output) = (folder.appending(path: "score.xml"), folder.appending(path: "score.svg"))
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = [
      "--from", "xml", "--scale", "40", "--header", "none", "--footer", "none",
      "--adjust-page-height", "--adjust-page-width", "--svg-view-box", "-o", output.path,
      input.path,
    ]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(score).write(to: input)
      try process.run()
    } catch {
      return nil
    }
    let end = Date.now.addingTimeInterval(limit)
    while process.isRunning, Date.now < end { Thread.sleep(forTimeInterval: 0.01) }
    if process.isRunning { process.terminate() }
    process.waitUntilExit()
    guard process.terminationReason == .exit, process.terminationStatus == 0,
      let data = try? Data(contentsOf: output), data.range(of: Data("<svg".utf8)) != nil
    else { return nil }
    return data
  }
}
