import Generation

/// Makes inputs: each follows from a seed alone.
struct FuzzMutator {
  let corpus: FuzzCorpus
  private var generator: SplitMix64
  private var bytes: [UInt8] = []

  /// Longest input, in bytes.
  static let maximumLength = 96 << 10

  init(_ corpus: FuzzCorpus, seed: UInt64) {
    self.corpus = corpus
    generator = SplitMix64(seed: seed)
  }

  /// The input.
  mutating func make() -> [UInt8] {
    bytes = pick(corpus.seeds)
    for _ in 0...below(6) {
      mutate()
      if bytes.count > Self.maximumLength { bytes.removeSubrange(Self.maximumLength...) }
    }
    return bytes
  }

  private mutating func below(_ limit: Int) -> Int {
    limit <= 1 ? 0 : Int(generator.next() % UInt64(limit))
  }

  private mutating func pick<T>(_ choices: [T]) -> T { choices[below(choices.count)] }

  /// A place in the text, its end included.
  private mutating func place() -> Int { below(bytes.count + 1) }

  /// A stretch of the text, mostly short.
  private mutating func stretch() -> Range<Int> {
    let start = place()
    let limit = below(4) == 0 ? bytes.count - start : min(bytes.count - start, 12)
    return start..<start + below(limit + 1)
  }

  private mutating func mutate() {
    switch below(16) {
    case 0:
      guard !bytes.isEmpty else { return }
      bytes[below(bytes.count)] ^= 1 << UInt8(below(8))
    case 1:
      guard !bytes.isEmpty else { return }
      bytes[below(bytes.count)] = UInt8(truncatingIfNeeded: generator.next())
    case 2, 3: bytes.removeSubrange(stretch())
    case 4: insert(Array(bytes[stretch()]))
    case 5: splice()
    case 6, 7, 8: insert(pick(corpus.words))
    case 9: bytes.replaceSubrange(stretch(), with: pick(corpus.words))
    case 10: replaceNumber()
    case 11: `repeat`()
    case 12: insert(pick(Self.oddities))
    case 13: bytes.removeSubrange(place()...)
    case 14: moveStretch()
    default: bytes.replaceSubrange(stretch(), with: pick(Self.oddities))
    }
  }

  private mutating func insert(_ text: [UInt8]) { bytes.insert(contentsOf: text, at: place()) }

  /// The beginning of one input and the end of another.
  private mutating func splice() {
    let other = pick(corpus.seeds)
    let start = below(other.count + 1)
    bytes = Array(bytes[..<place()] + other[start...])
  }

  /// Puts another number in the place of one.
  private mutating func replaceNumber() {
    let digits = bytes.indices.filter { (0x30...0x39).contains(bytes[$0]) }
    guard !digits.isEmpty else { return }
    let start = pick(digits)
    var end = start
    while end < bytes.count, (0x30...0x39).contains(bytes[end]) { end += 1 }
    bytes.replaceSubrange(start..<end, with: Array(pick(Self.numbers).utf8))
  }

  /// A word or a stretch many times: deep nesting, long lines, up to 64 KiB.
  private mutating func `repeat`() {
    let unit = below(2) == 0 ? pick(corpus.words) : Array(bytes[stretch()])
    guard !unit.isEmpty else { return }
    // Mostly a few times; long inputs cost the time of many short ones.
    let length = below(64) == 0 ? 64 << 10 : below(8) == 0 ? 4096 : 128
    let count = 1 + below(max(1, length / unit.count))
    insert(Array(repeatElement(unit, count: count).joined()))
  }

  private mutating func moveStretch() {
    let range = stretch()
    let text = Array(bytes[range])
    bytes.removeSubrange(range)
    insert(text)
  }

  private static let numbers = [
    "0", "1", "2", "-1", "00", "63", "64", "65", "255", "256", "999", "1000", "1001", "65534",
    "65535", "65536", "99999", "2147483647", "2147483648", "4294967296", "9223372036854775807",
    "9223372036854775808", "18446744073709551616", "1e308", "1e999", "0.1", "NaN",
    String(repeating: "9", count: 400),
  ]

  /// Ill-formed UTF-8, controls, marks that combine, and characters that parsers trip over.
  private static let oddities: [[UInt8]] = [
    [0], [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82], [0x80],
    [0xEF, 0xBB, 0xBF], [0xFE, 0xFF], [0xFF, 0xFE], [0x0D, 0x0A], [0x0D], [0x09], [0x0C], [0x1B],
    [0xEF, 0xBF, 0xBE], [0xEF, 0xBF, 0xBF], [0xEF, 0xB7, 0x90], Array("\u{85}".utf8),
    Array("\u{2028}".utf8), Array("\u{301}".utf8), Array("\u{200D}".utf8), Array("\u{202E}".utf8),
    Array("\u{1F469}\u{200D}\u{1F52C}".utf8), Array("\u{FDFA}".utf8), Array("İ".utf8),
    Array("<".utf8), Array(">".utf8), Array("&".utf8), Array("&#0;".utf8), Array("&#x110000;".utf8),
    Array("<!--".utf8), Array("-->".utf8), Array("<![CDATA[".utf8), Array("<?xml ".utf8),
    Array("<!DOCTYPE a [<!ENTITY b \"&b;&b;\">]>".utf8), Array("%(".utf8), Array("%s%n".utf8),
    Array("\\".utf8), Array("\"".utf8), Array("'".utf8), Array("*-".utf8), Array("\t\t".utf8),
  ]
}
