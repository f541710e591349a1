/// What the command line asks for.
struct FuzzOptions {
  /// Names of targets; none for all.
  var targets: [String] = []
  var seed: UInt64 = 1
  /// Inputs over all targets.
  var iterations = 100_000
  /// Longest run.
  var seconds = Double.infinity
  var jobs = 1
  /// Longest time of one input, in seconds of processor time.
  var secondsPerInput = 4
  /// Folder of findings.
  var output = "fuzz-findings"
  /// Folders whose files are inputs besides those of the targets.
  var corpora: [String] = []
  /// One input to run and nothing else.
  var input: String?
  var listsTargets = false
  /// Set by the supervisor for its workers: the job's number.
  var worker: Int?
  /// First iteration of a worker.
  var first = 0

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  static let usage = """
    usage: copyist-fuzz [--target NAME]... [--seed N] [--iterations N] [--seconds S] [--jobs N]
                        [--limit SECONDS-PER-INPUT] [--corpus FOLDER]... [--output FOLDER]
           copyist-fuzz --target NAME --input FILE
           copyist-fuzz --list
    """

  init(_ arguments: some Collection<String>, targets known: [FuzzTarget]) throws(Failure) {
    var rest = arguments.makeIterator()
    while let argument = rest.next() {
      if argument == "--list" {
        listsTargets = true
        continue
      }
      guard argument != "--help", argument != "-h" else { throw Failure(description: Self.usage) }
      guard let value = rest.next() else {
        throw Failure(description: "\(argument) needs a value\n\(Self.usage)")
      }
      switch argument {
      case "--target":
        guard known.contains(where: { $0.name == value }) else {
          throw Failure(description: "no target '\(value)'; --list lists them")
        }
        targets.append(value)
      case "--corpus": corpora.append(value)
      case "--output": output = value
      case "--input": input = value
      default: try set(argument, value)
      }
    }
  }

  private mutating func set(_ argument: String, _ value: String) throws(Failure) {
    guard let number = Double(value), number >= 0, number < 1e15 else {
      throw Failure(description: "\(argument) takes a number, not '\(value)'\n\(Self.usage)")
    }
    switch argument {
    case "--seed": seed = UInt64(number)
    case "--iterations": iterations = Int(number)
    case "--seconds": seconds = number
    case "--jobs": jobs = max(1, Int(number))
    case "--limit": secondsPerInput = max(1, Int(number))
    case "--worker": worker = Int(number)
    case "--first": first = Int(number)
    default: throw Failure(description: "unknown option \(argument)\n\(Self.usage)")
    }
  }
}
