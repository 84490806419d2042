import Foundation
import ImageImport
import ImageStreamDB
import TestSupport
import Testing

@Suite struct LayoutImportTests {
  /// Writes content as a layout whose entry is called "latest".
  static func write(_ contents: [(name: String, content: ImageContent)], to path: String) throws {
    var entries: [String] = []
    for (name, content) in contents {
      try writeBlobs(content, to: path)
      entries.append(
        """
        {"mediaType":"\(content.parsed.mediaType.rawValue)","digest":"\(content.digest)","size":\(content.manifest.count),\
        "annotations":{"org.opencontainers.image.ref.name":"\(name)"}}
        """)
    }
    try write(bytes(#"{"imageLayoutVersion":"1.0.0"}"#), to: "\(path)/oci-layout")
    try write(bytes(#"{"schemaVersion":2,"manifests":[\#(entries.joined(separator: ","))]}"#), to: "\(path)/index.json")
  }

  private static func writeBlobs(_ content: ImageContent, to path: String) throws {
    try write(content.manifest, to: "\(path)/\(ImageLayout.blobPath(of: content.digest))")
    if let configuration = content.configuration {
      try write(configuration, to: "\(path)/\(ImageLayout.blobPath(of: Digest(of: configuration)))")
    }
    for child in content.children { try writeBlobs(child, to: path) }
  }

  static func write(_ bytes: [UInt8], to path: String) throws {
    let url = URL(fileURLWithPath: path)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
  }

  static func archive(_ directory: String, to file: String, format: String) throws {
    let tar = Process()
    tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    tar.arguments = ["tar", "--format=\(format)", "-C", directory, "-cf", file, "."]
    try tar.run()
    tar.waitUntilExit()
    try #require(tar.terminationStatus == 0)
  }

  @Test(arguments: ["directory", "gnu", "posix", "ustar"])
  func `an index comes in whole, from a directory and from every kind of tar`(form: String) async throws {
    let directory = try TemporaryDirectory()
    let layout = directory.appending("layout")
    let index = try ImageFixtures.index("web")
    try Self.write([("latest", index)], to: layout)
    var path = layout
    if form != "directory" {
      path = directory.appending("layout.tar")
      try Self.archive(layout, to: path, format: form)
    }
    try await withImageStore { store in
      let outcome = try await ImageImporter(store: store).importImage(from: LayoutSource(path: path), to: "shop/web:1.0", by: "me")
      #expect(outcome.addedImages == 3 && outcome.hasMoved && outcome.event?.image == index.digest && outcome.event?.by == "me")
      #expect(outcome.event?.cause == .import && outcome.event?.pullSpec == "shop/web@\(index.digest)")
      let again = try await ImageImporter(store: store).importImage(from: LayoutSource(path: path), to: "shop/web:1.0")
      #expect(!again.hasMoved && again.addedImages == 0)
      for child in index.children { #expect(try store.read { try $0.blob(child.digest) } == child.manifest) }
    }
  }

  @Test func `an image is chosen by name or digest, and several without one are ambiguous`() async throws {
    let directory = try TemporaryDirectory()
    let one = try ImageFixtures.image("one")
    let two = try ImageFixtures.image("two")
    try Self.write([("one", one), ("two", two)], to: directory.path)
    for (reference, expected) in [("two", two), (one.digest.description, one)] {
      let content = try await LayoutSource(path: directory.path, reference: reference).content { _ in }
      #expect(content.digest == expected.digest && content.configuration == expected.configuration)
    }
    #expect(await awaitedError { try await LayoutSource(path: directory.path).content { _ in } }?.code == .ambiguous)
    #expect(await awaitedError { try await LayoutSource(path: directory.path, reference: "none").content { _ in } }?.code == .notFound)
  }

  @Test func `a failed import leaves the known-good image and notes why`() async throws {
    let directory = try TemporaryDirectory()
    let good = try ImageFixtures.image("web")
    try Self.write([("latest", good)], to: directory.path)
    try await withImageStore { store in
      let importer = ImageImporter(store: store)
      try await importer.importImage(from: LayoutSource(path: directory.path), to: "shop/web:1.0")
      try Self.write(bytes("tampered"), to: directory.appending(ImageLayout.blobPath(of: good.digest)))
      let failure = await awaitedError { try await importer.importImage(from: LayoutSource(path: directory.path), to: "shop/web:1.0") }
      #expect(failure?.code == .digestMismatch)
      let tag = try #require(try store.read { try $0.tag("shop/web:1.0") })
      #expect(tag.newest?.image == good.digest)
      #expect(tag.importCondition?.succeeded == false && tag.importCondition?.message.contains(directory.path) == true)
      try Self.write(good.manifest, to: directory.appending(ImageLayout.blobPath(of: good.digest)))
      try await importer.importImage(from: LayoutSource(path: directory.path), to: "shop/web:1.0")
      #expect(try store.read { try $0.tag("shop/web:1.0")?.importCondition?.succeeded } == true)
    }
  }

  @Test func `what is no layout is refused by name`() async throws {
    let directory = try TemporaryDirectory()
    func code(_ path: String) async -> StoreError.Code? { await awaitedError { try await LayoutSource(path: path).content { _ in } }?.code }
    #expect(await code(directory.appending("none")) == .notFound)
    #expect(await code(directory.path) == .invalidArgument)
    for (name, content, expected) in [
      ("text", bytes("not a tar archive"), StoreError.Code.invalidArgument), ("gzip", [0x1F, 0x8B, 8, 0], .unsupported),
      ("zeros", [UInt8](repeating: 0, count: 1024), .invalidArgument),
    ] {
      try Self.write(content, to: directory.appending(name))
      #expect(await code(directory.appending(name)) == expected, "\(name)")
    }
    let layout = directory.appending("layout")
    try Self.write([("latest", try ImageFixtures.image("web"))], to: layout)
    let tar = directory.appending("cut.tar")
    try Self.archive(layout, to: tar, format: "gnu")
    let whole = try Data(contentsOf: URL(fileURLWithPath: tar))
    try whole.prefix(2500).write(to: URL(fileURLWithPath: tar))
    #expect(await code(tar) == .corrupt)
    try Self.write([UInt8](repeating: 0x20, count: 5 << 20), to: "\(layout)/index.json")
    #expect(await code(layout) == .tooLarge)
  }
}
