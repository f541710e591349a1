import Foundation

/// The inputs to start from, and the words that they are made of.
struct FuzzCorpus {
  /// Whole files, and each line of files of lines.
  private(set) var seeds: [[UInt8]] = []
  /// Words, tags, numbers and marks.
  private(set) var words: [[UInt8]] = []

  /// Larger files are left out: every input costs their time.
  private static let largestFile = 64 << 10

  /// Reads files and folders.
  init(_ paths: [String]) {
    for path in paths { add(path) }
    if seeds.isEmpty { seeds = [[]] }
    var known: Set<[UInt8]> = []
    for seed in seeds {
      for word in Self.words(of: seed) where known.insert(word).inserted { words.append(word) }
      if words.count > 4000 { break }
    }
    if words.isEmpty { words = [[0x20]] }
  }

  private mutating func add(_ path: String) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return }
    if isFolder.boolValue {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
      for name in names.sorted() where !name.hasPrefix(".") { add(path + "/" + name) }
      return
    }
    guard let data = FileManager.default.contents(atPath: path) else { return }
    let bytes = [UInt8](data)
    // Lists hold one text a line.
    if path.hasSuffix("accept.txt") || path.hasSuffix("reject.txt") {
      seeds += bytes.split(separator: 0x0A).filter { !$0.starts(with: "# ".utf8) }.map(Array.init)
    } else if bytes.count <= Self.largestFile, !path.hasSuffix(".ppm") {
      seeds.append(bytes)
    }
  }

  /// Runs of letters, runs of digits, tags, and single marks.
  private static func words(of bytes: [UInt8]) -> [[UInt8]] {
    func kind(_ byte: UInt8) -> Int {
      switch byte {
      case 0x30...0x39: 1
      case 0x41...0x5A, 0x61...0x7A, 0x80...0xFF: 2
      default: 0
      }
    }
    var found: [[UInt8]] = []
    var index = 0
    while index < bytes.count, found.count < 2000 {
      var end = index + 1
      if bytes[index] == UInt8(ascii: "<") {
        let tag = bytes[index...].prefix(24)
        if let close = tag.firstIndex(of: UInt8(ascii: ">")) {
          found.append(Array(bytes[index...close]))
        }
      }
      let first = kind(bytes[index])
      while first != 0, end < bytes.count, end - index < 24, kind(bytes[end]) == first { end += 1 }
      found.append(Array(bytes[index..<end]))
      index = end
    }
    return found
  }
}
