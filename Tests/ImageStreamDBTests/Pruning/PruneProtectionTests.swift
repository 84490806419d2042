import ImageStreamDB
import TestSupport
import Testing

@Suite struct PruneProtectionTests {
  let source: ImageStreamTagName = "shop/web:1.0.0"

  /// A tag that only was pushed to: nothing but what a test adds protects what it points at.
  private func push(_ store: PruneStore, _ tag: ImageStreamTagName, _ name: String) async throws {
    try await store.store.write { writer in
      try writer.tag(tag, as: .reference(ImageFixtures.reference(name)))
      try writer.removeSpec(of: tag)
    }
  }

  private func prune(_ store: PruneStore) async throws -> [PruneDecision] {
    store.clock.advance(by: .seconds(7200))
    return try await store.prune(confirm: true) { $0.keepTagRevisions = 0 }
  }

  @Test func `a tag among which a policy chooses stays, and so does what the policy moved`() async throws {
    try await withPruneStore { store in
      try await push(store, source, "a")
      try await store.store.setPolicy(TagPolicy(.semver(VersionRange("*"))), from: "shop/web", for: "shop/app:stable")
      let done = try await prune(store)
      #expect(done.allSatisfy { $0.verdict == .keep })
      #expect(done.reason(1, of: source) == "a policy chooses among the tags of its stream")
    }
  }

  @Test func `the newest releases of a set can be gone back to`() async throws {
    try await withPruneStore { store in
      for name in ["a", "b", "c", "d"] {
        try await store.store.write {
          try $0.release("shop/set", [ReleaseMove("shop/web:latest", to: .reference(ImageFixtures.reference(name)))])
        }
      }
      store.clock.advance(by: .seconds(7200))
      try await store.store.tag("shop/web:latest", as: ImageFixtures.reference("e"))
      try await store.store.tag("shop/web:latest", as: ImageFixtures.reference("f"))
      store.clock.advance(by: .seconds(7200))
      let done = try await store.prune(confirm: true) { $0.keepTagRevisions = 2 }
      #expect(done.removedEvents(of: "shop/web:latest") == [1, 2])
      #expect(done.reason(3, of: "shop/web:latest") == "release shop/set#3 can be gone back to")
    }
  }

  @Test func `users, followers, holds and rules keep what a tag points at`() async throws {
    try await withPruneStore { store in
      for name in ["used", "held", "protected", "followed", "free"] { try await push(store, ImageStreamTagName("shop/web:\(name)"), name) }
      try await store.store.write { writer in
        try writer.registerUse(by: "deployment/shop/web", tags: ["shop/web:used"])
        try writer.hold("shop/web:held", .pin)
        try writer.protect("web:protected", in: "shop", as: .immutable)
        try writer.tag("shop/app:latest", as: .following("shop/web:followed"))
      }
      let done = try await prune(store)
      #expect(done.reason(1, of: "shop/web:used") == "deployment/shop/web uses the tag")
      #expect(done.reason(1, of: "shop/web:held") == "the tag points at it, and is held")
      #expect(done.reason(1, of: "shop/web:protected") == "the tag is immutable by the rule \"web:protected\"")
      #expect(done.reason(1, of: "shop/web:followed") == "shop/app:latest follows the tag")
      let left = try store.store.read { try $0.tags(in: .stream("shop/web")).elements.map(\.name.tag) }
      #expect(left == ["followed", "held", "protected", "used"])
    }
  }

  @Test func `a tag that was never filled goes when it has no spec, and its failed import is not young`() async throws {
    try await withPruneStore { store in
      let source = ImportSource(reference: "quay.io/shop/web:1.0")
      try await store.store.write { writer in
        for name: ImageStreamTagName in ["shop/web:empty", "shop/web:asked"] {
          try writer.recordImportFailure(reason: "NotFound", message: "no such image", from: source, to: name)
        }
        try writer.removeSpec(of: "shop/web:empty")
      }
      #expect(try await store.prune(confirm: true).allSatisfy { $0.verdict == .keep })
      let done = try await prune(store)
      #expect(done.map(\.object) == [.tag("shop/web:asked"), .tag("shop/web:empty")] && done.map(\.verdict) == [.keep, .remove])
      #expect(try store.store.read { try $0.tags(in: .all).elements.count } == 1)
    }
  }
}
