// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target, listed once.
let swiftSettings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

/// A library target of ours under `Sources/<name>`.
func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}

/// The tests of a target, under `Tests/<name>Tests`; folders that hold no sources are excluded.
func tests(
  of name: String,
  _ dependencies: [Target.Dependency] = [],
  excluding folders: [String] = []
) -> Target {
  .testTarget(
    name: "\(name)Tests",
    dependencies: [.target(name: name), "TestSupport"] + dependencies,
    exclude: folders,
    swiftSettings: swiftSettings
  )
}

/// A domain under `Plugins/<folder>`: the target `<folder>Domain` and its tests.
func domain(_ folder: String, _ dependencies: [Target.Dependency]) -> [Target] {
  [
    .target(
      name: "\(folder)Domain",
      dependencies: ["TaskProtocol", "OutputConstraints"] + dependencies,
      path: "Plugins/\(folder)/Sources",
      swiftSettings: swiftSettings
    ),
    .testTarget(
      name: "\(folder)DomainTests",
      dependencies: [.target(name: "\(folder)Domain"), "TestSupport", "TaskProtocolTesting"]
        + dependencies,
      path: "Plugins/\(folder)/Tests",
      swiftSettings: swiftSettings
    ),
  ]
}

/// A C library of the system; `make packages` installs the Debian package that holds it.
func system(_ name: String, pkgConfig: String, apt: String, brew: String) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt]), .brew([brew])])
}

let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser",
  package: "swift-argument-parser"
)
let heap: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")

/// The built-in domains: folders under `Plugins`, with what each builds on besides the plugin API.
let domains: KeyValuePairs<String, [Target.Dependency]> = [
  "Table": ["XMLValidation", "Metrics"],
  "Molecule": ["ChemistryToolkit", "CInChI"],
  "Music": ["XMLValidation", "Metrics", "CZip"],
  "Radiography": ["FileAccess", "JSONText", "Metrics"],
]

let package = Package(
  name: "copyist",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "copyist", targets: ["copyist"]),
    .library(name: "TaskProtocol", targets: ["TaskProtocol", "OutputConstraints"]),
    .library(name: "TaskProtocolTesting", targets: ["TaskProtocolTesting"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
  ],
  targets: [
    // C libraries of the system.
    system("CPNG", pkgConfig: "libpng", apt: "libpng-dev", brew: "libpng"),
    system("CJPEG", pkgConfig: "libjpeg", apt: "libjpeg62-turbo-dev", brew: "jpeg-turbo"),
    system("CLibXML2", pkgConfig: "libxml-2.0", apt: "libxml2-dev", brew: "libxml2"),
    system("CZip", pkgConfig: "libzip", apt: "libzip-dev", brew: "libzip"),
    system("CCrypto", pkgConfig: "libcrypto", apt: "libssl-dev", brew: "openssl@3"),

    // Has no pkg-config file: the headers and libraries lie where every compiler looks.
    .systemLibrary(name: "CIndigo", providers: [.apt(["libindigo-dev"])]),

    .target(name: "CInChI", cSettings: [.unsafeFlags(["-O2", "-Wall", "-Wextra"])]),

    // Files.
    library("FileAccess"),
    library("Checksums", ["CCrypto"]),

    // Numbers.
    .target(
      name: "CKernels",
      // Debug builds compile C at -O0, twenty times slower; these loops are never debugged that way.
      cSettings: [.unsafeFlags(["-O3", "-Wall", "-Wextra"])]
    ),
    library("Tensors", ["FileAccess"]),
    library("Kernels", ["Tensors", "CKernels"]),

    // What a checkpoint folder and a picture hold.
    library("JSONText"),
    library("Checkpoints", ["FileAccess", "JSONText", "Tensors"]),
    library("Quantization", ["Tensors", "Kernels", "Checkpoints", "Checksums"]),
    library("Tokenization", ["FileAccess", "JSONText", heap]),
    .target(
      name: "CImageCodecs",
      dependencies: ["CPNG", "CJPEG"],
      cSettings: [.unsafeFlags(["-O2", "-Wall", "-Wextra"])]
    ),
    library("ImageInput", ["CImageCodecs", "FileAccess"]),

    // The model.
    library("VisionEncoder", ["Tensors", "Kernels", "Checkpoints"]),
    library("LanguageModel", ["Tensors", "Kernels", "Checkpoints"]),
    library("Generation", ["Tensors"]),
    library(
      "Benchmarking",
      ["Tensors", "Kernels", "Checkpoints", "VisionEncoder", "LanguageModel"]
    ),
    library("ConstrainedDecoding", ["OutputConstraints", "Tokenization", "Generation"]),
    library(
      "PaliGemma",
      [
        "Tensors", "Kernels", "Checkpoints", "Tokenization", "ImageInput", "VisionEncoder",
        "LanguageModel", "Generation", "ConstrainedDecoding",
      ]
    ),

    // The plugin API and what plugins build on.
    library("OutputConstraints"),
    library("TaskProtocol", ["OutputConstraints"]),
    library(
      "TaskProtocolTesting",
      ["TaskProtocol", "OutputConstraints", "ConstrainedDecoding", "Generation", "Tensors"]
    ),
    library("XMLValidation", ["CLibXML2"]),
    library("ChemistryToolkit", ["CIndigo"]),
    library("Metrics", ["XMLValidation"]),

    // The tool.
    library(
      "TaskEngine",
      [
        "TaskProtocol", "OutputConstraints", "Metrics", "PaliGemma", "ImageInput", "Generation",
        "LanguageModel", "ConstrainedDecoding", "Checkpoints", "Tokenization", "Kernels",
        "Checksums",
      ]
    ),
    library(
      "CommandLineTool",
      [
        "TaskEngine", "TaskProtocol", "TaskProtocolTesting", "OutputConstraints",
        "ConstrainedDecoding", "PaliGemma", "ImageInput", "Generation", "Checkpoints", "Checksums",
        "Benchmarking", "FileAccess", "Kernels", "Metrics", "Quantization", "Tensors",
        "Tokenization", argumentParser,
      ]
    ),
    .executableTarget(
      name: "copyist",
      dependencies: ["CommandLineTool", "TaskProtocol"]
        + domains.map { .target(name: "\($0.key)Domain") },
      swiftSettings: swiftSettings
    ),

    // For development only: mutated inputs for every parser, see docs/Validity.md.
    .executableTarget(
      name: "copyist-fuzz",
      dependencies: [
        "TaskProtocol", "XMLValidation", "JSONText", "Tokenization", "Checkpoints", "ImageInput",
        "Generation",
      ] + domains.map { .target(name: "\($0.key)Domain") },
      swiftSettings: swiftSettings
    ),

    // Tests.
    .target(
      name: "TestSupport",
      dependencies: ["Tensors", "Checkpoints", "JSONText"],
      path: "Tests/TestSupport",
      swiftSettings: swiftSettings
    ),
    tests(of: "FileAccess"),
    tests(of: "Tensors", ["FileAccess"]),
    tests(of: "Kernels", ["Tensors", "CKernels"]),
    tests(of: "JSONText"),
    tests(of: "Checkpoints", ["Tensors", "JSONText"]),
    tests(of: "Benchmarking", ["Tensors", "Kernels", "Checkpoints"]),
    tests(of: "Quantization", ["Tensors", "Kernels", "Checkpoints", "LanguageModel"]),
    tests(of: "Tokenization", excluding: ["Fixtures"]),
    tests(of: "ImageInput", excluding: ["Fixtures"]),
    tests(
      of: "PaliGemma",
      [
        "Tensors", "Kernels", "Checkpoints", "JSONText", "Tokenization", "ImageInput",
        "VisionEncoder", "LanguageModel", "Generation",
      ]
    ),
    tests(of: "Generation", ["Tensors"]),
    tests(
      of: "ConstrainedDecoding",
      ["OutputConstraints", "Tokenization", "Generation", "Tensors"]
    ),
    tests(of: "OutputConstraints"),
    tests(of: "TaskProtocol"),
    tests(
      of: "TaskProtocolTesting",
      ["TaskProtocol", "OutputConstraints", "ConstrainedDecoding", "Generation"]
    ),
    tests(of: "XMLValidation"),
    tests(of: "Metrics"),
    tests(
      of: "TaskEngine",
      [
        "TaskProtocol", "TableDomain", "MoleculeDomain", "MusicDomain", "RadiographyDomain",
        "PaliGemma",
        "ImageInput", "Generation", "Kernels", "Tokenization", "Checksums",
      ]
    ),
    tests(
      of: "CommandLineTool",
      ["TaskProtocol", "TaskEngine", "TableDomain", "Metrics", argumentParser],
      excluding: ["Snapshots"]
    ),
    .testTarget(
      name: "WritingADomainTests",
      dependencies: [
        "TaskProtocol", "OutputConstraints", "TaskProtocolTesting", "CommandLineTool",
      ],
      exclude: ["Fixtures"],
      swiftSettings: swiftSettings
    ),
  ]
    + domains.flatMap { domain($0.key, $0.value) }
)
