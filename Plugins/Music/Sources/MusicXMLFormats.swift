package import TaskProtocol
import XMLValidation

/// What the music task reads and writes besides **kern.
package enum MusicXMLFormats {
  /// MusicXML as text and compressed, and MIDI.
  package static let exporters: [Exporter<Score>] = [
    Exporter(
      name: "musicxml",
      fileExtension: "musicxml",
      mediaType: "application/vnd.recordare.musicxml+xml",
      summary: "MusicXML 4.0, partwise; everything the score has, and no layout.",
      writing: { (score: Score) throws(ExportFailure) -> String in
        try MusicXMLWriter.text(of: score)
      }
    ),
    Exporter(
      name: "mxl",
      fileExtension: "mxl",
      mediaType: "application/vnd.recordare.musicxml",
      summary: "The same, compressed.",
      bytes: { (score: Score) throws(ExportFailure) -> [UInt8] in
        try CompressedMusicXML.write(score: Array(try MusicXMLWriter.text(of: score).utf8))
      }
    ),
    Exporter(
      name: "midi",
      fileExtension: "mid",
      mediaType: "audio/midi",
      summary: "What sounds, once through: repeats are not played out, ties are one note.",
      bytes: { (score: Score) throws(ExportFailure) -> [UInt8] in
        try MIDIWriter.bytes(of: score)
      }
    ),
  ]

  /// MusicXML of any tool.
  package static let inputFormats: [InputFormat] = [
    InputFormat(
      name: "musicxml",
      fileExtensions: ["musicxml", "xml"],
      summary: "MusicXML up to 4.0, partwise or timewise."
    ),
    InputFormat(name: "mxl", fileExtensions: ["mxl"], summary: "Compressed MusicXML."),
  ]

  /// Whether a source is MusicXML: by the format the user named, else by its first bytes, else by its
  /// name.
  package static func recognises(_ source: ValidationSource) -> Bool {
    if let format = source.format { return inputFormats.contains { $0.name == format } }
    guard source.origin == .file else { return false }
    let bytes = source.bytes
    if CompressedMusicXML.isArchive(bytes) { return true }
    // A byte order mark, white space, then a tag; UTF-16 has zeros in between.
    let visible = bytes.prefix(64).filter { ![0, 0x09, 0x0A, 0x0D, 0x20].contains($0) && $0 < 0x80 }
    if let first = visible.first { return first == UInt8(ascii: "<") }
    let ending = source.path?.split(separator: ".").last?.lowercased() ?? ""
    return inputFormats.contains { $0.fileExtensions.contains(ending) }
  }

  /// The text in a source, taken out of its archive, and what is wrong with the archive.
  private static func text(of source: ValidationSource) -> CompressedMusicXML.Contents {
    guard source.format == "mxl" || CompressedMusicXML.isArchive(source.bytes) else {
      return CompressedMusicXML.Contents(score: source.bytes)
    }
    return CompressedMusicXML.read(source.bytes)
  }

  /// What there is to say about a MusicXML file of any tool.
  ///
  /// - Throws: ``SchemaFailure`` when the schema asked for cannot be used.
  package static func validate(_ source: ValidationSource) throws(SchemaFailure) -> [Finding] {
    var schema: MarkupSchema?
    if let path = source.schemaPath {
      do {
        schema = try MarkupSchema(path: path)
      } catch {
        throw SchemaFailure(path: path, reason: error.description)
      }
    }
    let contents = text(of: source)
    var findings = contents.findings
    if let score = contents.score { findings += MusicXMLValidator.findings(score, schema: schema) }
    return findings.map { $0.placed(in: source.path) }
  }

  /// Reads a MusicXML file of any tool.
  ///
  /// - Parameter acceptsLoss: Whether what a score cannot hold may be left out.
  /// - Throws: ``ParseFailure`` with what is wrong, or with what would be lost.
  package static func read(
    _ source: ValidationSource,
    acceptsLoss: Bool
  ) throws(ParseFailure) -> Score {
    let contents = text(of: source)
    guard let score = contents.score else {
      throw ParseFailure(findings: contents.findings.map { $0.placed(in: source.path) })
    }
    do {
      return try MusicXMLReader.read(score, acceptsLoss: acceptsLoss).score
    } catch {
      throw ParseFailure(findings: error.findings.map { $0.placed(in: source.path) })
    }
  }
}

extension Finding {
  /// The finding in a file.
  func placed(in path: String?) -> Finding {
    var placed = self
    placed.path = path
    return placed
  }
}
