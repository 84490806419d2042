import Foundation
import MVCC
import TestSupport
import Testing

@Suite struct BackupTests {
  /// A store with overwritten, deleted, large and compressible values.
  private static func fill(_ store: RevisionStore, rounds: Int) async throws {
    for round in 0..<rounds {
      try await store.write { writer in
        try writer.put(bytes("hot"), bytes("\(round)"))
        try writer.put(bytes("k\(round % 17)"), [UInt8](repeating: UInt8(round % 250), count: round % 13 == 0 ? 5000 : 40))
        if round % 5 == 4 { try writer.delete(bytes("k\((round - 2) % 17)")) }
      }
    }
  }

  @Test(arguments: [false, true])
  func `a restored store answers everything as the original did`(isCompacted: Bool) async throws {
    let directory = try TemporaryDirectory()
    let file = directory.appending("one.backup")
    try await withStore { store in
      try await Self.fill(store, rounds: 150)
      if isCompacted { try await store.compact(to: 60) }
      try await store.setConsumer("trigger/x", to: 100)
      let summary = try await store.backup(to: file)
      let original = try store.statistics()
      #expect(summary.revision == original.revision && summary.stateHash == original.stateHash)
      _ = try RevisionStore.restore(from: file, to: directory.appending("restored"))
      try await withStore(at: directory.appending("restored")) { restored in
        let copy = try restored.statistics()
        #expect(copy.store == original.store && copy.instance != original.instance)
        #expect(copy.revision == original.revision && copy.compactRevision == original.compactRevision)
        #expect(copy.historyCount == original.historyCount && copy.logCount == original.logCount)
        #expect(try restored.consumer("trigger/x")?.revision == 100)
        let oldest = max(original.compactRevision, .initial)
        for number in stride(from: oldest.rawValue, through: original.revision.rawValue, by: 7) {
          let point = ReadPoint.revision(Revision(number))
          let expected = try store.read(at: point) { try $0.range(RangeQuery(.all)).keyValues }
          #expect(try restored.read(at: point) { try $0.range(RangeQuery(.all)).keyValues } == expected)
          #expect(try restored.read(at: point) { try $0.commitTime() } == store.read(at: point) { try $0.commitTime() })
        }
        let start = isCompacted ? oldest - 1 : oldest
        #expect(try restored.events(in: .all, after: start) == store.events(in: .all, after: start))
        let next = try await restored.write { try $0.put(bytes("new"), []) }
        #expect(next.revision == original.revision + 1)
      }
    }
  }

  @Test func `a backup is consistent while writers and compactions go on`() async throws {
    let directory = try TemporaryDirectory()
    try await withStore { store in
      try await Self.fill(store, rounds: 100)
      let writer = Task { try await Self.fill(store, rounds: 300) }
      let compactor = Task { try? await store.compact(to: 90) }
      for number in 0..<3 {
        let file = directory.appending("\(number).backup")
        let summary = try await store.backup(to: file)
        let path = directory.appending("restored\(number)")
        #expect(try RevisionStore.restore(from: file, to: path).revision == summary.revision)
        let hash = try await withStore(at: path) { try $0.statistics().stateHash }
        #expect(hash == summary.stateHash)
      }
      try await writer.value
      _ = await compactor.value
      #expect(try store.consumers().isEmpty)
    }
  }

  @Test func `every damaged byte of a backup is noticed and nothing is restored`() async throws {
    let directory = try TemporaryDirectory()
    let file = directory.appending("one.backup")
    try await withStore { store in
      try await Self.fill(store, rounds: 10)
      _ = try await store.backup(to: file)
    }
    let whole = try Data(contentsOf: URL(fileURLWithPath: file))
    let target = directory.appending("restored")
    for offset in stride(from: 0, to: whole.count, by: 13) {
      var damaged = whole
      damaged[offset] ^= 0x20
      try damaged.write(to: URL(fileURLWithPath: file))
      #expect(storeError { try RevisionStore.restore(from: file, to: target) } != nil, "byte \(offset)")
      #expect(!FileManager.default.fileExists(atPath: target))
    }
    for length in [0, 7, 8, 20, whole.count - 1] {
      try whole.prefix(length).write(to: URL(fileURLWithPath: file))
      #expect(storeError { try RevisionStore.restore(from: file, to: target) } != nil, "\(length) bytes")
    }
    try (whole + [0]).write(to: URL(fileURLWithPath: file))
    #expect(storeError { try RevisionStore.restore(from: file, to: target) }?.code == .corrupt)
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["one.backup"])
  }

  @Test func `existing files and directories are not overwritten`() async throws {
    let directory = try TemporaryDirectory()
    try await withStore { store in
      try await Self.fill(store, rounds: 3)
      let first = try await store.backup(to: directory.path)
      #expect(first.path.hasSuffix("-000000000004.backup"))
      #expect(await awaitedError { try await store.backup(to: directory.path) }?.code == .alreadyExists)
      #expect(storeError { try RevisionStore.restore(from: first.path, to: directory.path) }?.code == .alreadyExists)
      _ = try RevisionStore.restore(from: directory.path, to: directory.appending("restored"))
      #expect(storeError { try RevisionStore.restore(from: directory.appending("none"), to: directory.appending("x")) }?.code == .notFound)
    }
  }
}
