import ChemistryToolkit
public import TaskProtocol

extension MoleculePlugin {
  /// Examines a model's output, or a file of SMILES strings, a MOL file or an SD file.
  ///
  /// - Throws: ``SchemaFailure`` when a schema is given: none of the formats has one.
  public func validate(_ source: ValidationSource) throws(SchemaFailure) -> [Finding] {
    if let path = source.schemaPath {
      throw SchemaFailure(
        path: path,
        reason: "SMILES and MOL files have no schema; leave --schema out."
      )
    }
    guard source.bytes.count <= MolReader.maximumByteCount else { return [tooLarge(source)] }
    guard source.origin == .file else { return modelFindings(source.bytes) }
    switch MoleculeFormat(source) {
    case .smiles: return smilesFindings(source.bytes)
    case .mol: return molFindings(source.bytes, isSD: false)
    case .sdf: return molFindings(source.bytes, isSD: true)
    }
  }

  /// Reads the first molecule of a file.
  public func read(_ source: ValidationSource) throws(ParseFailure) -> MoleculeDocument {
    guard source.bytes.count <= MolReader.maximumByteCount else {
      throw ParseFailure(findings: [tooLarge(source)])
    }
    let format = MoleculeFormat(source)
    if source.origin == .model || format == .smiles {
      guard let text = String(validating: source.bytes, as: UTF8.self) else {
        throw ParseFailure(findings: [MoleculePlugin.notUTF8])
      }
      let line =
        text.split(whereSeparator: \.isNewline)
        .first { !$0.allSatisfy(\.isWhitespace) } ?? ""
      let smiles = source.origin == .model ? text : String(line.split(separator: " ").first ?? "")
      return try parse(smiles)
    }
    var first: MolRecord?
    MolReader(source.bytes).forEachRecord(isSD: format == .sdf) {
      first = $0
      return false
    }
    guard let first else { throw ParseFailure(findings: [MoleculePlugin.emptyFile]) }
    return try first.document()
  }

  private static var notUTF8: Finding {
    Finding(code: "invalid-utf8", severity: .error, message: "Not UTF-8.")
  }

  private static var emptyFile: Finding {
    Finding(code: "empty", severity: .error, message: "The file holds no molecule.")
  }

  private func tooLarge(_ source: ValidationSource) -> Finding {
    Finding(
      code: "too-large",
      severity: .error,
      message: "The file has \(source.bytes.count) bytes; at most \(MolReader.maximumByteCount) "
        + "are read.",
      path: source.path,
      suggestion: "Split it."
    )
  }

  /// Findings of one file, at most.
  private static var findingLimit: Int { 10_000 }

  /// Molecules of one file, at most, about which libindigo is asked too: it takes ten times as long.
  private static var secondOpinionLimit: Int { 10_000 }

  private func modelFindings(_ bytes: [UInt8]) -> [Finding] {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      return [MoleculePlugin.notUTF8]
    }
    let reading = MoleculeReading(modelOutput: text)
    return reading.issues.map { $0.finding(line: nil, strict: true) }
      + secondOpinion(reading, line: nil)
  }

  private func smilesFindings(_ bytes: [UInt8]) -> [Finding] {
    guard String(validating: bytes, as: UTF8.self) != nil else { return [MoleculePlugin.notUTF8] }
    var findings: [Finding] = []
    var count = 0
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let leading = line.prefix { $0.isWhiteSpace }.count
      let smiles = line.dropFirst(leading).prefix { !$0.isWhiteSpace }
      guard !smiles.isEmpty else { continue }
      count += 1
      let reading = MoleculeReading(Array(smiles))
      findings += reading.issues.prefix(100).map {
        $0.finding(line: index + 1, leading: leading, strict: false)
      }
      if count <= MoleculePlugin.secondOpinionLimit {
        findings += secondOpinion(reading, line: index + 1)
      }
      if findings.count > MoleculePlugin.findingLimit {
        return findings + [moreFindings(line: index + 1)]
      }
    }
    if count == 0 { findings.append(MoleculePlugin.emptyFile) }
    return findings
  }

  private func molFindings(_ bytes: [UInt8], isSD: Bool) -> [Finding] {
    var findings: [Finding] = []
    var count = 0
    MolReader(bytes).forEachRecord(isSD: isSD) { record in
      count += 1
      let found = record.allFindings
      findings += found
      if count <= MoleculePlugin.secondOpinionLimit,
        !found.contains(where: { $0.severity == .error })
      {
        findings += secondOpinion(record)
      }
      guard findings.count > MoleculePlugin.findingLimit else { return true }
      findings.append(moreFindings(line: findings.last?.line ?? 1))
      return false
    }
    if count == 0 { findings.append(MoleculePlugin.emptyFile) }
    return findings
  }

  private func moreFindings(line: Int) -> Finding {
    Finding(
      code: "more-findings",
      severity: .error,
      message: "There are too many findings to list; the file is not examined beyond this line.",
      line: line
    )
  }

  /// Where libindigo disagrees about the valences of a molecule that our own tables allow.
  private func secondOpinion(_ reading: MoleculeReading, line: Int?) -> [Finding] {
    reading.document?.secondOpinion.map { [disagreement($0, line: line)] } ?? []
  }

  /// The same for a record without errors.
  private func secondOpinion(_ record: MolRecord) -> [Finding] {
    guard let molfile = record.molfile else { return [] }
    let opinion: String?
    do {
      opinion = try ChemistryToolkit.read(molfile: molfile) { $0.valenceComplaint() }
    } catch {
      opinion = error.description
    }
    return opinion.map { [disagreement($0, line: record.atomLines.first)] } ?? []
  }

  private func disagreement(_ opinion: String, line: Int?) -> Finding {
    Finding(
      code: "second-opinion",
      severity: .warning,
      message: "libindigo disagrees: \(opinion)",
      line: line,
      suggestion: "Check the charges: \(ValenceTable.name) allows what other tables refuse."
    )
  }
}

extension MoleculeReading {
  /// Reads what a model wrote: one string, white space around it aside.
  init(modelOutput text: String) {
    let bytes = Array(text.utf8)
    let leading = bytes.prefix { $0.isWhiteSpace }.count
    let trailing = bytes.reversed().prefix { $0.isWhiteSpace }.count
    guard leading < bytes.count else {
      self.init(
        issue: SMILESIssue(code: "empty", offset: 0, message: "The output holds no molecule.")
      )
      return
    }
    self.init(Array(bytes[leading..<bytes.count - trailing]))
  }
}

extension SMILESIssue {
  /// The issue as a finding; issues that other tools shrug off are warnings unless `strict`.
  func finding(line: Int?, leading: Int = 0, strict: Bool) -> Finding {
    Finding(
      code: code,
      severity: isTolerable && !strict ? .warning : .error,
      message: message,
      line: line,
      column: leading + offset + 1,
      suggestion: suggestion
    )
  }
}

extension UInt8 {
  /// Space, tab, line feed or carriage return.
  var isWhiteSpace: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D }
}
