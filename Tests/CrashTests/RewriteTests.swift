import Foundation
import MVCC
import TestSupport
import Testing

/// Rewrites beside other processes, and rewrites that are killed.
@Suite(.serialized) struct RewriteTests {
  private static func fill(_ path: String) async throws {
    try await withStore(at: path) { store in
      for round in 0..<6 {
        try await store.write { writer in
          for number in 0..<300 { try writer.put(bytes("fill/\(number)"), [UInt8](repeating: UInt8(round), count: 700)) }
        }
      }
      try await store.compact(to: try store.revision())
    }
  }

  @Test func `other processes go over to the rewritten file and lose no write`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("store")
    try await Self.fill(path)
    let other = Task {
      await #expect(processExitsWith: .success) { [path = path as String] in
        let store = try RevisionStore.open(at: path)
        defer { store.close() }
        for number in 0..<150 {
          let commit = try await store.write { try $0.put(bytes("other/\(number)"), bytes("\(number)")) }
          let found = try store.read { ($0.revision, try $0.get(bytes("other/\(number)"))?.modRevision) }
          guard found.0 >= commit.revision, found.1 == commit.revision else { exit(3) }
        }
      }
    }
    try await withStore(at: path) { store in
      for number in 0..<12 {
        try await store.rewrite()
        try await store.write { try $0.put(bytes("mine/\(number)"), []) }
      }
      _ = await other.value
      #expect(try store.read { try $0.count(.prefix(bytes("other/"))) } == 150)
      #expect(try store.read { try $0.count(.prefix(bytes("mine/"))) } == 12)
      #expect(try store.revision() == 169)
    }
  }

  @Test func `a rewriter killed at any moment leaves a whole store and loses nothing that others wrote`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("store")
    try await Self.fill(path)
    var random = SeededGenerator(seed: 17)
    try await withStore(at: path) { store in
      for round in 0..<20 {
        let microseconds = UInt32.random(in: 2_000...120_000, using: &random)
        let killed = Task {
          await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, microseconds = microseconds as UInt32] in
            let store = try RevisionStore.open(at: path)
            Thread.detachNewThread {
              usleep(microseconds)
              kill(getpid(), SIGKILL)
            }
            while true { try await store.rewrite() }
          }
        }
        for number in 0..<8 { try await store.write { try $0.put(bytes("\(round)/\(number)"), bytes("v")) } }
        _ = await killed.value
        for number in 0..<8 { #expect(try store.read { try $0.get(bytes("\(round)/\(number)")) } != nil, "round \(round)") }
        try requireConsistency(store)
      }
      let result = try await store.rewrite()
      #expect(result.fileBytes < 4 << 20)
    }
    let revision = try await withStore(at: path) { try $0.revision() }
    #expect(revision == 167)
  }
}
