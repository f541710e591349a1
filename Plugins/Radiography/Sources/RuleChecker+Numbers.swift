import TaskProtocol

/// Rules about numbers with units.
extension RuleChecker {
  private static let units: [String: String] = [
    "mm": "mm", "millimeter": "mm", "millimeters": "mm", "millimetre": "mm", "millimetres": "mm",
    "cm": "cm", "centimeter": "cm", "centimeters": "cm", "centimetre": "cm", "centimetres": "cm",
    "cms": "cm", "m": "m", "meter": "m", "meters": "m", "ml": "ml", "cc": "ml", "l": "l",
    "liter": "l", "liters": "l", "litre": "l", "litres": "l", "%": "%", "percent": "%",
  ]

  /// The unit of the number at a word, that of the last number in `3 x 4 x 5 cm`.
  private func unit(in words: [SentenceWord], at index: Int) -> String {
    var place = index + 1
    while place + 1 < words.count, words[place].text == "x" || words[place].text == "by",
      words[place + 1].kind == .number
    {
      place += 2
    }
    guard place < words.count else { return "" }
    return Self.units[words[place].text] ?? ""
  }

  mutating func checkRange(_ rule: Rule, _ range: Rule.MeasurementRange) {
    for sentence in sentences {
      let words = sentence.words
      func holds(_ terms: [Term], in range: Range<Int>) -> Bool {
        range.contains { index in terms.contains { $0.end(in: words, from: index) != nil } }
      }
      guard range.near.isEmpty || holds(range.near, in: words.indices) else { continue }
      for index in words.indices where words[index].kind == .number {
        guard unit(in: words, at: index) == range.unit, let value = Double(words[index].text),
          !(range.least...range.most).contains(value)
        else { continue }
        let around = max(0, index - 8)..<min(words.count, index + 9)
        guard range.beside.isEmpty || holds(range.beside, in: around) else { continue }
        report(
          rule,
          at: words[index].range.lowerBound,
          [
            "found": words[index].text + (range.unit.isEmpty ? "" : " \(range.unit)"),
            "least": shown(range.least), "most": shown(range.most), "unit": range.unit,
          ]
        )
      }
    }
  }

  /// A number without a needless fraction.
  private func shown(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? "\(value)"
  }
}
