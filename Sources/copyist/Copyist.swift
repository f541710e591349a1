import CommandLineTool
import MoleculeDomain
import MusicDomain
import RadiographyDomain
import TableDomain
import TaskProtocol

/// The executable: the domains it was built with, and the command line.
@main
struct Copyist {
  /// The built-in domains; a domain of your own is one more element.
  static let domains: [any TaskPlugin] = [
    TablePlugin(),
    MoleculePlugin(),
    MusicPlugin(),
    RadiographyPlugin(),
  ]

  static func main() {
    CopyistCommand.main(domains: domains)
  }
}
