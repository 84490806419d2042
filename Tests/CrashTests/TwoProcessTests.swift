import Foundation
import MVCC
import TestSupport
import Testing

/// Several processes on one directory.
@Suite struct TwoProcessTests {
  @Test func `two processes write in turn, and a watcher in one sees every event of both`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("store")
    try await withStore(at: path) { store in
      let watcher = Task {
        var events: [Event] = []
        for try await batch in try store.watch(.prefix(bytes("k/")), after: 1) {
          events += batch.events
          if events.count == 300 { break }
        }
        return events
      }
      async let other: Void = {
        await #expect(processExitsWith: .success) { [path = path as String] in
          let store = try RevisionStore.open(at: path)
          for number in 0..<150 {
            try await store.write { writer in
              try writer.put(bytes("k/other"), bytes("\(number)"))
              try writer.put(bytes("sum"), sum(writer.get(bytes("sum"))))
            }
          }
          store.close()
        }
      }()
      for number in 0..<150 {
        try await store.write { writer in
          try writer.put(bytes("k/mine"), bytes("\(number)"))
          try writer.put(bytes("sum"), sum(writer.get(bytes("sum"))))
        }
      }
      await other
      let events = try await watcher.value
      for key in ["k/other", "k/mine"] {
        #expect(events.filter { $0.keyValue.keyText == key }.map(\.keyValue.value) == (0..<150).map { bytes("\($0)") })
      }
      #expect(zip(events, events.dropFirst()).allSatisfy { $0.keyValue.modRevision < $1.keyValue.modRevision })
      #expect(try store.read { try $0.get(bytes("sum"))?.value } == bytes("300"))
    }
  }

  @Test func `processes that create one store at the same time share it`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("store")
    await withTaskGroup(of: Void.self) { group in
      for child in 0..<4 {
        group.addTask {
          await #expect(processExitsWith: .success) { [path = path as String, child = child as Int] in
            let store = try RevisionStore.open(at: path)
            try await store.write { try $0.put(bytes("child\(child)"), []) }
            store.close()
          }
        }
      }
    }
    let count = try await withStore(at: path) { store in try store.read { try $0.count(.all) } }
    #expect(count == 4)
  }
}

/// The number in `keyValue`, plus one.
func sum(_ keyValue: KeyValue?) -> [UInt8] {
  bytes("\((keyValue.flatMap { Int(String(decoding: $0.value, as: UTF8.self)) } ?? 0) + 1)")
}
