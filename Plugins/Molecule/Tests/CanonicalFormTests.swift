import Foundation
import MoleculeDomain
import Testing

/// How far libindigo's canonical form can be trusted, over lists that Reference/nci_lists.py writes.
///
///     COPYIST_MOLECULE_LISTS=FOLDER swift test -c release --filter CanonicalFormTests
///     python Reference/compare_canonical.py FOLDER
@Suite struct CanonicalFormTests {
  @Test(.enabled(if: ProcessInfo.processInfo.environment["COPYIST_MOLECULE_LISTS"] != nil))
  func `the canonical form does not depend on the order of the atoms`() throws {
    let folder = ProcessInfo.processInfo.environment["COPYIST_MOLECULE_LISTS"] ?? ""
    func list(_ name: String) throws -> [String] {
      try String(contentsOfFile: "\(folder)/\(name).smi", encoding: .utf8)
        .split(separator: "\n").map(String.init)
    }
    let plugin = MoleculePlugin()
    var forms: [String] = []
    var unstable = 0
    var missing = 0
    for (text, other) in zip(try list("nci"), try list("nci-random")) {
      let form = (try? plugin.parse(text))?.canonicalSMILES
      let second = (try? plugin.parse(other))?.canonicalSMILES
      forms.append(form ?? "")
      if form == nil || second == nil {
        missing += 1
        print("no canonical form: \(text) \(other)")
      } else if form != second {
        unstable += 1
        print("unstable: \(text) \(other)")
      }
    }
    print("\(missing) without a canonical form, \(unstable) unstable, \(forms.count) in all")
    try (forms.joined(separator: "\n") + "\n").write(
      toFile: "\(folder)/nci-canonical.smi",
      atomically: true,
      encoding: .utf8
    )
    #expect((missing + unstable) * 200 <= forms.count)
  }
}
