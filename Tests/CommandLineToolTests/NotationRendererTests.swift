import CommandLineTool
import Foundation
import TestSupport
import Testing

@Suite struct NotationRendererTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A program named `verovio` that runs some shell commands.
  private func renderer(_ commands: String) throws -> NotationRenderer {
    let path = try folder.write("#!/bin/sh\n\(commands)\n", to: "verovio")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    let place = (path as NSString).deletingLastPathComponent
    return try #require(NotationRenderer(path: "/nowhere:\(place)", limit: 2))
  }

  /// The shell commands that copy the score into the drawing.
  private let copying = """
    while [ $# -gt 1 ]; do case $1 in -o) out=$2; shift 2 ;; *) shift ;; esac; done
    { printf '<svg>'; cat "$1"; printf '</svg>'; } > "$out"
    """

  @Test func `a score is handed to the program and its drawing comes back`() throws {
    let drawing = try renderer(copying).svg(of: Array("a score".utf8))
    #expect(drawing.map { String(decoding: $0, as: UTF8.self) } == "<svg>a score</svg>")
  }

  @Test(arguments: ["exit 1", "exit 0", "kill -9 $$", "exec sleep 30"])
  func `a program that fails, says nothing, dies or does not end gives no drawing`(
    _ commands: String
  ) throws {
    #expect(try renderer(commands).svg(of: []) == nil)
  }

  @Test func `without the program there is no renderer`() {
    #expect(NotationRenderer(path: "/nowhere") == nil && NotationRenderer(path: nil) == nil)
  }
}
