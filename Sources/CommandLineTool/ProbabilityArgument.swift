import ArgumentParser

/// Reads an argument that is a probability.
///
/// - Throws: `ValidationError` for anything but a number from 0 to 1.
@Sendable
func probability(_ text: String) throws -> Double {
  guard let value = Double(text), (0...1).contains(value) else {
    throw ValidationError("expected a number from 0 to 1")
  }
  return value
}
