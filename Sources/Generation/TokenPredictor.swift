package import Tensors

/// What a decoder needs of a model: logits after the prompt, and after one more token each.
///
/// A model of a few lines satisfies it, so decoding is tested on worlds that can be enumerated.
package protocol TokenPredictor {
  /// Stands for the prompt and the tokens fed after it; a copy is a fork.
  associatedtype Sequence: Sendable

  /// Number of logits per row.
  var vocabularySize: Int { get }

  /// Begins with the prompt alone; may be called again to begin anew.
  ///
  /// - Parameter logits: Row 0, ``vocabularySize`` numbers, receives the logits of the first token.
  /// - Returns: The sequence that holds nothing but the prompt.
  /// - Throws: Whatever keeps the model from running.
  func start(logits: FloatMatrix) throws -> Sequence

  /// Feeds one token to each of several sequences.
  ///
  /// - Parameters:
  ///   - batch: Sequences returned by the last call, any of them any number of times, each with the
  ///     token to append. Sequences that are left out are dropped and must not be used again. As long
  ///     as no call had more than one entry, it may instead be any sequence returned before; those
  ///     that came after it are dropped.
  ///   - logits: Row `r` receives the logits that follow entry `r`.
  /// - Returns: One sequence per entry.
  /// - Throws: Whatever keeps the model from running.
  func advance(_ batch: [PredictorInput<Sequence>], logits: FloatMatrix) throws -> [Sequence]

  /// `log(sum(exp(x)))`; not finite when a logit is not a number or none is finite.
  func logSumExp(_ logits: UnsafePointer<Float>, count: Int) -> Float
}

/// A sequence and the token to append to it.
package struct PredictorInput<Sequence: Sendable>: Sendable {
  /// The sequence so far.
  package var sequence: Sequence
  /// The token to append.
  package var token: Int

  package init(sequence: Sequence, token: Int) {
    self.sequence = sequence
    self.token = token
  }
}

extension TokenPredictor {
  /// In float64, one value after the other.
  package func logSumExp(_ logits: UnsafePointer<Float>, count: Int) -> Float {
    Logits.logSumExp(logits, count: count)
  }
}
