/// A step at which a mask kept the decoder from the token that the model favoured.
///
/// Valid is not the same as right: the masked mass says how much of the model's belief was overruled.
package struct Intervention: Sendable, Hashable {
  /// Why the favourite was not taken.
  ///
  /// Raw values are those of the task result.
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Another token took the favourite's place.
    case redirected
    /// Only one token was possible.
    case forced
    /// The favourite was acceptable, but the output could not have ended in time.
    case budget
    /// A token chosen here before led to a text that no token could continue, and was taken back.
    case returned
  }

  /// Index of the generated token, counted from 0.
  package var step: Int
  /// Why the favourite was not taken.
  package var kind: Kind
  /// The token with the largest probability before masking.
  package var favourite: Int
  /// The token that was taken.
  package var chosen: Int
  /// Natural logarithm of the favourite's probability before masking.
  package var favouriteLogProbability: Float
  /// Natural logarithm of the chosen token's probability before masking.
  package var chosenLogProbability: Float
  /// Probability of everything that the mask removed, 0...1.
  package var maskedMass: Float

  package init(
    step: Int,
    kind: Kind,
    favourite: Int,
    chosen: Int,
    favouriteLogProbability: Float,
    chosenLogProbability: Float,
    maskedMass: Float
  ) {
    self.step = step
    self.kind = kind
    self.favourite = favourite
    self.chosen = chosen
    self.favouriteLogProbability = favouriteLogProbability
    self.chosenLogProbability = chosenLogProbability
    self.maskedMass = maskedMass
  }
}
