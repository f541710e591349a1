import ArgumentParser
import Foundation
import TaskEngine
import TaskProtocol

/// `copyist transcribe`: images in, validated documents out.
struct TranscribeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transcribe",
    abstract: "Transcribe images into validated documents.",
    usage: """
      copyist transcribe table scan.png
      copyist transcribe table scan.png --format csv -o scan.csv
      copyist transcribe table scans/ --format html -o out/
      copyist transcribe table scans/*.png --jsonl > results.jsonl
      """,
    discussion: """
      Documents go to standard output or to -o, a line per image to standard error. A folder \
      stands for the PNG and JPEG files in it; '-' reads an image from standard input. Valid is \
      not the same as right: the line says how probable the text is to the model.
      """
  )

  @Argument(help: "The task; 'copyist tasks' lists them.")
  var task: String

  @Argument(help: "PNG or JPEG files, or folders of them.", completion: .file())
  var images: [String]

  @OptionGroup var modelOptions: ModelOptions

  @Option(help: "Output format; 'copyist tasks <task>' lists them (default: the task's first).")
  var format: String?

  @Option(
    name: .shortAndLong,
    help: "Write to this file, or into this folder when there are several images.",
    completion: .file()
  )
  var output: String?

  @Flag(help: "Print results as JSON: one object, or an array when there are several images.")
  var json = false

  @Flag(help: "Print each result as one line of JSON as soon as it is ready.")
  var jsonl = false

  @Flag(help: "Decode freely and only check the output.")
  var check = false

  @Flag(help: "Hold the model to the task's language; this is the default where a task has one.")
  var constrain = false

  @Flag(help: "Decode freely, check, and mend an invalid output with edits that are listed.")
  var repair = false

  @Option(
    help: ArgumentHelp(
      "Withhold outputs whose confidence is lower, with exit code 3; 0 to 1.",
      valueName: "probability"
    ),
    transform: probability
  )
  var abstainBelow: Double?

  @OptionGroup var settings: SettingOptions

  @Option(help: "Most tokens per output (default: the task's).")
  var maxTokens: Int?

  @Option(
    help: """
      Images worked on at once; the weights are read once for all of them, and the outputs are the \
      same.
      """
  )
  var together = 8

  @Option(
    help: ArgumentHelp(
      "Memory that images worked on at once may take besides the weights (default: half of all).",
      valueName: "GB"
    )
  )
  var memory: Double?

  @Flag(name: .shortAndLong, help: "Print no line per image on standard error.")
  var quiet = false

  func validate() throws {
    if json && jsonl { throw ValidationError("--json and --jsonl exclude each other") }
    if [check, constrain, repair].count(where: \.self) > 1 {
      throw ValidationError("--constrain, --check and --repair exclude each other")
    }
    if !(1...256).contains(together) {
      throw ValidationError("--together must be 1 to 256, not \(together)")
    }
    if let memory, !(memory > 0 && memory < 1e6) {
      throw ValidationError("--memory must be above 0, not \(memory)")
    }
    if let maxTokens, maxTokens < 1 {
      throw ValidationError("--max-tokens must be 1 or more, not \(maxTokens)")
    }
  }

  func run() throws {
    let environment = try environment()
    try run(try settings.plugin(named: task, in: environment), in: environment)
  }

  private func run<P: TaskPlugin>(_ plugin: P, in environment: ToolEnvironment) throws {
    let exporter = try plugin.exporter(named: format)
    if constrain && plugin.constraint == nil {
      throw ToolError("the task '\(task)' has no constraint; leave out --constrain", exit: .usage)
    }
    if repair && plugin.constraint == nil {
      throw ToolError(
        "the task '\(task)' has no constraint to mend by; leave out --repair",
        exit: .usage
      )
    }
    if !json, !jsonl { try exporter.check(output: output, in: environment) }
    let inputs = try InputList(images).paths
    let destination = try OutputDestination(option: output, inputs: inputs)
    let files = try destination.paths(for: inputs, fileExtension: exporter.fileExtension)
    let transcriber = try modelOptions.loading.transcriber(
      for: task,
      in: environment,
      identifiesModel: json || jsonl,
      stepsTogether: inputs.count > 1 && together > 1
    )
    let together = imagesTogether(
      inputs.count,
      bytesEach: transcriber.imageBytes(of: plugin, maximumTokens: maxTokens)
    )
    var report = TranscriptionReport(
      command: self,
      environment: environment,
      inputCount: inputs.count
    )
    let options = TranscriptionOptions(
      mode: check ? .check : repair ? .repair : .constrain,
      maximumTokens: maxTokens,
      abstainsBelow: abstainBelow,
      settings: settings.settings
    )
    let read: @Sendable (String, ((Int) -> Void)?) -> TranscribedImage = { input, onToken in
      TranscribedImage(
        input,
        plugin: plugin,
        exporter: exporter,
        transcriber: transcriber,
        options: options,
        onToken: onToken,
        environment: environment
      )
    }
    if together == 1 {
      for (index, input) in inputs.enumerated() {
        report.begin(input)
        let onToken = report.progress(for: input)
        try report.end(read(input, onToken), file: files?[index])
      }
    } else {
      try OrderedWork.run(
        count: inputs.count,
        threads: together,
        work: { read(inputs[$0], nil) },
        deliver: { index, image in
          try report.end(image, file: files?[index])
          if index + 1 < inputs.count { report.begin(inputs[index + 1]) }
        }
      )
    }
    try report.finish()
  }

  /// How many images are worked on at once.
  private func imagesTogether(_ count: Int, bytesEach: Int) -> Int {
    let room = memory.map { Int($0 * 1e9) } ?? Int(ProcessInfo.processInfo.physicalMemory / 2)
    return max(1, min(together, count, room / max(bytesEach, 1)))
  }
}

/// What became of one image of a run.
struct TranscribedImage: Sendable {
  /// What is reported.
  var result: TaskResult
  /// The exported document, where there is one.
  var document: [UInt8]?
  /// The exit code of an image that could not be transcribed.
  var failure: ToolExit?

  /// Transcribes an image and exports it; what goes wrong becomes part of the result, so that the other
  /// images of the run are not affected.
  init<P: TaskPlugin>(
    _ input: String,
    plugin: P,
    exporter: Exporter<P.Document>,
    transcriber: Transcriber,
    options: TranscriptionOptions,
    onToken: ((Int) -> Void)?,
    environment: ToolEnvironment
  ) {
    let transcription: Transcription<P.Document>
    do {
      transcription = transcriber.transcribe(
        Array(try environment.readFile(input)),
        path: input,
        plugin: plugin,
        options: options,
        onToken: onToken
      )
    } catch {
      transcription = Transcription(
        result: transcriber.failedResult(
          plugin: plugin.manifest,
          input: InputReference(path: input),
          code: "unreadable",
          message: error.description
        ),
        failure: .unreadable
      )
    }
    result = transcription.result
    failure = transcription.failure.map(ToolExit.init)
    guard result.status == .valid || result.status == .invalid,
      let value = transcription.document
    else { return }
    do throws(ExportFailure) {
      document = try exporter.write(value)
    } catch {
      failure = .failure
      result.findings.append(
        Finding(code: "not-exported", severity: .error, message: "\(input): \(error)")
      )
    }
  }
}

/// The images of a run with folders replaced by what is in them.
struct InputList {
  /// One path per image, `-` for standard input.
  let paths: [String]

  /// - Throws: ``ToolError`` when a folder holds no image or cannot be listed.
  init(_ arguments: [String]) throws(ToolError) {
    var paths: [String] = []
    for argument in arguments {
      let url = URL(filePath: argument)
      let values = argument == "-" ? nil : try? url.resourceValues(forKeys: [.isDirectoryKey])
      guard values?.isDirectory == true else {
        paths.append(argument)
        continue
      }
      let names: [String]
      do {
        names = try FileManager.default.contentsOfDirectory(atPath: argument)
      } catch {
        throw ToolError("\(argument): \(ToolEnvironment.reason(of: error))", exit: .unreadable)
      }
      let images = names.sorted().filter { name in
        let ending = URL(filePath: name).pathExtension.lowercased()
        return !name.hasPrefix(".") && ["png", "jpg", "jpeg"].contains(ending)
      }
      guard !images.isEmpty else {
        throw ToolError("\(argument): holds no PNG or JPEG files", exit: .unreadable)
      }
      let prefix = argument.hasSuffix("/") ? argument : argument + "/"
      paths += images.map { prefix + $0 }
    }
    self.paths = paths
  }
}

extension ToolExit {
  /// The code for an image without an output.
  init(_ failure: TranscriptionFailure) {
    switch failure {
    case .unreadable: self = .unreadable
    case .failed: self = .failure
    }
  }
}
