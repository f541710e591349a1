import Foundation
import Generation
import LanguageModel
import PaliGemma
import TaskProtocol

/// Another valid text that the model finds more probable than what it wrote under the constraint.
struct SecondReading {
  /// The text's tokens and probabilities, as if the model had written it; the time of both readings.
  var output: GenerationOutput
  /// What was changed in what the model wrote freely.
  var edits: [RepairEdit]
  /// Says so in the result.
  var finding: Finding
}

extension Transcriber {
  /// How improbable, in nats, the tokens that a constraint enforced may be before the image is read again: 1 in 100.
  private static var tolerance: Double { log(100) }

  /// Reads freely what the constraint has led astray, mends it, and says so if it is more probable then.
  ///
  /// Held to a language token by token, a model that has misread a length early must go on with what it
  /// never meant, and can wander off. Its free text is near what it meant, and one or two edits make it
  /// valid. Which of the two is kept the model decides: the one of the larger probability.
  ///
  /// - Parameters:
  ///   - features: The encoded image.
  ///   - output: What was written under the constraint.
  ///   - plugin: The task.
  ///   - options: How to decode.
  ///   - onToken: Called with the number of tokens after each one.
  /// - Returns: `nil` where the first text stays.
  /// - Throws: What generation and scoring throw.
  func secondReading<P: TaskPlugin>(
    of features: ImageFeatures,
    after output: GenerationOutput,
    plugin: P,
    options: TranscriptionOptions,
    onToken: ((Int) -> Void)?
  ) throws -> SecondReading? {
    let lost = output.interventions.reduce(0) {
      $0 + Double($1.favouriteLogProbability - $1.chosenLogProbability)
    }
    guard options.mode == .constrain, lost > Self.tolerance else { return nil }
    var freely = options
    freely.mode = .check
    let free = try generate(features, plugin: plugin, options: freely, onToken: onToken)
    guard free.finishReason == .endToken, let repair = plugin.repair(free.text),
      try Assessment(of: repair.text, by: plugin).isValid
    else { return nil }
    guard let scored = try score(repair.text, features, plugin: plugin),
      scored.sum > output.logProbabilities.reduce(0, { $0 + Double($1) })
    else { return nil }
    let changes = repair.edits.count
    var timing = free.timing
    timing.prefillSeconds += output.timing.prefillSeconds
    timing.decodeSeconds += output.timing.decodeSeconds
    return SecondReading(
      output: GenerationOutput(
        tokenIDs: scored.tokenIDs,
        text: repair.text,
        logProbabilities: scored.logProbabilities,
        finishReason: .endToken,
        interventions: [],
        timing: timing
      ),
      edits: repair.edits,
      finding: Finding(
        code: "second-reading",
        severity: .note,
        message:
          "Under the constraint the model wrote what it finds improbable. This is its free text"
          + (changes == 0 ? "." : ", made valid by \(changes) edit\(changes == 1 ? "" : "s")."),
        suggestion: "Look at the image; the edits are listed in the result."
      )
    )
  }

  /// `nil` where the text has a token that the model may not write.
  private func score(
    _ text: String,
    _ features: ImageFeatures,
    plugin: some TaskPlugin
  ) throws -> ScoreOutput? {
    let prompt = plugin.manifest.promptPrefix
    do {
      guard let stepper else {
        return try model.score(features, prompt: prompt, text: text, includingEnd: true)
      }
      return try stepper.inTurn {
        try model.score(features, prompt: prompt, text: text, includingEnd: true)
      }
    } catch PaliGemmaError.unreachableToken {
      return nil
    }
  }
}
