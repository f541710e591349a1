public import TaskProtocol

extension MoleculePlugin {
  /// Examines a model's output, or a file of SMILES strings: one a line, a name after white space.
  ///
  /// - Throws: ``SchemaFailure`` when a schema is given: SMILES has none.
  public func validate(_ source: ValidationSource) throws(SchemaFailure) -> [Finding] {
    if let path = source.schemaPath {
      throw SchemaFailure(path: path, reason: "SMILES has no schema; leave --schema out.")
    }
    guard let text = String(validating: source.bytes, as: UTF8.self) else {
      return [Finding(code: "invalid-utf8", severity: .error, message: "Not UTF-8.")]
    }
    switch source.origin {
    case .model:
      return MoleculeReading(modelOutput: text).issues.map { $0.finding(line: nil, strict: true) }
    case .file:
      return findings(inFile: source.bytes)
    }
  }

  private func findings(inFile bytes: [UInt8]) -> [Finding] {
    var findings: [Finding] = []
    var count = 0
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let leading = line.prefix { $0.isWhiteSpace }.count
      let smiles = line.dropFirst(leading).prefix { !$0.isWhiteSpace }
      guard !smiles.isEmpty else { continue }
      count += 1
      findings += MoleculeReading(Array(smiles)).issues.map {
        $0.finding(line: index + 1, leading: leading, strict: false)
      }
    }
    if count == 0 {
      findings.append(
        Finding(code: "empty", severity: .error, message: "The file holds no SMILES string.")
      )
    }
    return findings
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
