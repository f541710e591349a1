/// A line on a terminal that says how far long work is; nothing anywhere else.
final class ProgressLine {
  private let stream: TextStream
  private var shown = ""

  init(_ stream: TextStream) { self.stream = stream }

  /// Replaces the line when the text is new.
  func show(_ text: String) {
    guard stream.isTerminal, text != shown else { return }
    shown = text
    stream.write("\r\u{1B}[K\(text)")
  }

  /// Removes the line.
  func clear() {
    guard stream.isTerminal, !shown.isEmpty else { return }
    shown = ""
    stream.write("\r\u{1B}[K")
  }
}
