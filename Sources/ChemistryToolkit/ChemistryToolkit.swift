import CIndigo
import Synchronization

/// Chemistry beyond the string, through libindigo: canonical form, valence check, layout, MOL files,
/// depiction and fingerprints.
///
/// Each call has a session of its own, so that objects and options of one never meet another's.
/// Calls take turns: the library keeps some of its tables for the whole process.
package enum ChemistryToolkit {
  /// Longest string that the library is given, in bytes: its searches are exponential at worst.
  package static let maximumByteCount = 8192

  /// Longest time for one search of the library, in milliseconds.
  static let timeout: Int32 = 5000

  private static let turn = Mutex(())

  /// Reads a SMILES string and hands it to a body.
  ///
  /// - Parameters:
  ///   - smiles: A string that some other reader has accepted already: at most
  ///     ``maximumByteCount`` bytes, no NUL byte.
  ///   - body: What to do with the molecule, which must not be kept.
  /// - Returns: What the body returns.
  /// - Throws: ``ToolkitFailure`` when the library refuses the string, or what the body throws.
  package static func read<Result: Sendable>(
    _ smiles: String,
    _ body: (ToolkitMolecule) throws(ToolkitFailure) -> Result
  ) throws(ToolkitFailure) -> Result {
    try session { () throws(ToolkitFailure) in
      try body(ToolkitMolecule(smiles, atMost: maximumByteCount))
    }
  }

  /// Reads a MOL file of our own making; see ``read(_:_:)``.
  ///
  /// - Returns: What the body returns.
  /// - Throws: ``ToolkitFailure`` when the library refuses the file, or what the body throws.
  package static func read<Result: Sendable>(
    molfile: String,
    _ body: (ToolkitMolecule) throws(ToolkitFailure) -> Result
  ) throws(ToolkitFailure) -> Result {
    try session { () throws(ToolkitFailure) in
      try body(ToolkitMolecule(molfile, atMost: 16 * maximumByteCount))
    }
  }

  /// Reads two SMILES strings; see ``read(_:_:)``.
  ///
  /// - Returns: What the body returns.
  /// - Throws: ``ToolkitFailure`` when the library refuses a string, or what the body throws.
  package static func read<Result: Sendable>(
    _ first: String,
    _ second: String,
    _ body: (ToolkitMolecule, ToolkitMolecule) throws(ToolkitFailure) -> Result
  ) throws(ToolkitFailure) -> Result {
    try session { () throws(ToolkitFailure) in
      try body(
        ToolkitMolecule(first, atMost: maximumByteCount),
        ToolkitMolecule(second, atMost: maximumByteCount)
      )
    }
  }

  private static func session<Result: Sendable>(
    _ body: () throws(ToolkitFailure) -> Result
  ) throws(ToolkitFailure) -> Result {
    try turn.withLock { _ throws(ToolkitFailure) in
      let session = indigoAllocSessionId()
      indigoSetSessionId(session)
      defer {
        indigoFreeAllObjects()
        indigoReleaseSessionId(session)
      }
      // Errors are read from the return values; the default handler would print them.
      indigoSetErrorHandler(nil, nil)
      indigoSetOptionInt("timeout", timeout)
      // Files of the same molecule are the same, whatever the day.
      indigoSetOptionBool("molfile-saving-skip-date", 1)
      indigoSetOption("molfile-saving-mode", "2000")
      // Rings with exocyclic double bonds are aromatic, as other toolkits have it.
      indigoSetOption("aromaticity-model", "generic")
      return try body()
    }
  }
}
