import MVCC
import TestSupport
import Testing

@testable import EtcdServer

@Suite struct AutoCompactionTests {
  private func write(_ count: Int, _ store: RevisionStore) async throws {
    for number in 0..<count { try await store.put(Array("k".utf8), Array("\(number)".utf8)) }
  }

  private func turn(_ mode: AutoCompaction, _ store: RevisionStore) async throws -> Revision {
    var duty = AutoCompaction.Duty(mode: mode)
    try await duty.perform(store, now: .now)
    return try store.statistics().compactRevision
  }

  @Test func `so many revisions before the newest stay readable, and nothing happens while there are no more`() async throws {
    try await withStore { store in
      try await write(10, store)
      #expect(try await turn(.revisions(100), store) == .zero)
      // The first put made revision 2.
      #expect(try await turn(.revisions(4), store) == Revision(7))
      #expect(try await turn(.revisions(4), store) == Revision(7))
      try await write(1, store)
      #expect(try await turn(.revisions(4), store) == Revision(8))
    }
  }

  @Test func `what could be read within the time stays readable`() async throws {
    let clock = ManualClock()
    var configuration = StoreConfiguration()
    configuration.clock = { clock.now }
    try await withStore(configuration) { store in
      try await write(3, store)
      clock.advance(by: .seconds(3600))
      try await write(2, store)
      #expect(try await turn(.periodic(.seconds(7200)), store) == .zero)
      clock.advance(by: .seconds(1800))
      // An hour ago the third put was the newest.
      #expect(try await turn(.periodic(.seconds(3600)), store) == Revision(4))
    }
  }

  @Test func `a policy of the store's own for all keys counts instead, and one for other keys does not`() async throws {
    try await withStore { store in
      try await write(10, store)
      try await store.setRetention(RetentionPolicy(revisions: 100))
      #expect(try await turn(.revisions(0), store) == .zero)
      try await store.removeRetention()
      try await store.setRetention(RetentionPolicy(revisions: 100), forPrefix: Array("other/".utf8))
      #expect(try await turn(.revisions(0), store) == Revision(11))
    }
  }
}
