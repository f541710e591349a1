/// How much a conformance run tries.
public struct ConformanceOptions: Sendable {
  /// Random walks through the constraint, one byte at a time.
  public var walks: Int
  /// Longest walk in bytes; it is then closed.
  public var walkLength: Int
  /// Outputs decoded from random logits.
  public var decodes: Int
  /// Everything random follows from this number.
  public var seed: UInt64
  /// Tokens in the synthetic vocabulary of the random decodes, at least 2048.
  public var vocabularySize: Int
  /// Whether masks are timed over a vocabulary of 257 152 tokens, which takes some seconds.
  public var measuresSpeed: Bool
  /// Times by which masks may exceed the project's limits; 3 because a test shares its machine.
  public var speedSlack = 3.0
  /// Threads that walk and decode; what is found does not depend on them.
  public var jobs: Int
  /// Called now and then, on any thread, with the walks and decodes made and how many there will be.
  public var onProgress: (@Sendable (_ made: Int, _ total: Int) -> Void)?

  /// Options; the defaults suit a test that runs for a few seconds.
  public init(
    walks: Int = 1000,
    walkLength: Int = 200,
    decodes: Int = 500,
    seed: UInt64 = 1,
    vocabularySize: Int = 2048,
    measuresSpeed: Bool = false,
    jobs: Int = 1,
    onProgress: (@Sendable (_ made: Int, _ total: Int) -> Void)? = nil
  ) {
    self.walks = walks
    self.walkLength = walkLength
    self.decodes = decodes
    self.seed = seed
    self.vocabularySize = max(2048, vocabularySize)
    self.measuresSpeed = measuresSpeed
    self.jobs = jobs
    self.onProgress = onProgress
  }
}
