import FileAccess
import JSONText
import Tensors

/// Which safetensors files a folder's weights are in.
struct CheckpointFiles {
  /// The files, in the order of their names.
  let files: [SafetensorsFile]
  /// Per tensor the index of its file in ``files``.
  let locations: [String: Int]

  /// Most shards that an index may name.
  static let maximumShards = 4096

  /// Opens the files of a choice.
  init(directory: String, weights: WeightSelection) throws(CheckpointError) {
    guard case .quantized(let bits) = weights else {
      try self.init(directory: directory, allowingQuantized: weights == .automatic)
      return
    }
    let path = join(directory, QuantizedFile.name(bits))
    guard fileExists(path) else {
      throw CheckpointError(
        path: path,
        expected: "weights of \(bits.rawValue) bits",
        found: "no such file",
        advice: "write it with 'copyist model quantize --bits \(bits.rawValue)'"
      )
    }
    try self.init(single: path)
  }

  /// Opens `model.safetensors`, or the shards of `model.safetensors.index.json`, or the one
  /// safetensors file of the folder.
  private init(directory: String, allowingQuantized: Bool) throws(CheckpointError) {
    let single = join(directory, "model.safetensors")
    let index = join(directory, "model.safetensors.index.json")
    if fileExists(single) {
      try self.init(single: single)
    } else if fileExists(index) {
      try self.init(index: index, directory: directory)
    } else {
      let found = names(in: directory) ?? []
      let quantized = WeightBits.allCases.map(QuantizedFile.name)
      let candidates = found.filter {
        $0.hasSuffix(".safetensors") && (allowingQuantized || !quantized.contains($0))
      }
      guard candidates.count == 1 else {
        let advice =
          if candidates.contains(where: quantized.contains) {
            "say which with --weights 8bit or --weights 4bit"
          } else if found.contains(where: { $0.hasSuffix(".npz") || $0.hasSuffix(".bin") }) {
            "convert the weights to safetensors with transformers"
          } else {
            "download the checkpoint's weights into this folder"
          }
        throw CheckpointError(
          path: directory,
          expected: "model.safetensors or model.safetensors.index.json",
          found: candidates.isEmpty
            ? "no safetensors file" : "\(candidates.count) safetensors files without an index",
          advice: advice
        )
      }
      try self.init(single: join(directory, candidates[0]))
    }
  }

  private init(single path: String) throws(CheckpointError) {
    let file = try SafetensorsFile(path: path)
    self.files = [file]
    self.locations = file.entries.mapValues { _ in 0 }
  }

  private init(index path: String, directory: String) throws(CheckpointError) {
    let root = try FieldReader(path: path, try readJSON(path: path, limit: 100_000_000))
    guard let map = try root.object("weight_map"), !map.members.isEmpty else {
      throw root.failure(
        "weight_map",
        expected: "an object of tensor names and file names",
        found: "none"
      )
    }
    var shards: [String: String] = [:]
    for (tensor, value) in map.members {
      guard let shard = value.string, CheckpointFiles.isPlainName(shard) else {
        throw map.failure(
          tensor,
          expected: "the name of a safetensors file in the same folder",
          found: value.kind,
          advice: "download the index again; this one points elsewhere"
        )
      }
      shards[tensor] = shard
    }
    let shardNames = Set(shards.values).sorted()
    guard shardNames.count <= CheckpointFiles.maximumShards else {
      throw root.failure(
        "weight_map",
        expected: "at most \(CheckpointFiles.maximumShards) files",
        found: "\(shardNames.count)"
      )
    }
    var files: [SafetensorsFile] = []
    var indexOfShard: [String: Int] = [:]
    for name in shardNames {
      let shardPath = join(directory, name)
      guard fileExists(shardPath) else {
        throw CheckpointError(
          path: shardPath,
          expected: "a shard named by \(path)",
          found: "no such file",
          advice: "download the missing shard"
        )
      }
      indexOfShard[name] = files.count
      files.append(try SafetensorsFile(path: shardPath))
    }
    var locations: [String: Int] = [:]
    for (tensor, shard) in shards.sorted(by: { $0.key < $1.key }) {
      guard let number = indexOfShard[shard], files[number].entries[tensor] != nil else {
        throw CheckpointError(
          path: join(directory, shard),
          subject: tensor,
          expected: "the tensor that \(path) places here",
          found: "none of this name",
          advice: "download index and shards from the same revision"
        )
      }
      locations[tensor] = number
    }
    self.files = files
    self.locations = locations
  }

  /// A name without folders that cannot lead out of the checkpoint folder.
  private static func isPlainName(_ name: String) -> Bool {
    name.hasSuffix(".safetensors") && name.utf8.count <= 255
      && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") || $0 < 0x20 }
  }

  /// Paths of all files, for errors about the set.
  var description: String {
    files.count == 1 ? files[0].path : "\(files[0].path) and \(files.count - 1) more"
  }
}
