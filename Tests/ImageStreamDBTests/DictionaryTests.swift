import TestSupport
import Testing
import Zstd

@testable import ImageStreamDB

@Suite struct DictionaryTests {
  @Test func `every kind of record has a dictionary that makes new samples several times smaller`() throws {
    #expect(BuiltInDictionaries.all.map(\.identifier) == [1, 2, 3, 4])
    var samples = SampleRecords(seed: 4)
    let kinds: [(identifier: UInt32, least: Double, records: [[UInt8]])] = [
      (1, 2.5, (0..<200).map { _ in samples.image() }), (2, 2, (0..<200).map { _ in samples.tag() }),
      (3, 2, (0..<200).map { _ in samples.manifest() }), (4, 2.5, (0..<200).map { _ in samples.configuration() }),
    ]
    for kind in kinds {
      let builtIn = try #require(BuiltInDictionaries.all.first { $0.identifier == kind.identifier })
      let dictionary = try CompressionDictionary(id: builtIn.identifier, bytes: builtIn.bytes)
      let raw = kind.records.reduce(0) { $0 + $1.count }
      let compressed = try kind.records.reduce(0) { try $0 + Zstd.compress($1.span, dictionary: dictionary).count }
      let plain = try kind.records.reduce(0) { try $0 + Zstd.compress($1.span).count }
      #expect(Double(raw) / Double(compressed) > kind.least, "dictionary \(kind.identifier): \(raw) bytes, \(compressed), without \(plain)")
      #expect(compressed < plain)
    }
  }

  /// Trained on made-up records alone, the dictionaries have never seen these.
  @Test(.enabled(if: RegistrySamples.arePresent, "\(RegistrySamples.notice)"))
  func `real manifests and configurations, one by one, are smaller than without`() throws {
    let kinds: [(identifier: UInt32, kinds: [RegistrySamples.Kind], most: Double)] = [
      (3, [.manifest, .index], 0.7), (4, [.configuration], 0.8),
    ]
    let samples = try RegistrySamples.all()
    for kind in kinds {
      let builtIn = try #require(BuiltInDictionaries.all.first { $0.identifier == kind.identifier })
      let dictionary = try CompressionDictionary(id: builtIn.identifier, bytes: builtIn.bytes)
      let records = samples.filter { kind.kinds.contains($0.kind) }.map(\.bytes)
      let raw = records.reduce(0) { $0 + $1.count }
      let compressed = try records.reduce(0) { try $0 + Zstd.compress($1.span, dictionary: dictionary).count }
      let plain = try records.reduce(0) { try $0 + Zstd.compress($1.span).count }
      #expect(
        Double(compressed) < kind.most * Double(plain), "dictionary \(kind.identifier): \(raw) bytes, \(compressed), without \(plain)")
    }
  }

  @Test func `a store keeps its dictionaries, and records name them`() async throws {
    try await withImageStore { store in
      try await store.write { try $0.add(ImageFixtures.image("web")) }
      let statistics = try store.keyValues.statistics()
      #expect(statistics.dictionaryCount == 4)
    }
  }
}

@Suite struct ForeignDictionaryTests {
  @Test func `a store made without dictionaries gets them before a record names one`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("store")
    try RevisionStore.open(at: path).close()
    let content = try ImageFixtures.image("web")
    let images = try ImageStore.open(at: path)
    try await images.write { try $0.add(content) }
    images.close()
    try await withStore(at: path) { plain in
      #expect(try plain.statistics().dictionaryCount == BuiltInDictionaries.all.count)
      #expect(try plain.read { try $0.get(Keyspace.manifest(content.digest))?.value } == content.manifest)
      let backup = try await plain.backup(to: directory.appending("one.backup"))
      try ImageStore.restore(from: backup.path, to: directory.appending("restored"))
    }
    let restored = try ImageStore.open(at: directory.appending("restored"))
    defer { restored.close() }
    #expect(try restored.read { try $0.blob(content.digest) } == content.manifest)
  }
}
