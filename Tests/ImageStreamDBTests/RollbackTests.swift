import ImageStreamDB
import TestSupport
import Testing

@Suite struct RollbackTests {
  let latest: ImageStreamTagName = "shop/web:latest"
  let targets = ["one", "two", "three"].map(ImageFixtures.reference)

  private func withHistory(_ body: (ImageStore) async throws -> Void) async throws {
    try await withImageStore { store in
      for target in targets { try await store.tag(latest, as: target) }
      try await body(store)
    }
  }

  @Test func `a rollback is a new event that repeats an older image`() async throws {
    try await withHistory { store in
      let event = try await store.rollback(latest, by: "me", because: "500s")
      #expect(event.image == targets[1].digest && event.cause == .rollback && event.sequence == 4 && event.source == "event 2")
      #expect(event.by == "me" && event.because == "500s")
      #expect(try store.read { try $0.history(of: latest).count } == 4)
      #expect(try await store.rollback(latest).image == targets[2].digest)
    }
  }

  @Test func `it goes to the n-th event, to a digest, or to an event's number`() async throws {
    try await withHistory { store in
      #expect(try await store.rollback(latest, to: .steps(2)).image == targets[0].digest)
      let short = try DigestPrefix(String((targets[2].digest?.hex ?? "").prefix(14)))
      #expect(try await store.rollback(latest, to: .image(short)).image == targets[2].digest)
      #expect(try await store.rollback(latest, to: .sequence(2)).image == targets[1].digest)
    }
  }

  @Test func `it goes back to where the image was pulled from, if only that differs`() async throws {
    try await withHistory { store in
      let mirror = try Reference(registry: "mirror.local", repository: "web", digest: targets[0].digest)
      try await store.tag(latest, as: mirror)
      let event = try await store.rollback(latest, to: .sequence(1))
      #expect(event.pullSpec == targets[0].description && event.sequence == 4)
    }
  }

  @Test func `a short digest that fits several images of the history is ambiguous`() async throws {
    try await withImageStore { store in
      let digits = String(repeating: "a", count: 63)
      for last in ["1", "2"] { try await store.tag(latest, as: Reference(stringLiteral: "quay.io/shop/web@sha256:\(digits)\(last)")) }
      try await store.tag(latest, as: targets[0])
      #expect(await awaitedError { try await store.rollback(latest, to: .image(DigestPrefix("aaaaaaaaaaaa"))) }?.code == .ambiguous)
      #expect(try await store.rollback(latest, to: .image(DigestPrefix("sha256:\(digits)1"))).sequence == 4)
    }
  }

  @Test func `what is not in the history, or is there already, is refused`() async throws {
    try await withHistory { store in
      #expect(await awaitedError { try await store.rollback(latest, to: .steps(3)) }?.code == .notFound)
      #expect(await awaitedError { try await store.rollback(latest, to: .steps(0)) }?.code == .invalidArgument)
      #expect(await awaitedError { try await store.rollback(latest, to: .sequence(9)) }?.code == .notFound)
      #expect(await awaitedError { try await store.rollback(latest, to: .sequence(3)) }?.code == .conflict)
      let stranger = try DigestPrefix(String(repeating: "0", count: 12))
      #expect(await awaitedError { try await store.rollback(latest, to: .image(stranger)) }?.code == .notFound)
      #expect(await awaitedError { try await store.rollback("shop/web:none") }?.code == .notFound)
      try await store.tag("shop/web:single", as: targets[0])
      #expect(await awaitedError { try await store.rollback("shop/web:single") }?.code == .notFound)
    }
  }
}
