import Generation
import OutputConstraints
import Synchronization

/// Masks of recently seen keys; the least recently used one makes room.
final class MaskMemo: Sendable {
  /// A mask without any token refused for its length.
  struct Entry: Sendable {
    var mask: TokenSet
    /// Largest rise of the finish bound over the mask's tokens, in bytes.
    var largestRise: Int
  }

  private struct Table {
    var entries: [MaskKey: (entry: Entry, lastUse: Int)] = [:]
    var clock = 0
  }

  private let capacity: Int
  private let table = Mutex(Table())

  /// A memo of at most `capacity` masks.
  init(capacity: Int) {
    self.capacity = capacity
  }

  func entry(for key: MaskKey) -> Entry? {
    table.withLock { table in
      table.clock += 1
      guard let index = table.entries.index(forKey: key) else { return nil }
      table.entries.values[index].lastUse = table.clock
      return table.entries.values[index].entry
    }
  }

  func insert(_ entry: Entry, for key: MaskKey) {
    table.withLock { table in
      table.clock += 1
      if table.entries.count >= capacity,
        let oldest = table.entries.min(by: { $0.value.lastUse < $1.value.lastUse })
      {
        table.entries[oldest.key] = nil
      }
      table.entries[key] = (entry, table.clock)
    }
  }
}
