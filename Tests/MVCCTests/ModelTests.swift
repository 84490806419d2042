import MVCC
import TestSupport
import Testing

/// Seeded random histories, compared with the model after every step.
@Suite struct ModelTests {
  /// Keys that are each other's beginnings, hold zero bytes and 0xFF, or share prefixes: where orders and escapes go wrong.
  private static let keys: [[UInt8]] = [
    [0], [0, 0], [0, 0xFF], [0xFF], [0xFF, 0xFF], bytes("a"), bytes("a\0"), bytes("a\0b"), bytes("a/"), bytes("a/1"), bytes("a/2"),
    bytes("b"),
    bytes("tags/shop/web:latest"), bytes("tags/shop/web:stable"), bytes("tags/shop0"), [0x61, 0xFF], [0x61, 0xFF, 0],
  ]

  @Test(arguments: 1...24)
  func `a store answers as the model does, now and at every readable revision`(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    var model = ModelStore()
    try await withStore { store in
      for _ in 0..<120 {
        if random.oneIn(25), model.revision > .initial + 1 {
          let target = Revision(Int64.random(in: max(model.compactRevision.rawValue, 0) + 1...model.revision.rawValue, using: &random))
          if target > model.compactRevision {
            try await store.compact(to: target)
            model.compactRevision = target
          }
        } else {
          let changes = Self.changes(&random)
          model.apply(changes)
          let commit = try await store.write { writer in
            for change in changes {
              switch change {
              case .put(let key, let value): try writer.put(key, value)
              case .delete(let key): try writer.delete(key)
              }
            }
          }
          #expect(commit.revision == model.revision, "seed \(seed)")
        }
        try Self.compare(store, model, &random, seed)
      }
    }
  }

  private static func changes(_ random: inout SeededGenerator) -> [ModelStore.Change] {
    (0..<Int.random(in: 1...4, using: &random)).map { _ in
      let key = keys.randomElement(using: &random) ?? [1]
      if random.oneIn(3) { return .delete(key: key) }
      let length = random.oneIn(8) ? 3000 : Int.random(in: 0...80, using: &random)
      return .put(key: key, value: (0..<length).map { _ in UInt8.random(in: 97...104, using: &random) })
    }
  }

  private static func compare(_ store: RevisionStore, _ model: ModelStore, _ random: inout SeededGenerator, _ seed: UInt64) throws {
    let oldest = max(model.compactRevision, .initial)
    let revision = random.oneIn(2) ? model.revision : Revision(Int64.random(in: oldest.rawValue...model.revision.rawValue, using: &random))
    let range = self.range(&random)
    let key = keys.randomElement(using: &random) ?? [1]
    try store.read(at: .revision(revision)) { view in
      #expect(try view.get(key) == model.get(key, at: revision), "seed \(seed) revision \(revision)")
      let expected = model.range(range, at: revision)
      #expect(try view.range(RangeQuery(range)).keyValues == expected, "seed \(seed) revision \(revision) range \(range)")
      let reversed = try view.range(RangeQuery(range, order: .descending)).keyValues
      #expect(reversed == expected.reversed(), "seed \(seed) revision \(revision) range \(range), descending")
      let page = try view.range(RangeQuery(range, limit: 2))
      #expect(page.keyValues == Array(expected.prefix(2)) && page.hasMore == (expected.count > 2), "seed \(seed)")
      #expect(try view.count(range) == expected.count, "seed \(seed)")
      #expect(try view.versions(of: key) == model.versions(of: key, at: revision), "seed \(seed) revision \(revision) key \(key)")
    }
    let start = Revision(Int64.random(in: max(0, oldest.rawValue - 1)...model.revision.rawValue, using: &random))
    if start + 1 >= model.compactRevision {
      var events: [Event] = []
      var position = start
      while true {
        let batch = try store.events(in: range, after: position, options: WatchOptions(includesPrevious: true))
        events += batch.events
        if batch.revision == position { break }
        position = batch.revision
      }
      let expected = model.events(in: range, after: start).map { event in
        var event = event
        if event.keyValue.modRevision <= model.compactRevision { event.previous = nil }
        return event
      }
      let visible = expected.filter { $0.keyValue.modRevision > model.compactRevision }
      #expect(events.filter { $0.keyValue.modRevision > model.compactRevision } == visible, "seed \(seed) after \(start)")
    }
  }

  private static func range(_ random: inout SeededGenerator) -> KeyRange {
    switch Int.random(in: 0..<5, using: &random) {
    case 0: .all
    case 1: .prefix(keys.randomElement(using: &random) ?? [1])
    case 2: .from(keys.randomElement(using: &random) ?? [1])
    case 3: .key(keys.randomElement(using: &random) ?? [1])
    default: KeyRange(from: keys.randomElement(using: &random) ?? [1], upTo: keys.randomElement(using: &random) ?? [2])
    }
  }
}
