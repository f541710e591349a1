/// One output and what it is compared with.
public struct ScoredPair: Sendable {
  /// What the model, or another tool, wrote.
  public let prediction: String
  /// What is right, in the task's language; at least one, several where more than one answer is right.
  public let references: [String]
  /// What programs elsewhere said of the pair, by their names: members of a line of a judgements file.
  public let judgements: [String: JSONValue]

  /// A pair; see the properties for what each value means.
  public init(prediction: String, references: [String], judgements: [String: JSONValue] = [:]) {
    self.prediction = prediction
    self.references = references
    self.judgements = judgements
  }
}
