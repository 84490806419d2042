import MVCC
import TestSupport
import Testing

@testable import ImageStreamDB

/// Dictionaries trained on the records of image streams.
@Suite struct TrainedDictionaryTests {
  /// Images with environment, labels and layers that no built-in dictionary knows.
  private static func fill(_ store: ImageStore, _ numbers: Range<Int>) async throws {
    try await store.write { writer in
      for number in numbers { try writer.add(ImageFixtures.image("service-\(number)")) }
    }
  }

  @Test func `images of one house are smaller with a dictionary of its own, and triggers are not sampled`() async throws {
    let token = "glpat-Qk8z4VwLr2TnX0sYd7Hc"
    try await withImageStore { store in
      try await Self.fill(store, 0..<120)
      for number in 0..<5 {
        _ = try await store.addTrigger(
          "deploy-\(number)", on: .all, command: ["curl", "--header", "PRIVATE-TOKEN: \(token)", "https://ci.example.com"])
      }
      for prefix in ["isdb/triggers/", "isdb/deliveries/"] {
        #expect(await awaitedError { try await store.keyValues.trainDictionary(for: Array(prefix.utf8)) }?.code == .protected)
      }
      let prefixes = try store.keyValues.dictionaryPrefixes().map { String(decoding: $0, as: UTF8.self) }
      #expect(
        prefixes.contains("isdb/images/") && prefixes.allSatisfy { !$0.hasPrefix("isdb/deliveries") && !$0.hasPrefix("isdb/triggers") })
      for prefix in try store.keyValues.dictionaryPrefixes() + [Array("isdb/".utf8)] {
        _ = try await store.keyValues.trainDictionary(for: prefix)
      }
      let trained = try store.keyValues.dictionaries().filter { $0.trained != nil }
      #expect(trained.contains { $0.keyPrefixes == [Array("isdb/images/".utf8)] && $0.isInUse }, "\(trained)")
      try await Self.fill(store, 120..<130)
      for name in ["service-3", "service-125"] {
        let content = try ImageFixtures.image(name)
        #expect(try store.read { try $0.blob(content.digest) } == content.manifest)
      }
    }
  }
}
