import MVCC
import TestSupport
import Testing

/// Seeded random histories with retention classes that come, are compacted and go, compared with a model at every revision.
@Suite struct RetentionModelTests {
  private static let keys = ["a", "l/1", "l/2", "l0", "t/", "t/a", "t/x/a", "t/x/b", "t/y", "z"].map(bytes)
  private static let prefixes = ["l/", "t/", "t/x/", "a", "t/x/a"].map(bytes)

  @Test(arguments: 1...16)
  func `every readable revision of every class reads as the model says, and the others are compacted`(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    var model = ModelStore()
    let directory = try TemporaryDirectory()
    try await withStore(at: directory.appending("store")) { store in
      for _ in 0..<60 {
        try await Self.step(store, &model, &random)
        if random.oneIn(4) { try Self.compare(store, model, &random, "seed \(seed)") }
        if random.oneIn(10) { try requireConsistency(store) }
      }
      try Self.compareEverything(store, model, "seed \(seed)")
      let file = directory.appending("backup")
      _ = try await store.backup(to: file)
      _ = try RevisionStore.restore(from: file, to: directory.appending("restored"))
      try await withStore(at: directory.appending("restored")) { restored in
        try Self.compareEverything(restored, model, "seed \(seed), restored")
        for _ in 0..<20 { try await Self.step(restored, &model, &random) }
        try Self.compareEverything(restored, model, "seed \(seed), restored and written")
      }
    }
  }

  private static func step(_ store: RevisionStore, _ model: inout ModelStore, _ random: inout SeededGenerator) async throws {
    let prefix = prefixes.randomElement(using: &random) ?? []
    switch Int.random(in: 0..<20, using: &random) {
    case 0: try await store.setRetention(RetentionPolicy(revisions: Int64.random(in: 0...9, using: &random)), forPrefix: prefix)
    case 1: try? await store.removeRetention(forPrefix: prefix)
    case 2: try await store.applyRetention(maximumPieces: random.oneIn(2) ? 0 : 9)
    case 3:
      let classes = try store.retentionClasses()
      guard let kept = classes.randomElement(using: &random) else { return }
      let target = Revision(Int64.random(in: 0...model.revision.rawValue, using: &random))
      let result = try await store.compact(keeping: .to(target), inClass: kept.prefix, waits: random.oneIn(2))
      #expect(result.compactRevision == max(target, kept.compactRevision))
    default:
      let changes = (0..<Int.random(in: 1...3, using: &random)).map { _ -> ModelStore.Change in
        let key = keys.randomElement(using: &random) ?? [1]
        if random.oneIn(4) { return .delete(key: key) }
        return .put(key: key, value: [UInt8](repeating: UInt8.random(in: 97...122, using: &random), count: random.oneIn(5) ? 400 : 3))
      }
      model.apply(changes)
      try await store.write { writer in
        for change in changes {
          switch change {
          case .put(let key, let value): try writer.put(key, value)
          case .delete(let key): try writer.delete(key)
          }
        }
      }
    }
  }

  // MARK: Comparing

  /// The greatest compact revision of the classes that a range overlaps, found by trying a key of each part of the range.
  private static func oldest(_ range: KeyRange, _ classes: [RetentionClass]) -> Revision {
    let candidates = [range.lower] + classes.map(\.prefix) + classes.compactMap { KeyRange.prefix($0.prefix).upper }
    return candidates.filter(range.contains).reduce(.zero) { oldest, key in
      let kept = classes.filter { key.starts(with: $0.prefix) }.max { $0.prefix.count < $1.prefix.count }
      return max(oldest, kept?.compactRevision ?? .zero)
    }
  }

  private static func compareEverything(_ store: RevisionStore, _ model: ModelStore, _ label: String) throws {
    let ranges = keys.map(KeyRange.key) + prefixes.map(KeyRange.prefix) + [.all]
    let classes = try store.retentionClasses()
    for number in 1...model.revision.rawValue {
      for range in ranges { try compare(store, model, range, Revision(number), classes, label) }
    }
  }

  private static func compare(_ store: RevisionStore, _ model: ModelStore, _ random: inout SeededGenerator, _ label: String) throws {
    let lower = keys.randomElement(using: &random) ?? [1]
    let upper = keys.randomElement(using: &random) ?? [1]
    let range = random.oneIn(3) ? KeyRange.prefix(Array(lower.prefix(2))) : KeyRange(from: lower, upTo: random.oneIn(3) ? nil : upper)
    let revision = Revision(Int64.random(in: 1...model.revision.rawValue, using: &random))
    try compare(store, model, range, revision, try store.retentionClasses(), label)
  }

  private static func compare(
    _ store: RevisionStore, _ model: ModelStore, _ range: KeyRange, _ revision: Revision, _ classes: [RetentionClass], _ label: String
  ) throws {
    if range.isEmpty { return }
    let oldest = oldest(range, classes)
    let label = "\(label), revision \(revision), range \(printable(range)), readable from \(oldest)"
    let outcome = Result { try store.read(at: .revision(revision)) { try $0.range(RangeQuery(range)).keyValues } }
    let events = Result { try store.events(in: range, after: revision - 1, options: WatchOptions(includesPrevious: true)).events }
    if revision < oldest {
      #expect((outcome.error as? StoreError)?.code == .compacted, "\(label)")
      #expect((events.error as? StoreError)?.code == .compacted, "\(label)")
      return
    }
    #expect(try outcome.get() == model.range(range, at: revision), "\(label)")
    let expected = model.events(in: range, after: revision - 1)
    for (event, expected) in zip(try events.get(), expected) {
      var expected = expected
      if expected.keyValue.modRevision <= Self.oldest(.key(expected.keyValue.key), classes) { expected.previous = nil }
      #expect(event == expected, "\(label)")
    }
    #expect(try events.get().count == expected.count, "\(label)")
    guard let key = range.singleKey else { return }
    #expect(try store.read(at: .revision(revision)) { try $0.get(key) } == model.get(key, at: revision), "\(label)")
    var versions = model
    versions.compactRevision = oldest
    #expect(try store.read(at: .revision(revision)) { try $0.versions(of: key) } == versions.versions(of: key, at: revision), "\(label)")
  }

  private static func printable(_ range: KeyRange) -> String {
    "\(String(decoding: range.lower, as: UTF8.self)) to \(range.upper.map { String(decoding: $0, as: UTF8.self) } ?? "the end")"
  }
}

extension Result {
  fileprivate var error: Failure? {
    if case .failure(let error) = self { return error }
    return nil
  }
}
