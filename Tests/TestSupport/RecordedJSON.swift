import Foundation

/// Values in `Tests/Goldens/<folder>/<file>`, which the script beside them made.
///
/// - Throws: What reading or decoding throws.
package func recorded<Value: Decodable>(
  _ path: String,
  as type: Value.Type = Value.self
) throws -> Value {
  try JSONDecoder().decode(
    type,
    from: Data(contentsOf: URL(fileURLWithPath: "\(Golden.root)/\(path)"))
  )
}
