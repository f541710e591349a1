#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// `directory/name` without a doubled slash.
func join(_ directory: String, _ name: String) -> String {
  directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
}

/// Names in a folder, sorted, without `.` and `..`; `nil` when it is not a readable folder.
func names(in directory: String) -> [String]? {
  guard let stream = opendir(directory) else { return nil }
  defer { closedir(stream) }
  var result: [String] = []
  while let entry = readdir(stream) {
    let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    if name != "." && name != ".." { result.append(name) }
  }
  return result.sorted()
}
