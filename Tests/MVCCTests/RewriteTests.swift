import Foundation
import MVCC
import TestSupport
import Testing

@Suite(.serialized) struct RewriteTests {
  private static func incompressible(_ count: Int, seed: UInt64) -> [UInt8] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
  }

  /// A store whose file is mostly free pages.
  private static func sparse(_ store: RevisionStore) async throws {
    for round in 0..<5 {
      try await store.write { writer in
        for number in 0..<200 { try writer.put(bytes("k\(number)"), incompressible(2000, seed: UInt64(round * 1000 + number))) }
      }
    }
    try await store.write { _ = try $0.deleteRange(KeyRange(from: bytes("k2"), upTo: nil)) }
    try await store.compact(to: try store.revision() - 1)
  }

  private static func contents(_ store: RevisionStore) throws -> [[KeyValue]] {
    let (oldest, newest) = try store.read { (max($0.compactRevision, .initial).rawValue, $0.revision.rawValue) }
    return try (oldest...newest).map { number in
      try store.read(at: .revision(Revision(number))) { try $0.range(RangeQuery(.all)).keyValues }
    }
  }

  @Test(arguments: [0, 1])
  func `a rewritten store is smaller and answers as before, whichever of its roots was newest`(extra: Int) async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("store")
    try await withStore(at: path) { store in
      try await Self.sparse(store)
      for number in 0..<extra { try await store.setConsumer("c\(number)", to: 3) }
      try await store.setRetention(RetentionPolicy(revisions: 9), forPrefix: bytes("k1"))
      let before = try Self.contents(store)
      let events = try store.events(in: .all, after: 6)
      let result = try await store.rewrite(checks: true)
      #expect(result.fileBytes < result.fileBytesBefore / 2)
      #expect(try Self.contents(store) == before)
      #expect(try store.events(in: .all, after: 6) == events)
      #expect(try store.consumers().count == extra)
      #expect(try store.retentionClasses().count == 2)
      for number in 0..<5 { try await store.write { try $0.put(bytes("after\(number)"), []) } }
      try await store.rewrite()
      #expect(try store.read { try $0.count(.prefix(bytes("after"))) } == 5)
    }
    let count = try await withStore(at: path) { store in try store.read { try $0.count(.prefix(bytes("after"))) } }
    #expect(count == 5)
    #expect(try FileManager.default.contentsOfDirectory(atPath: path).sorted() == ["data.mdb", "doorbell", "lock.mdb", "wal"])
  }

  @Test func `writers, readers and watches go on over rewrites, and nothing that was acknowledged is missing`() async throws {
    try await withStore { store in
      try await Self.sparse(store)
      let start = try store.revision()
      let watch = try store.watch(.prefix(bytes("w/")), after: start)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for writer in 0..<3 {
          group.addTask {
            for number in 0..<60 { try await store.write { try $0.put(bytes("w/\(writer)/\(number)"), bytes("v")) } }
          }
        }
        group.addTask {
          for _ in 0..<6 { try await store.rewrite() }
        }
        group.addTask {
          var count = 0
          for try await batch in watch {
            count += batch.events.count
            if count == 180 { return }
          }
        }
        try await group.waitForAll()
      }
      #expect(try store.read { try $0.count(.prefix(bytes("w/"))) } == 180)
      #expect(try store.revision() == start + 180)
    }
  }

  @Test func `a rewrite that is refused leaves the store as it was`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("store")
    try await withStore(at: path) { try await Self.sparse($0) }
    var configuration = StoreConfiguration()
    configuration.isReadOnly = true
    try await withStore(at: path, configuration) { store in
      #expect(await awaitedError { try await store.rewrite() }?.code == .permissionDenied)
    }
  }
}
