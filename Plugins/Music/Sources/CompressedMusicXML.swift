import CZip
package import TaskProtocol
import XMLValidation

/// Compressed MusicXML: a zip archive with the score and a file that says where it is.
package enum CompressedMusicXML {
  /// What is believed of an archive before it is read.
  package struct Limits: Sendable {
    /// Longest archive, in bytes.
    package var archiveBytes = 64 << 20
    /// Longest file in it that is read, in bytes.
    package var fileBytes = 32 << 20
    /// Most files in it.
    package var fileCount = 1000
    /// Largest ratio of a file's length to its compressed length, past the first megabyte; real
    /// scores stay below 60, and the most that deflate can do is 1032.
    package var ratio = 250

    /// The limits that the tool uses.
    package init() {}
  }

  /// The score in an archive, and what is wrong with the archive.
  package struct Contents: Sendable {
    /// The MusicXML text, `nil` when there is none to be had.
    package var score: [UInt8]?
    /// Problems of the archive; errors when `score` is `nil`.
    package var findings: [Finding] = []
  }

  /// Where the standard puts the file that names the score.
  static let containerPath = "META-INF/container.xml"
  /// The media type, which the first file of an archive states.
  static let mediaType = "application/vnd.recordare.musicxml"
  /// The media type of a score within an archive.
  static let scoreMediaType = "application/vnd.recordare.musicxml+xml"

  /// Whether bytes begin as a zip archive does.
  package static func isArchive(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) || bytes.starts(with: [0x50, 0x4B, 0x05, 0x06])
  }

  /// Reads the score out of an archive.
  package static func read(_ bytes: [UInt8], limits: Limits = Limits()) -> Contents {
    var contents = Contents()
    do {
      let archive = try ZipArchive(bytes, limits: limits)
      let path = try scorePath(in: archive, &contents.findings)
      if archive.names.first != "mimetype" {
        contents.findings.append(
          finding(
            "mxl-mimetype",
            "The archive does not begin with a file \"mimetype\".",
            severity: .note,
            suggestion: "MusicXML 4.0 asks for one that says \(mediaType)."
          )
        )
      }
      contents.score = try archive.file(path)
    } catch {
      contents.findings.append(error.finding)
    }
    return contents
  }

  static func finding(
    _ code: String,
    _ message: String,
    severity: Severity = .error,
    suggestion: String? = nil
  ) -> Finding {
    Finding(code: code, severity: severity, message: message, suggestion: suggestion)
  }

  /// The path of the score: what the container file says, or else the only score there is.
  private static func scorePath(
    in archive: ZipArchive,
    _ findings: inout [Finding]
  ) throws(ZipFailure) -> String {
    guard archive.names.contains(containerPath) else {
      let scores = archive.names.filter { name in
        !name.hasPrefix("META-INF/") && [".xml", ".musicxml"].contains { name.hasSuffix($0) }
      }
      guard scores.count == 1, let only = scores.first else {
        throw ZipFailure(
          code: "mxl-container",
          message: "The archive has no \(containerPath), and \(scores.count) files could be the score."
        )
      }
      findings.append(
        finding(
          "mxl-container",
          "The archive has no \(containerPath) that says which file is the score.",
          suggestion: "It holds one score, \(only), which was read."
        )
      )
      return only
    }
    let document = MarkupDocument.xml(try archive.file(containerPath))
    let files = document.root?.child("rootfiles")?.children("rootfile") ?? []
    let scores = files.filter { $0[attribute: "media-type"].map { $0 == scoreMediaType } ?? true }
    guard let path = scores.first?[attribute: "full-path"], !path.isEmpty else {
      throw ZipFailure(
        code: "mxl-container",
        message: "\(containerPath) names no MusicXML file as a <rootfile>."
      )
    }
    guard archive.names.contains(path) else {
      throw ZipFailure(
        code: "mxl-container",
        message: "\(containerPath) names \"\(path.prefix(200))\", which is not in the archive."
      )
    }
    return path
  }

  /// Writes an archive; the same score gives the same bytes.
  ///
  /// - Parameters:
  ///   - score: The MusicXML text.
  ///   - name: The score's name in the archive.
  /// - Throws: ``ExportFailure`` when libzip refuses.
  package static func write(
    score: [UInt8],
    name: String = "score.musicxml"
  ) throws(ExportFailure) -> [UInt8] {
    let container = """
      <?xml version="1.0" encoding="UTF-8"?>
      <container>
        <rootfiles>
          <rootfile full-path="\(name)" media-type="\(scoreMediaType)"/>
        </rootfiles>
      </container>

      """
    do {
      return try ZipArchive.bytes(of: [
        ZipArchive.File(name: "mimetype", bytes: Array(mediaType.utf8), isCompressed: false),
        ZipArchive.File(name: containerPath, bytes: Array(container.utf8)),
        ZipArchive.File(name: name, bytes: score),
      ])
    } catch {
      throw ExportFailure(format: "mxl", reason: error.message)
    }
  }
}

/// Why an archive cannot be read or written.
package struct ZipFailure: Error, Equatable {
  var code: String
  var message: String
  var suggestion: String?

  var finding: Finding {
    CompressedMusicXML.finding(code, message, suggestion: suggestion)
  }
}
