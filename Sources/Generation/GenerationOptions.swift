/// How a text is generated.
package struct GenerationOptions: Sendable, Equatable {
  /// Most tokens to generate, the end token included; at least 1.
  package var maximumTokens: Int
  /// How the next token is chosen.
  package var strategy: DecodingStrategy
  /// Beam search only: a finished hypothesis of `n` tokens scores `sum(log p) / n^lengthPenalty`.
  ///
  /// 1 is the reference implementation's default; 0 ranks by plain log-probability, as the authors'
  /// own evaluation does, whose best hypothesis is then the same.
  package var lengthPenalty: Float
  /// Beam search only: when a search whose finished hypotheses fill the beam stops.
  package var beamStopping: BeamStopping
  /// Texts at whose first occurrence the output is cut; none of them empty.
  ///
  /// Greedy decoding and sampling stop there; beam search runs to its own end first.
  package var stopStrings: [String]
  /// How often decoding may take back a token when a mask leaves none.
  ///
  /// Beam search drops such a hypothesis instead, unless this is 0.
  package var maximumReturns: Int

  /// Greedy decoding unless told otherwise.
  package init(
    maximumTokens: Int = 256,
    strategy: DecodingStrategy = .greedy,
    lengthPenalty: Float = 1,
    beamStopping: BeamStopping = .heuristic,
    stopStrings: [String] = [],
    maximumReturns: Int = 8
  ) {
    self.maximumTokens = maximumTokens
    self.strategy = strategy
    self.lengthPenalty = lengthPenalty
    self.beamStopping = beamStopping
    self.stopStrings = stopStrings
    self.maximumReturns = maximumReturns
  }

  /// Hypotheses that one step carries at most.
  package var width: Int {
    if case .beam(let width) = strategy { width } else { 1 }
  }

  /// Refuses options outside their ranges.
  package func validate() throws(GenerationError) {
    func require(
      _ condition: Bool,
      _ name: String,
      _ found: some CustomStringConvertible,
      _ expected: String
    ) throws(GenerationError) {
      guard condition else {
        throw .option(name: name, found: found.description, expected: expected)
      }
    }
    try require(maximumTokens >= 1, "maximum tokens", maximumTokens, "at least 1")
    try require(lengthPenalty.isFinite, "length penalty", lengthPenalty, "a finite number")
    try require(
      !stopStrings.contains(""),
      "stop strings",
      "an empty one",
      "at least one character each"
    )
    switch strategy {
    case .greedy: break
    case .beam(let width):
      try require((1...64).contains(width), "beams", width, "1...64")
    case .sample(let temperature, let topK, let topP, _):
      try require(
        temperature > 0 && temperature.isFinite,
        "temperature",
        temperature,
        "above 0 (for the most probable token use greedy decoding)"
      )
      if let topK { try require(topK >= 1, "top-k", topK, "at least 1") }
      if let topP { try require(topP > 0 && topP <= 1, "top-p", topP, "above 0, at most 1") }
    }
  }
}

/// How the next token is chosen.
package enum DecodingStrategy: Sendable, Equatable {
  /// The most probable token; the smallest id among equals.
  case greedy
  /// Beam search with this many hypotheses, 1...64.
  case beam(width: Int)
  /// Draws from the softmax of `logits / temperature`.
  ///
  /// The logits are cut to the `topK` largest first and then to the fewest tokens whose probability
  /// reaches `topP`, as in the reference. The same seed draws the same tokens.
  case sample(temperature: Float, topK: Int?, topP: Float?, seed: UInt64)
}

/// When a beam search stops whose finished hypotheses fill the beam.
package enum BeamStopping: String, Sendable, Equatable, CaseIterable {
  /// When the best live hypothesis, scored at its present length, is no better than the worst
  /// finished one: `early_stopping=False` of the reference, its default.
  case heuristic
  /// At once: `early_stopping=True`.
  case whenFull
  /// When no continuation up to the token limit could do better: `early_stopping="never"`.
  case exhaustive
}
