import ImageStreamDB
import TestSupport
import Testing

@Suite struct PruneRunTests {
  let latest: ImageStreamTagName = "shop/web:latest"

  @Test func `one bad record or reference is told of and stops nothing`() async throws {
    try await withPruneStore { store in
      try await store.move(latest, to: "a", "b", "c", "d")
      try await store.store.write { try $0.registerUse(by: "pod/shop/bad", pullSpecs: ["quay.io/Not A Reference"]) }
      try await store.store.keyValues.write { view in
        try view.put(Array("isdb/tags/shop/broken:latest".utf8), [0xFF])
        try view.put(Array("isdb/events/shop/web:latest/0000000000000001".utf8), [0xFF])
      }
      store.clock.advance(by: .seconds(7200))
      let done = try await store.prune(confirm: true) { $0.keepTagRevisions = 1 }
      let faults = Set(done.filter { $0.verdict == .fault }.map(\.object))
      #expect(
        faults == [
          .use("pod/shop/bad"), .record("isdb/tags/shop/broken:latest"), .record("isdb/events/shop/web:latest/0000000000000001"),
        ])
      #expect(done.removedEvents(of: latest) == [2, 3])
    }
  }

  @Test func `a tag that moves between two steps keeps what it points at`() async throws {
    try await withPruneStore { store in
      try await store.store.write { writer in
        for number in 0..<2_500 { try writer.tag(latest, as: .reference(ImageFixtures.reference("image \(number)"))) }
        try writer.removeSpec(of: latest)
      }
      store.clock.advance(by: .seconds(7200))
      var options = PruneOptions()
      options.keepTagRevisions = 0
      options.time = store.clock.now
      var iterator = try store.store.prune(options, confirms: true).makeAsyncIterator()
      _ = try await iterator.next()
      try await store.store.tag(latest, as: ImageFixtures.reference("late"))
      var decisions: [PruneDecision] = []
      while let decision = try await iterator.next() { decisions.append(decision) }
      #expect(try store.sequences(of: latest) == [2_501, 2_500])
      #expect(try await store.prune(confirm: true) { $0.keepTagRevisions = 0 }.removedEvents(of: latest) == [2_500])
    }
  }

  @Test func `a tag that was removed and made again meanwhile is judged from its beginning`() async throws {
    try await withPruneStore { store in
      try await store.store.write { writer in
        for number in 0..<2_500 { try writer.tag(latest, as: .reference(ImageFixtures.reference("image \(number)"))) }
      }
      store.clock.advance(by: .seconds(7200))
      var options = PruneOptions()
      options.time = store.clock.now
      var iterator = try store.store.prune(options, confirms: true).makeAsyncIterator()
      _ = try await iterator.next()
      try await store.store.untag(latest)
      try await store.store.write { writer in
        for number in 0..<3 { try writer.tag(latest, as: .reference(ImageFixtures.reference("image \(number)"))) }
      }
      while try await iterator.next() != nil {}
      #expect(try store.sequences(of: latest) == [3, 2, 1])
    }
  }

  @Test func `options that cannot be are refused before anything is read`() async throws {
    try await withPruneStore { store in
      var options = PruneOptions()
      options.keepTagRevisions = -1
      #expect(storeError { try store.store.prune(options, confirms: true) }?.code == .invalidArgument)
      options.keepTagRevisions = 0
      options.namespace = "Shop"
      #expect(storeError { try store.store.prune(options, confirms: true) }?.code == .invalidArgument)
    }
  }
}
