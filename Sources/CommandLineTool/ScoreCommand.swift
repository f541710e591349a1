import ArgumentParser
import PaliGemma
import Tokenization

/// `copyist score`: how probable a given text is.
struct ScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "Print the log-probability of a text, given an image and a prompt.",
    discussion: """
      Log-probabilities are natural logarithms over the tokens that may be generated, after the \
      checkpoint's own soft-cap. The end token is not part of the sum.
      """
  )

  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var promptOptions: PromptOptions

  @Option(help: "The text to score.")
  var text: String

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let environment = try environment()
    let model = try modelOptions.loadedModel(in: environment)
    let features = try promptOptions.features(model: model, in: environment)
    let score: ScoreOutput
    do {
      score = try model.score(features, prompt: promptOptions.prompt, text: text)
    } catch {
      throw ToolError("\(promptOptions.image): \(error)", exit: .failure)
    }
    let sum = score.logProbabilities.reduce(0) { $0 + Double($1) }
    if json {
      environment.output.writeLine(
        try JSONOutput.pretty(
          Record(tokenIDs: score.tokenIDs, logProbabilities: score.logProbabilities, sum: sum)
        )
      )
    } else {
      for (id, value) in zip(score.tokenIDs, score.logProbabilities) {
        let piece = model.tokenizer.piece(id) ?? ""
        environment.output.writeLine("\(value)\t\(id)\t\(piece)")
      }
      environment.output.writeLine("\(sum)\tsum")
    }
  }

  /// What `--json` prints.
  private struct Record: Encodable {
    let tokenIDs: [Int]
    let logProbabilities: [Float]
    let sum: Double

    enum CodingKeys: String, CodingKey {
      case sum
      case tokenIDs = "token_ids"
      case logProbabilities = "logprobs"
    }
  }
}
