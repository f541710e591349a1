import Checkpoints
import Kernels
import Tensors

/// Working memory of a session, reused by every block and every step.
final class TextScratch {
  /// Rows that go through a block together; bounds the memory, not the result.
  static let maximumRows = Compute.rowsTogether

  let rows: Int
  let normalised: FloatMatrix
  let query: FloatMatrix
  let key: FloatMatrix
  let value: FloatMatrix
  let attended: FloatMatrix
  let projected: FloatMatrix
  let gate: FloatMatrix
  let up: FloatMatrix
  /// Hidden states of the tokens of one step.
  let hidden: FloatMatrix
  let positions: UnsafeMutablePointer<Int32>
  let lower: UnsafeMutablePointer<Int32>
  let upper: UnsafeMutablePointer<Int32>

  init(_ configuration: TextConfiguration, rows: Int) {
    let hidden = configuration.hiddenSize
    let queryWidth = configuration.headCount * configuration.headSize
    let keyWidth = configuration.keyValueHeadCount * configuration.headSize
    self.rows = rows
    self.normalised = FloatMatrix(rows: rows, columns: hidden)
    self.query = FloatMatrix(rows: rows, columns: queryWidth)
    self.key = FloatMatrix(rows: rows, columns: keyWidth)
    self.value = FloatMatrix(rows: rows, columns: keyWidth)
    self.attended = FloatMatrix(rows: rows, columns: queryWidth)
    self.projected = FloatMatrix(rows: rows, columns: hidden)
    self.gate = FloatMatrix(rows: rows, columns: configuration.intermediateSize)
    self.up = FloatMatrix(rows: rows, columns: configuration.intermediateSize)
    self.hidden = FloatMatrix(rows: rows, columns: hidden)
    self.positions = .allocate(capacity: rows)
    self.lower = .allocate(capacity: rows)
    self.upper = .allocate(capacity: rows)
    positions.initialize(repeating: 0, count: rows)
    lower.initialize(repeating: 0, count: rows)
    upper.initialize(repeating: 0, count: rows)
  }

  deinit {
    positions.deallocate()
    lower.deallocate()
    upper.deallocate()
  }
}
