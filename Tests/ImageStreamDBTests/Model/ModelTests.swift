import Foundation
import TestSupport
import Testing

@testable import ImageStreamDB

/// Seeded random histories, compared with a model after every change, and at earlier revisions.
///
/// `ISDB_SEEDS=300` runs that many seeds instead of the first few, `ISDB_SEEDS=17...17` one of them again.
@Suite struct ModelTests {
  static let seeds: ClosedRange<UInt64> = {
    let text = ProcessInfo.processInfo.environment["ISDB_SEEDS"] ?? "8"
    let bounds = text.components(separatedBy: "...").compactMap { UInt64($0) }
    return bounds.count == 2 ? bounds[0]...bounds[1] : 1...(bounds.first ?? 8)
  }()

  @Test(arguments: seeds)
  func `random changes leave what the model says, now and at every earlier revision`(seed: UInt64) async throws {
    let clock = ManualClock()
    var configuration = StoreConfiguration()
    configuration.clock = clock.reading
    try await withImageStore(configuration) { store in
      var choices = ModelChoices(seed: seed)
      var model = TagModel(host: seed.isMultiple(of: 2) ? "registry.local:5000" : nil, imported: ModelChoices.imported)
      try await store.write { [host = model.host] writer in
        for content in ModelChoices.contents.prefix(2) { try writer.add(content, repository: "quay.io/shop/web") }
        try writer.setRegistryHosts(RegistryHosts(inside: host))
      }
      let first = try store.keyValues.revision()
      var states = [first: model]
      for round in 0..<100 {
        clock.advance(by: .seconds(Int64.random(in: 0...5, using: &choices.random)))
        model.revision = try store.keyValues.revision() + 1
        model.time = clock.now
        let changes = choices.changes(model)
        let place: Comment = "seed \(seed), round \(round): \(changes)"
        var expected = model
        var refusal: TagModel.Refusal?
        do {
          for change in changes { try expected.apply(change) }
          expected.noteRemovals(since: model)
        } catch let error as TagModel.Refusal {
          refusal = error
          expected = model
        }
        do {
          let before = try store.keyValues.revision()
          try await Self.make(changes, in: store)
          try #require(refusal == nil, "\(place) was not refused with \(refusal.map { "\($0)" } ?? "")")
          let hasChanges = try store.keyValues.revision() > before
          // What two changes of one write undo has happened all the same.
          if changes.count == 1 { try #require(hasChanges != expected.isSameState(as: model), place) }
        } catch let error as StoreError {
          try #require(refusal?.code == error.code, "\(place): \(error)")
        }
        model = expected
        states[try store.keyValues.revision()] = model
        try store.read { reader in
          let difference = try model.difference(from: &reader)
          try #require(difference == nil, place)
        }
      }
      // Reading them all would take longer than making them.
      for (revision, state) in states where revision.rawValue % 3 == Int64(seed % 3) {
        try store.read(at: .revision(revision)) { reader in
          let difference = try state.difference(from: &reader)
          try #require(difference == nil, "seed \(seed), revision \(revision)")
        }
      }
      try await requireWatch(store, states, after: first, seed: seed)
    }
  }

  private static func make(_ changes: [ModelChange], in store: ImageStore) async throws {
    if case .undelete(let name)? = changes.first {
      try await store.undelete(name)
      return
    }
    try await store.write { writer in for change in changes { try change.apply(to: &writer) } }
  }

  // MARK: Watching

  /// The changes after any revision, applied to the newest events of then, come to those of now, and a stream resumed half-way goes on where it stopped.
  private func requireWatch(_ store: ImageStore, _ states: [Revision: TagModel], after first: Revision, seed: UInt64) async throws {
    let end = try store.keyValues.revision()
    let whole = try await changes(of: store, after: first, until: end)
    var newest: [ImageStreamTagName: Int64] = [:]
    for change in whole {
      let entry = try #require(states[change.revision], "seed \(seed)").tags[change.tag]
      switch change.kind {
      case .moved(let event):
        newest[change.tag] = event.sequence
        let expected = entry?.events.last
        #expect(event.sequence == expected?.sequence && event.revision == expected?.revision, "seed \(seed): \(change)")
      case .removed:
        newest[change.tag] = nil
        #expect(entry == nil, "seed \(seed): \(change)")
      case .refused(let move): #expect(move.revision == entry?.refused?.revision, "seed \(seed): \(change)")
      case .held(let hold): #expect(hold == entry?.hold, "seed \(seed): \(change)")
      case .holdEnded: #expect(entry != nil && entry?.hold == nil, "seed \(seed): \(change)")
      case .importFailed(let condition): #expect(condition == entry?.condition, "seed \(seed): \(change)")
      }
    }
    #expect(newest == states[end]?.tags.compactMapValues { $0.events.last?.sequence }, "seed \(seed)")
    let stops = whole.indices.filter { whole[$0].isLastOfRevision }
    for stop in [stops.first, stops[stops.count / 2], stops.last].compactMap({ $0 }) {
      let rest = try await changes(of: store, after: whole[stop].revision, until: end)
      #expect(rest == Array(whole[(stop + 1)...]), "seed \(seed)")
    }
  }

  /// Every change after `revision`: a last one, made in a scope of its own, tells where the stream ends.
  private func changes(of store: ImageStore, after revision: Revision, until end: Revision) async throws -> [TagChange] {
    let last: ImageStreamTagName = "end/of:stream"
    if try store.read({ try $0.tag(last) }) == nil { try await store.tag(last, as: ImageFixtures.reference("end")) }
    var changes: [TagChange] = []
    for try await change in try store.events(in: .all, after: revision) {
      if change.tag == last { break }
      changes.append(change)
    }
    #expect(changes.allSatisfy { $0.revision > revision && $0.revision <= end })
    #expect(
      zip(changes, changes.dropFirst()).allSatisfy { $0.revision < $1.revision || $0.revision == $1.revision && !$0.isLastOfRevision })
    return changes
  }
}
