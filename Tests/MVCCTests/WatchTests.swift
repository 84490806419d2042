import MVCC
import TestSupport
import Testing

@Suite struct WatchTests {
  @Test func `a watch delivers what is there and then what comes`() async throws {
    try await withStore { store in
      try await store.write { try $0.put(bytes("a"), bytes("1")) }
      var watch = try store.watch(.all, after: 1).makeAsyncIterator()
      #expect(try await watch.next()?.events.map(\.keyValue.value) == [bytes("1")])
      async let next = Self.first(store.watch(.all, after: 2))
      try await store.write { try $0.put(bytes("a"), bytes("2")) }
      #expect(try await next?.events.map(\.keyValue.value) == [bytes("2")])
    }
  }

  private static func first(_ stream: WatchStream) async throws -> WatchBatch? {
    var iterator = stream.makeAsyncIterator()
    return try await iterator.next()
  }

  @Test func `a watch from now leaves out what was before`() async throws {
    try await withStore { store in
      try await store.write { try $0.put(bytes("a"), bytes("1")) }
      var watch = try store.watch(.all).makeAsyncIterator()
      try await store.write { try $0.put(bytes("b"), bytes("2")) }
      #expect(try await watch.next()?.events.map(\.keyValue.keyText) == ["b"])
    }
  }

  @Test func `a revision is never split, however large`() async throws {
    try await withStore { store in
      for round in 0..<3 {
        try await store.write { writer in
          for number in 0..<700 { try writer.put(bytes("\(round)/\(number)"), []) }
        }
      }
      var watch = try store.watch(.all, after: 1).makeAsyncIterator()
      var sizes: [Int] = []
      while sizes.reduce(0, +) < 2100, let batch = try await watch.next() {
        let byRevision = Dictionary(grouping: batch.events, by: \.keyValue.modRevision)
        #expect(byRevision.values.allSatisfy { $0.count == 700 })
        sizes.append(batch.events.count)
      }
      #expect(sizes == [1400, 700])
    }
  }

  @Test func `a resumed watch misses and repeats nothing`() async throws {
    try await withStore { store in
      let writers = Task {
        for number in 0..<300 { try await store.write { try $0.put(bytes("k\(number % 7)"), bytes("\(number)")) } }
      }
      var position = Revision(1)
      var seen: [Int64] = []
      while seen.count < 300 {
        var watch = try store.watch(.all, after: position).makeAsyncIterator()
        for _ in 0..<3 where seen.count < 300 {
          guard let batch = try await watch.next() else { break }
          seen += batch.events.map(\.keyValue.modRevision.rawValue)
          position = batch.revision
        }
      }
      try await writers.value
      #expect(seen == Array(2...301))
    }
  }

  @Test func `a hundred watchers each see every event of their keys, in order`() async throws {
    try await withStore { store in
      let watchers = (0..<100).map { number in
        Task {
          var events: [Event] = []
          for try await batch in try store.watch(.prefix(bytes("k\(number % 5)/")), after: 1) {
            events += batch.events
            if events.count >= 20 { return events }
          }
          return events
        }
      }
      for round in 0..<20 {
        try await store.write { writer in
          for part in 0..<5 { try writer.put(bytes("k\(part)/x"), bytes("\(round)")) }
        }
      }
      for watcher in watchers {
        let events = try await watcher.value
        #expect(events.map(\.keyValue.value) == (0..<20).map { bytes("\($0)") })
      }
    }
  }

  @Test func `a cancelled watch ends`() async throws {
    try await withStore { store in
      let watcher = Task { try await Self.first(store.watch(.all)) }
      watcher.cancel()
      let end = try await watcher.value
      #expect(end == nil)
    }
  }

  @Test func `a watch ends when its store is closed`() async throws {
    let directory = try TemporaryDirectory()
    let store = try RevisionStore.open(at: directory.appending("store"))
    let stream = try store.watch(.all)
    let watcher = Task { try await Self.first(stream) }
    store.close()
    let end = try await watcher.value
    #expect(end == nil)
  }

  @Test func `previous values, kinds and ranges are filtered as asked`() async throws {
    try await withStore { store in
      try await store.write { try $0.put(bytes("a"), bytes("1")) }
      try await store.write { try $0.put(bytes("a"), bytes("2")) }
      try await store.write { try $0.delete(bytes("a")) }
      try await store.write { try $0.put(bytes("b"), bytes("3")) }
      let all = try store.events(in: .key(bytes("a")), after: 1, options: WatchOptions(includesPrevious: true)).events
      #expect(all.map(\.kind) == [.put, .put, .delete])
      #expect(all.map(\.previous?.value) == [nil, bytes("1"), bytes("2")])
      #expect(all.map(\.isCreation) == [true, false, false])
      let tombstone = KeyValue(key: bytes("a"), value: [], createRevision: 0, modRevision: 4, version: 0)
      #expect(all.last?.keyValue == tombstone)
      var options = WatchOptions()
      options.excludesPuts = true
      #expect(try store.events(in: .all, after: 1, options: options).events.map(\.kind) == [.delete])
      options.excludesPuts = false
      options.excludesDeletes = true
      #expect(try store.events(in: .all, after: 1, options: options).events.count == 3)
    }
  }

  @Test func `a watch can begin at the compact revision, not before it`() async throws {
    try await withStore { store in
      for number in 1...5 { try await store.write { try $0.put(bytes("a"), bytes("\(number)")) } }
      try await store.write { try $0.delete(bytes("a")) }
      try await store.compact(to: 7)
      let atCompact = try store.events(in: .all, after: 6, options: WatchOptions(includesPrevious: true)).events
      #expect(atCompact.map(\.kind) == [.delete] && atCompact.first?.previous == nil)
      #expect(storeError { try store.events(in: .all, after: 5) }?.code == .compacted)
      var watch = try store.watch(.all, after: 3).makeAsyncIterator()
      await #expect(throws: StoreError.self) { try await watch.next() }
    }
  }

  @Test func `progress is told on demand, once nothing is outstanding, and never before a watch's beginning`() async throws {
    try await withStore { (store) async throws in
      try await store.put(bytes("a"), bytes("1"))
      let stream = try store.watch(.key(bytes("b")), after: 1)
      stream.requestProgress()
      var watch = stream.makeAsyncIterator()
      let progress = try await watch.next()
      #expect(progress?.events.isEmpty == true && progress?.revision == 2 && progress?.storeRevision == 2)
      async let asked: Void = stream.requestProgress()
      #expect(try await watch.next()?.revision == 2)
      await asked

      let future = try store.watch(.all, after: 3)
      future.requestProgress()
      async let first = Self.first(future)
      try await store.put(bytes("a"), bytes("2"))
      try await store.put(bytes("a"), bytes("3"))
      #expect(try await first?.events.map(\.keyValue.modRevision) == [4])
    }
  }

  @Test func `progress is told after each interval of silence`() async throws {
    try await withStore { (store) async throws in
      var options = WatchOptions()
      options.progressInterval = .milliseconds(20)
      var watch = try store.watch(.all, after: 1, options: options).makeAsyncIterator()
      for _ in 0..<3 { #expect(try await watch.next()?.events.isEmpty == true) }
      try await store.put(bytes("a"), bytes("1"))
      var batch = try await watch.next()
      while batch?.events.isEmpty == true { batch = try await watch.next() }
      #expect(batch?.events.count == 1 && batch?.revision == 2)
    }
  }
}
