package import Checkpoints
import Checksums

extension SafetensorsFile {
  /// SHA-256 of everything after the header, hexadecimal.
  ///
  /// - Parameter progress: Called with the share that is done, 0...1.
  /// - Returns: 64 lower-case digits.
  package func dataSum(progress: (Double) -> Void = { _ in }) -> String {
    let data = self.data
    let hash = RunningHash()
    var place = 0
    while place < data.count {
      let end = min(place + 64 << 20, data.count)
      hash.update(UnsafeRawBufferPointer(rebasing: data[place..<end]))
      place = end
      progress(Double(place) / Double(data.count))
    }
    return hash.finish()
  }
}
