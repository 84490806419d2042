import ImageStreamDB
import TestSupport
import Testing

/// A store whose clock a test moves, with histories of images that were imported.
struct PruneStore: Sendable {
  let store: ImageStore
  let clock: ManualClock

  /// The decisions of a run.
  func prune(confirm: Bool, _ change: (inout PruneOptions) -> Void = { _ in }) async throws -> [PruneDecision] {
    var options = PruneOptions()
    options.time = clock.now
    change(&options)
    var decisions: [PruneDecision] = []
    for try await decision in try store.prune(options, confirms: confirm) { decisions.append(decision) }
    return decisions
  }

  /// Adds an image for each name and points the tag at it, one after the other; answers the digests.
  @discardableResult
  func move(_ tag: ImageStreamTagName, to names: String...) async throws -> [Digest] {
    var digests: [Digest] = []
    for name in names {
      let content = try ImageFixtures.image(name)
      try await store.write { writer in
        try writer.add(content, repository: "quay.io/shop/web")
        try writer.tag(tag, as: .image(content.digest, pullSpec: nil))
      }
      digests.append(content.digest)
    }
    return digests
  }

  func sequences(of tag: ImageStreamTagName) throws -> [Int64] { try store.read { try $0.history(of: tag).map(\.sequence) } }

  func images() throws -> [Digest] { try store.read { try $0.images().elements.map(\.digest) } }
}

/// Runs `body` on a new store whose clock stands.
func withPruneStore(_ body: (PruneStore) async throws -> Void) async throws {
  let clock = ManualClock()
  var configuration = StoreConfiguration()
  configuration.clock = clock.reading
  try await withImageStore(configuration) { try await body(PruneStore(store: $0, clock: clock)) }
}

extension [PruneDecision] {
  /// The events of a tag that go, by number.
  func removedEvents(of tag: ImageStreamTagName) -> [Int64] {
    compactMap { decision in
      guard decision.verdict == .remove, case .event(let event) = decision.object, event.tag == tag else { return nil }
      return event.sequence
    }.sorted()
  }

  var removedImages: [Digest] {
    compactMap { decision in
      guard decision.verdict == .remove, case .image(let digest) = decision.object else { return nil }
      return digest
    }
  }

  func reason(_ sequence: Int64, of tag: ImageStreamTagName) -> String? {
    first { decision in
      if case .event(let event) = decision.object { event.tag == tag && event.sequence == sequence } else { false }
    }?.reason
  }
}
