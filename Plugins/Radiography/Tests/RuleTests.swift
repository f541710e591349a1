import Foundation
import RadiographyDomain
import TaskProtocol
import Testing

@Suite struct RuleTests {
  private let plugin = RadiographyPlugin()

  private func settings(_ text: String) -> [String: String] {
    Dictionary(
      uniqueKeysWithValues: text.split(separator: ",").map { pair in
        let parts = pair.split(separator: "=").map(String.init)
        return (parts[0], parts[1])
      }
    )
  }

  @Test func `every report has the findings of the table`() throws {
    var names: Set<String> = []
    for line in try Files.lines("Fixtures/Reports/expected.tsv") {
      let fields = line.components(separatedBy: "\t")
      try #require(fields.count == 3, "\(line)")
      names.insert(fields[0] + ".txt")
      let text = try Files.text("Fixtures/Reports/\(fields[0]).txt")
      let found = try plugin.configured(settings(fields[1])).check(text, path: fields[0])
        .filter { $0.severity != .note }
      let shown = found.map { "\($0.code):\($0.line ?? 0)" }.sorted()
      let expected = fields[2].split(separator: " ").map(String.init).sorted()
      #expect(shown == expected, "\(fields[0]): \(found.map(\.message))")
      #expect(found.allSatisfy { $0.path == fields[0] && $0.suggestion != nil })
      #expect(found.allSatisfy { !$0.message.contains("{") || $0.code == "placeholder" })
    }
    let folder = Files.folder.appendingPathComponent("Fixtures/Reports").path
    let stored = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(Set(stored.filter { $0.hasSuffix(".txt") }) == names)
    #expect(names.count >= 40)
  }

  @Test func `no rule of severity error can be broken under constrained decoding`() {
    #expect(EmbeddedData.unkeptErrors == [])
    #expect(EmbeddedData.ruleCodes.count >= 15)
  }

  @Test func `a comparison without an earlier examination is an error only when that is known`()
    throws
  {
    let claim = "FINDINGS: The effusion is unchanged.\nIMPRESSION: Effusion."
    func severity(_ text: String, _ plugin: RadiographyPlugin) throws -> Severity? {
      try plugin.check(text).first { $0.code == "prior-claim" }?.severity
    }
    #expect(try severity(claim, plugin) == .warning)
    #expect(try severity("COMPARISON: None.\n" + claim, plugin) == .error)
    #expect(try severity("COMPARISON: CT of 2 May.\n" + claim, plugin) == nil)
    #expect(try severity("COMPARISON: Nonenhanced CT.\n" + claim, plugin) == nil)
    #expect(try severity(claim, plugin.configured(["prior": "given"])) == nil)
    let model = try plugin.validate(ValidationSource(modelOutput: claim))
    #expect(model.first { $0.code == "prior-claim" }?.severity == .error)
  }

  @Test func `a place is that of the word, not of the sentence`() throws {
    let text =
      "FINDINGS: Small effusion.\nÄhnlich: the effusion is unchanged.\nIMPRESSION: Effusion."
    let finding = try #require(try plugin.check(text).first { $0.code == "prior-claim" })
    #expect(finding.line == 2 && finding.column == 26)
  }

  @Test func `what every report should say is noted where it is missing`() throws {
    let notes = try plugin.check("FINDINGS: No pneumothorax.\nIMPRESSION: No effusion.")
      .filter { $0.code == "negative-unmentioned" }
    #expect(notes.map(\.message) == ["Consolidation is not mentioned."])
    #expect(notes.map(\.severity) == [.note])
  }

  // MARK: - Rules of the user

  private func findings(_ rules: String, _ report: String) throws -> [Finding] {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("rules-\(UUID().uuidString).rules")
    try rules.write(to: url, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: url) }
    let source = ValidationSource(bytes: Array(report.utf8), origin: .file)
    return try plugin.configured(["rules": url.path]).validate(source)
  }

  private let report = "FINDINGS: The spleen is large.\nIMPRESSION: Large spleen."

  @Test func `a rules file takes the place of the built-in rules`() throws {
    let rules = """
      # Our department does not comment on the spleen.
      rule spleen
      kind phrase
      severity error
      message "{found}" is not for the chest.
      suggest Leave it out.
      terms spleen*, splenic
      """
    let found = try findings(rules, report)
    #expect(found.map(\.code) == ["spleen", "spleen"])
    #expect(found.map(\.line) == [1, 2])
    #expect(found.map(\.column) == [15, 19])
    #expect(found.first?.message == "\"spleen\" is not for the chest.")
  }

  @Test func `decoding keeps to the enforced rules of the user`() throws {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("rules-\(UUID().uuidString).rules")
    let rules =
      "rule spleen\nkind phrase\nseverity error\nenforced yes\nmessage No {found}.\nterms splee*\n"
    try rules.write(to: url, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: url) }
    let constraint = try #require(plugin.configured(["rules": url.path]).constraint)
    #expect(
      accepts(constraint, "FINDINGS: The spleen is large.\nIMPRESSION: Ok.") == "FINDINGS: The sple"
    )
    #expect(accepts(constraint, report.replacing("spleen", with: "splen")) == nil)
    let built = try #require(plugin.constraint)
    #expect(accepts(built, report) == nil)
  }

  @Test func `what is wrong with a rules file is said with its line`() throws {
    func problems(_ rules: String) throws -> [String] {
      try findings(rules, report).filter { $0.code == "rules-file" }.map { finding in
        #expect(finding.severity == .error && finding.path != nil)
        return "\(finding.line ?? 0): \(finding.message)"
      }
    }
    #expect(try problems("") == ["1: The file has no rule."])
    #expect(try problems("kind phrase\n") == ["1: \"kind\" stands before the first rule."])
    #expect(
      try problems("rule a\nkind phrase\nmesage x\nterms b\n")
        == ["3: The setting \"mesage\" is not known.", "1: The rule a has no message."]
    )
    #expect(
      try problems("rule a\nkind wish\nmessage x\n") == ["2: The kind \"wish\" is not known."]
    )
    #expect(try problems("rule a\nmessage x\n") == ["1: The rule a has no kind."])
    #expect(
      try problems("rule a\nkind phrase\nseverity bad\nmessage x\nterms b\n")
        == ["3: \"bad\" is no severity."]
    )
    #expect(
      try problems("rule a\nkind phrase\nmessage x\nterms b, ~, c_d\n")
        == ["4: \"~\" is no term.", "4: \"c_d\" is no term."]
    )
    #expect(
      try problems("rule a\nkind phrase\nmessage x\nterms b\nwhen weather good\n")
        == ["5: \"weather good\" is no condition."]
    )
    #expect(
      try problems("rule a\nkind phrase\nmessage x\nenforced yes\nterms stable\n")
        == ["5: Decoding cannot be held to the term \"stable\"."]
    )
    #expect(
      try problems("rule a\nkind range\nmessage x\nunit furlong\nleast 3\nmost 1\n")
        == ["4: The unit \"furlong\" is not known.", "5: least is more than most."]
    )
    #expect(
      try problems("rule a\nkind unmentioned\nmessage x\nobservations dragons\n")
        == ["4: The observation \"dragons\" is not known."]
    )
    #expect(
      try problems("rule a\nkind laterality\nmessage x\nrule a\nkind laterality\nmessage x\n")
        == ["4: There are two rules of the code a."]
    )
    #expect(
      try problems("rule a\nkind laterality\nmessage x\nmessage y\n")
        == ["4: The setting \"message\" was given in line 3."]
    )
  }

  @Test func `a rules file that is not there is a finding`() throws {
    let source = ValidationSource(bytes: Array(report.utf8), origin: .file)
    let found = try plugin.configured(["rules": "/nowhere/at.all"]).validate(source)
    #expect(found.first?.code == "rules-file" && found.first?.severity == .error)
  }

  @Test func `the rules that come with the plugin can be given as a file`() throws {
    let path = Files.folder.appendingPathComponent("Rules/radiography.rules").path
    let text = try Files.text("Fixtures/Reports/several.txt")
    #expect(try plugin.configured(["rules": path]).check(text) == plugin.check(text))
  }
}
