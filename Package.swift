// swift-tools-version: 6.2
import PackageDescription

/// Every target: Swift 6 mode, strict memory safety, and warnings as errors.
let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

/// The targets inside the unsafe fence also lend bytes as spans whose lifetime the compiler checks.
let fencedSettings: [SwiftSetting] = settings + [.enableExperimentalFeature("Lifetimes")]

/// Generated code: as strict as its generator makes it.
let generatedSettings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

/// Packages that only network code needs, built when the `Network` trait is on.
func network(_ product: String, _ package: String) -> Target.Dependency {
  .product(name: product, package: package, condition: .when(traits: ["Network"]))
}

let package = Package(
  name: "ImageStreamDB",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "ImageStreamDB", targets: ["ImageStreamDB"]),
    .library(name: "OCI", targets: ["OCI"]),
    .library(name: "ImageAPI", targets: ["ImageAPI"]),
    .library(name: "RegistryClient", targets: ["RegistryClient"]),
    .library(name: "ImageImport", targets: ["ImageImport"]),
    .library(name: "EtcdServer", targets: ["EtcdServer"]),
    .executable(name: "isdb", targets: ["ISDBCommand"]),
  ],
  traits: [
    .trait(name: "Network", description: "The registry client, etcd's protocol, and everything above them that speaks HTTP."),
    .default(enabledTraits: ["Network"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics.git", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-protobuf.git", from: "1.39.0", traits: []),
    .package(url: "https://github.com/apple/swift-system.git", from: "1.8.1"),
    .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-http2.git", from: "1.46.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-configuration.git", from: "1.0.0", traits: []),
    .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
  ],
  targets: [
    // System libraries and C shims.
    .systemLibrary(name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"]), .brew(["lmdb"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
    .systemLibrary(name: "CXXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"]), .brew(["xxhash"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .target(name: "CDoorbell"),
    .target(name: "CSignalMask"),

    // The engine.
    .target(name: "LMDB", dependencies: ["CLMDB", "CXXHash"], swiftSettings: fencedSettings),
    .target(name: "Zstd", dependencies: ["CZstd"], swiftSettings: fencedSettings),
    .target(
      name: "MVCC",
      dependencies: [
        "LMDB", "Zstd", "CDoorbell",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: settings),

    // Images.
    .target(name: "OCI", dependencies: [.product(name: "Crypto", package: "swift-crypto")], swiftSettings: settings),
    .target(
      name: "ImageStreamDB",
      dependencies: ["MVCC", "OCI", "ImageRecords", .product(name: "SwiftProtobuf", package: "swift-protobuf")],
      swiftSettings: settings),
    .target(
      name: "ImageRecords",
      dependencies: [.product(name: "SwiftProtobuf", package: "swift-protobuf")],
      exclude: ["Protos"],
      swiftSettings: generatedSettings),

    .target(
      name: "ImageAPI",
      dependencies: ["ImageStreamDB", "MVCC", "OCI", .product(name: "Yams", package: "Yams")],
      swiftSettings: settings),

    // The network. Each compiles to nothing when the trait is off.
    .target(
      name: "RegistryClient",
      dependencies: [
        "OCI", network("AsyncHTTPClient", "async-http-client"), network("NIOCore", "swift-nio"),
        network("NIOHTTP1", "swift-nio"), network("NIOSSL", "swift-nio-ssl"),
      ],
      swiftSettings: settings),
    .target(name: "ImageImport", dependencies: ["ImageStreamDB", "OCI", "RegistryClient"], swiftSettings: settings),
    .target(
      name: "EtcdAPI", dependencies: [.product(name: "SwiftProtobuf", package: "swift-protobuf")], exclude: ["Protos"],
      swiftSettings: generatedSettings),
    .target(name: "Zlib", dependencies: ["CZlib"], swiftSettings: fencedSettings),
    .target(
      name: "GRPCTransport",
      dependencies: [
        .target(name: "Zlib", condition: .when(traits: ["Network"])),
        network("NIOCore", "swift-nio"), network("NIOPosix", "swift-nio"), network("NIOHTTP1", "swift-nio"),
        network("NIOHTTP2", "swift-nio-http2"), network("NIOHPACK", "swift-nio-http2"), network("NIOSSL", "swift-nio-ssl"),
      ],
      swiftSettings: settings),
    .target(
      name: "PrometheusText", dependencies: [network("CoreMetrics", "swift-metrics")], swiftSettings: settings),
    .target(
      name: "EtcdServer",
      dependencies: [
        "EtcdAPI", "GRPCTransport", "MVCC", "PrometheusText", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
        .product(name: "Crypto", package: "swift-crypto"), .product(name: "Logging", package: "swift-log"),
        network("NIOCore", "swift-nio"), network("NIOPosix", "swift-nio"), network("CoreMetrics", "swift-metrics"),
        network("ServiceLifecycle", "swift-service-lifecycle"),
      ],
      swiftSettings: settings),

    // The command line.
    .executableTarget(
      name: "ISDBCommand",
      dependencies: [
        "ImageStreamDB", "ImageAPI", "ImageImport", "EtcdServer", "MVCC", "OCI", "RegistryClient", "CSignalMask",
        .product(name: "Logging", package: "swift-log"), .product(name: "SystemPackage", package: "swift-system"),
        network("Configuration", "swift-configuration"), network("ServiceLifecycle", "swift-service-lifecycle"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: settings),

    // Tests.
    .target(
      name: "TestSupport",
      dependencies: [
        "ImageStreamDB", "MVCC", "OCI",
        network("NIOCore", "swift-nio"), network("NIOPosix", "swift-nio"), network("NIOHTTP1", "swift-nio"),
        network("NIOConcurrencyHelpers", "swift-nio"), network("NIOHPACK", "swift-nio-http2"), network("NIOHTTP2", "swift-nio-http2"),
      ],
      swiftSettings: settings),
    .testTarget(name: "LMDBTests", dependencies: ["LMDB", "CDoorbell"], swiftSettings: settings),
    .testTarget(name: "ZstdTests", dependencies: ["Zstd"], swiftSettings: settings),
    .testTarget(name: "ZlibTests", dependencies: ["Zlib"], swiftSettings: settings),
    .testTarget(name: "MVCCTests", dependencies: ["MVCC", "LMDB", "Zstd", "TestSupport"], swiftSettings: settings),
    .testTarget(name: "OCITests", dependencies: ["OCI", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "ImageStreamDBTests", dependencies: ["ImageStreamDB", "ImageRecords", "TestSupport", "Zstd"], swiftSettings: settings),
    .testTarget(name: "ImageAPITests", dependencies: ["ImageAPI", "TestSupport"], swiftSettings: settings),
    .testTarget(name: "RegistryClientTests", dependencies: ["RegistryClient", "TestSupport"], swiftSettings: settings),
    .testTarget(name: "ImageImportTests", dependencies: ["ImageImport", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "GRPCTransportTests",
      dependencies: [
        "GRPCTransport", "TestSupport", "Zlib", network("NIOCore", "swift-nio"), network("NIOPosix", "swift-nio"),
        network("NIOHPACK", "swift-nio-http2"), network("NIOHTTP2", "swift-nio-http2"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "PrometheusTextTests", dependencies: ["PrometheusText", network("CoreMetrics", "swift-metrics")], swiftSettings: settings),
    .testTarget(
      name: "EtcdServerTests",
      dependencies: [
        "EtcdServer", "EtcdAPI", "GRPCTransport", "TestSupport", network("NIOCore", "swift-nio"),
        network("CoreMetrics", "swift-metrics"), network("MetricsTestKit", "swift-metrics"),
        network("ServiceLifecycle", "swift-service-lifecycle"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      exclude: ["Support/client.py", "Support/compression.py"],
      swiftSettings: settings),
    .testTarget(name: "ISDBCommandTests", dependencies: ["ISDBCommand", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "CrashTests", dependencies: ["ImageStreamDB", "MVCC", "LMDB", "TestSupport"], exclude: ["Support/trace.c"],
      swiftSettings: settings),
    .testTarget(name: "ConcurrencyTests", dependencies: ["MVCC", "TestSupport"], swiftSettings: settings),
    .testTarget(name: "EtcdDifferenceTests", dependencies: ["MVCC", "TestSupport"], swiftSettings: settings),
    .testTarget(name: "TidyTests", swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)
