import Generation
import Tensors

/// A model whose logits are a function of the tokens fed so far.
struct World: TokenPredictor {
  let vocabularySize: Int
  let logits: @Sendable ([Int]) -> [Float]

  func start(logits matrix: FloatMatrix) -> [Int] {
    write([], 0, matrix)
    return []
  }

  func advance(_ batch: [PredictorInput<[Int]>], logits matrix: FloatMatrix) -> [[Int]] {
    batch.enumerated().map { row, input in
      let path = input.sequence + [input.token]
      write(path, row, matrix)
      return path
    }
  }

  private func write(_ path: [Int], _ row: Int, _ matrix: FloatMatrix) {
    for (id, value) in logits(path).enumerated() { matrix.row(row)[id] = value }
  }

  /// Logits in -3...3 that depend on every token of the path and on a seed.
  static func random(vocabulary: Int, seed: UInt64) -> World {
    World(vocabularySize: vocabulary) { path in
      var state = seed
      for id in path { state = state &* 31 &+ UInt64(id) &+ 7 }
      var generator = SplitMix64(seed: state)
      return (0..<vocabulary).map { _ in Float(generator.unit() * 6 - 3) }
    }
  }

  /// Log-probabilities after a path, with some ids taken out.
  func logProbabilities(after path: [Int], without forbidden: Set<Int> = []) -> [Double] {
    let row = logits(path).enumerated().map {
      forbidden.contains($0.offset) ? -Double.infinity : Double($0.element)
    }
    let largest = row.max() ?? 0
    let total = row.reduce(0) { $0 + exponential($1 - largest) }
    return row.map { $0 - largest - naturalLogarithm(total) }
  }
}

/// Every text of a finite language, as token ids without the end token.
struct Language: TokenMasking {
  let texts: [[Int]]
  let end: Int
  let vocabulary: Int

  var initial: [Int] { [] }

  func verdict(on id: Int, in state: [Int], budget: Int) -> TokenVerdict {
    if id == end { return mayEnd(state) ? .allowed : .refused }
    let prefix = state + [id]
    let lengths = texts.filter { $0.starts(with: prefix) }.map { $0.count - state.count + 1 }
    guard let shortest = lengths.min() else { return .refused }
    return shortest <= budget ? .allowed : .overBudget
  }

  func mask(in state: [Int], budget: Int) -> TokenSet {
    TokenSet(
      limit: vocabulary,
      (0..<vocabulary).filter { verdict(on: $0, in: state, budget: budget) == .allowed }
    )
  }

  func advance(_ state: inout [Int], by id: Int) {
    if id != end { state.append(id) }
  }

  func mayEnd(_ state: [Int]) -> Bool { texts.contains(state) }

  var minimumBudget: Int { (texts.map(\.count).min() ?? 0) + 1 }
}
