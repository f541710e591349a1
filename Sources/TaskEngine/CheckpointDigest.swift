import Checksums
package import Foundation

/// The sum that identifies a checkpoint: SHA-256 over a listing of its files and their sums.
///
/// The listing has a line per file, sorted by name, as `sha256sum` prints it, so that
/// `sha256sum FILES | sha256sum` in the folder repeats the value. The sums of large files are
/// remembered in the user's cache folder under path, size and modification time.
package struct CheckpointDigest {
  private let cache: URL?

  /// Files smaller than this are summed anew each time; the sum takes less than a look-up is worth.
  private static let rememberedSize = 64 << 20

  /// - Parameter cache: A JSON file to remember sums in; `nil` remembers nothing.
  package init(cache: URL? = CheckpointDigest.standardCache) {
    self.cache = cache
  }

  /// `digests.json` in the user's cache folder for this program.
  package static var standardCache: URL? {
    let environment = ProcessInfo.processInfo.environment
    let base: URL
    if let folder = environment["XDG_CACHE_HOME"], folder.hasPrefix("/") {
      base = URL(filePath: folder)
    } else if let home = environment["HOME"], home.hasPrefix("/") {
      base = URL(filePath: home).appending(path: ".cache")
    } else {
      return nil
    }
    return base.appending(path: "copyist/digests.json")
  }

  /// The checkpoint's sum.
  ///
  /// - Parameters:
  ///   - directory: The checkpoint folder.
  ///   - files: Names of the files in it that decide what the model answers.
  /// - Returns: The sum as 64 lower-case hexadecimal digits.
  /// - Throws: What Foundation throws when a file cannot be read.
  package func hex(directory: String, files: [String]) throws -> String {
    var remembered = load()
    var changed = false
    var listing = ""
    for name in files.sorted() {
      let url = URL(filePath: directory).appending(path: name)
      let path = url.resolvingSymlinksInPath().path(percentEncoded: false)
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      let size = (attributes[.size] as? Int) ?? 0
      let modified = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
      let key = "\(path)\n\(size)\n\(modified)"
      let sum: String
      if size >= CheckpointDigest.rememberedSize, let known = remembered[key] {
        sum = known
      } else {
        sum = try SHA256Digest.hex(ofFile: path)
        if size >= CheckpointDigest.rememberedSize {
          remembered[key] = sum
          changed = true
        }
      }
      listing += "\(sum)  \(name)\n"
    }
    if changed { store(remembered) }
    return SHA256Digest.hex(of: listing.utf8)
  }

  private func load() -> [String: String] {
    guard let cache, let data = try? Data(contentsOf: cache) else { return [:] }
    return (try? JSONDecoder().decode([String: String].self, from: data)) ?? [:]
  }

  /// A cache that cannot be written costs time, not correctness, so failures are not reported.
  private func store(_ sums: [String: String]) {
    guard let cache, let data = try? JSONEncoder().encode(sums) else { return }
    try? FileManager.default.createDirectory(
      at: cache.deletingLastPathComponent(),
      withIntermediateDirectories: true
    )
    try? data.write(to: cache, options: .atomic)
  }
}
