import Foundation
import MoleculeDomain
import MusicDomain
import RadiographyDomain
import TableDomain

/// Feeds mutated inputs to every parser that reads what others wrote, each input in a process that may
/// die of it.
///
///     swift build -c release --sanitize address --scratch-path .build-asan --product copyist-fuzz
///     .build-asan/release/copyist-fuzz --iterations 1000000
///
/// A trap, a report of the address sanitizer, a broken promise, or more time or memory than an input
/// may take leaves the input in the folder of findings and prints the command that repeats it.
@main
enum Fuzz {
  /// What is fuzzed; a domain is one line here.
  static let targets: [FuzzTarget] =
    [
      FuzzTarget("table", TablePlugin(), corpus: "Plugins/Table/Fixtures"),
      FuzzTarget("table-otsl", TablePlugin(language: .otsl), corpus: "Plugins/Table/Fixtures"),
      FuzzTarget("molecule", MoleculePlugin(), corpus: "Plugins/Molecule/Fixtures"),
      FuzzTarget("music", MusicPlugin(), corpus: "Plugins/Music/Fixtures"),
      FuzzTarget("radiography", RadiographyPlugin(), corpus: "Plugins/Radiography/Fixtures"),
    ] + FuzzTarget.files

  static func main() {
    do {
      let options = try FuzzOptions(CommandLine.arguments.dropFirst(), targets: targets)
      let chosen = targets.filter { options.targets.isEmpty || options.targets.contains($0.name) }
      if options.listsTargets {
        for target in targets { say(target.name) }
      } else if let input = options.input {
        try runOne(input, on: chosen, options)
      } else if let worker = options.worker {
        try FuzzWorker(targets: chosen, options: options, job: worker).run()
      } else {
        let failures = try FuzzSupervisor(targets: chosen, options: options).run()
        exit(failures == 0 ? 0 : 1)
      }
    } catch {
      FileHandle.standardError.write(Data("copyist-fuzz: \(error)\n".utf8))
      exit(64)
    }
  }

  /// Runs one input in this process.
  private static func runOne(
    _ path: String,
    on targets: [FuzzTarget],
    _ options: FuzzOptions
  ) throws {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    for target in targets {
      let start = Date()
      let limits = InputLimits(seconds: options.secondsPerInput)
      target.run(bytes)
      limits.checkMemory()
      say("\(target.name): \(bytes.count) bytes in \(Date().timeIntervalSince(start)) s")
    }
  }
}

/// Prints a line that is seen at once, also where output goes to a file.
func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
