import Checkpoints
import Foundation
import ImageInput
import JSONText
import TaskProtocol
import Tokenization
import XMLValidation

/// A parser under test and the files that its inputs are made of.
struct FuzzTarget: Sendable {
  let name: String
  /// Folders or files of inputs to start from.
  let corpus: [String]
  /// Reads an input; a refusal is as good as a success, and a broken promise ends the process.
  let run: @Sendable ([UInt8]) -> Void

  /// Longest text that is repaired: repairing tries many edits at every place.
  private static let longestRepair = 256

  init(_ name: String, corpus: [String], run: @escaping @Sendable ([UInt8]) -> Void) {
    self.name = name
    self.corpus = corpus
    self.run = run
  }

  /// What a plugin does with a text: its parser and validator, and one input in 64 everything.
  ///
  /// Exporters take ten times as long as parsers, and most inputs are refused.
  init<Plugin: TaskPlugin>(_ name: String, _ plugin: Plugin, corpus: String) {
    self.init(name, corpus: [corpus]) { bytes in
      // Follows from the input alone, so that an input that was kept does the same again.
      let choice = Self.fingerprint(bytes)
      let isThorough = choice & 63 == 0
      Self.readAsFile(bytes, plugin, choice: choice >> 6, isThorough: isThorough)
      let findings = (try? plugin.validate(ValidationSource(bytes: bytes, origin: .model))) ?? []
      let isValid = !findings.contains { $0.severity == .error }
      guard let text = String(validating: bytes, as: UTF8.self) else {
        promise(!isValid, "text that is not UTF-8 is valid")
        return
      }
      do throws(ParseFailure) {
        let document = try plugin.parse(text)
        if isThorough { Self.export(document, plugin) }
      } catch {
        promise(!isValid, "a valid text has no document")
        promise(error.findings.contains { $0.severity == .error }, "a refusal without an error")
      }
      for part in plugin.parts(of: text) {
        promise(
          part.range.lowerBound >= 0 && part.range.upperBound <= bytes.count,
          "a part leaves the text"
        )
      }
      guard isThorough, bytes.count <= Self.longestRepair, let repair = plugin.repair(text) else {
        return
      }
      let repaired = (try? plugin.validate(ValidationSource(modelOutput: repair.text))) ?? []
      promise(
        !repaired.contains { $0.severity == .error },
        "a repaired text is not valid: \(repaired.first?.message ?? "")\n\(repair.text)"
      )
    }
  }

  /// Reads an input as the file that it looks like, or as one of the plugin's formats.
  private static func readAsFile<Plugin: TaskPlugin>(
    _ bytes: [UInt8],
    _ plugin: Plugin,
    choice: UInt64,
    isThorough: Bool
  ) {
    let formats = plugin.inputFormats.map(\.name)
    let all = [nil] + formats.map(Optional.some)
    let some = isThorough ? all : [all[Int(choice % UInt64(all.count))]]
    for format in some {
      let source = ValidationSource(bytes: bytes, origin: .file, path: "-", format: format)
      _ = try? plugin.validate(source)
      // Without a format it is one of the others.
      guard format != nil || formats.isEmpty else { continue }
      guard let document = try? plugin.read(source), isThorough else { continue }
      export(document, plugin)
    }
  }

  /// FNV-1a of an input.
  private static func fingerprint(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
  }

  private static func export<Plugin: TaskPlugin>(_ document: Plugin.Document, _ plugin: Plugin) {
    for exporter in plugin.exporters {
      guard let output = try? exporter.write(document) else { continue }
      promise(
        !exporter.isText || String(validating: output, as: UTF8.self) != nil,
        "\(exporter.name) wrote text that is not UTF-8"
      )
    }
  }
}

/// Ends the process when a promise is broken, so that the input is kept.
func promise(_ condition: Bool, _ message: @autoclosure () -> String) {
  guard !condition else { return }
  FileHandle.standardError.write(Data("copyist-fuzz: broken promise: \(message())\n".utf8))
  abort()
}

extension FuzzTarget {
  /// The parsers of files that belong to no domain.
  static let files: [FuzzTarget] = [
    FuzzTarget("json", corpus: ["schemas", "Tests/Goldens/layout-hub/config.json"]) { bytes in
      _ = try? JSONTree(parsing: bytes)
    },
    FuzzTarget("tokenizer-json", corpus: ["Tests/Goldens/layout-hub/tokenizer.json"]) { bytes in
      guard let tokenizer = try? Tokenizer(tokenizerJSON: bytes, path: "-") else { return }
      examine(tokenizer)
    },
    FuzzTarget("tokenizer-model", corpus: ["Tests/TokenizationTests/Fixtures/bpe.model"]) { bytes in
      guard let tokenizer = try? Tokenizer(sentencePiece: bytes, path: "-") else { return }
      examine(tokenizer)
    },
    FuzzTarget("safetensors", corpus: ["Tests/Goldens/layout-hub/dump.safetensors"]) { bytes in
      bytes.withUnsafeBytes { _ = try? SafetensorsHeader($0, path: "-") }
    },
    FuzzTarget("image", corpus: ["Tests/ImageInputTests/Fixtures/decoding"]) { bytes in
      let limits = ImageLimits(maximumPixelCount: 1_000_000)
      guard let image = try? EncodedImage(bytes: bytes, name: "-", limits: limits) else { return }
      _ = try? RasterImage(decoding: image, limits: limits)
    },
    FuzzTarget("markup", corpus: ["Plugins/Table/Fixtures", "schemas/table.rng"]) { bytes in
      _ = MarkupDocument.html(bytes)
      _ = MarkupDocument.xml(bytes)
    },
  ]

  private static func examine(_ tokenizer: Tokenizer) {
    let text = "A table: <table><tr><td>1.5 µm</td></tr></table> <loc0001> 東京\n\n  x"
    let ids = tokenizer.encode(text)
    promise(
      ids.allSatisfy { (0..<tokenizer.vocabularySize).contains($0) },
      "an id is outside of the vocabulary"
    )
    _ = tokenizer.decode(ids)
    for id in 0..<min(tokenizer.vocabularySize, 2000) { _ = tokenizer.bytes(of: id) }
  }
}
