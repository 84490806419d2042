import ImageStreamDB
import TestSupport
import Testing

@Suite struct ExplainTests {
  let latest: ImageStreamTagName = "shop/web:latest"
  let current: ImageStreamTagName = "prod/web:current"
  let one = ImageFixtures.reference("one")
  let two = ImageFixtures.reference("two")

  @Test func `an explanation goes back through the tags that are followed to what somebody asked for`() async throws {
    try await withImageStore { [latest, current] store in
      try await store.tag(latest, as: one, by: "ci", because: "build 1")
      try await store.write { try $0.tag(current, as: .following(latest)) }
      try await store.write { try $0.tag("prod/web:far", as: .following(current)) }
      let moved = try await store.tag(latest, as: two, by: "ci", because: "build 2")
      let explanation = try store.read { try $0.explain("prod/web:far") }
      #expect(explanation.event.cause == .tracking && explanation.event.by == "ci" && explanation.previous?.image == one.digest)
      #expect(explanation.steps.map(\.kind) == [.tracking] && explanation.steps.first?.subject == "\(current)")
      #expect(explanation.upstream.map(\.event.tag) == [current, latest])
      #expect(explanation.upstream.last?.event == moved && explanation.upstream.last?.steps.map(\.kind) == [.request])
    }
  }

  @Test func `a followed tag that was removed and brought back is still found`() async throws {
    try await withImageStore { [latest, current] store in
      try await store.tag(latest, as: one)
      try await store.tag(current, as: .following(latest))
      let moved = try await store.tag(latest, as: two, by: "ci")
      try await store.untag(latest)
      try await store.undelete(latest)
      let origin = try #require(try store.read { try $0.explain(current) }.upstream.first)
      #expect(origin.event.tag == latest && origin.event.sequence == moved.sequence && origin.steps.map(\.kind) == [.request])
    }
  }

  @Test func `it tells what an import found, which hold it ended and which rule stands`() async throws {
    try await withImageStore { [latest] store in
      let bad = try ImageFixtures.image("bad")
      let good = try ImageFixtures.image("good")
      let source = ImportSource(reference: "quay.io/shop/web:latest")
      try await store.tag(latest, as: one)
      try await store.write { try $0.recordImport(of: bad, as: "quay.io/shop/web@\(bad.digest)", from: source, to: latest) }
      try await store.rollback(latest, hold: .skippingCurrentImage, by: "ann", because: "500s")
      try await store.write { try $0.recordImport(of: bad, as: "quay.io/shop/web@\(bad.digest)", from: source, to: latest) }
      let held = try store.read { try $0.explain(latest) }
      #expect(held.tag.refused?.image == bad.digest && held.tag.refused?.reason.contains("skips") == true)
      try await store.write { try $0.recordImport(of: good, as: "quay.io/shop/web@\(good.digest)", from: source, to: latest) }
      try await store.write { try $0.protect("web:*", in: "shop", as: .protected) }
      let explanation = try store.read { try $0.explain(latest) }
      #expect(explanation.steps.map(\.kind) == [.import, .hold])
      #expect(explanation.steps.first?.outcome.contains("\(good.digest)") == true && explanation.steps.last?.outcome == "ended")
      #expect(explanation.tag.hold == nil && explanation.tag.refused == nil && explanation.protection?.pattern == "web:*")
    }
  }

  @Test func `it tells which triggers ran for the event, and which have not yet`() async throws {
    try await withImageStore { store in
      try await store.addTrigger("deploy", on: .stream("shop/web"))
      try await store.addTrigger("other", on: .stream("shop/api"))
      try await store.tag(latest, as: one)
      #expect(try store.read { try $0.explain(latest) }.firings.map(\.delivery) == [nil])
      _ = try await store.runTriggerOnce("deploy") { _ in }
      let firing = try #require(try store.read { try $0.explain(latest) }.firings.first)
      #expect(firing.trigger.name == "deploy" && firing.delivery?.deliveredImage == one.digest)
      try await store.tag(latest, as: two)
      #expect(try store.read { try $0.explain(latest) }.firings.map(\.delivery) == [nil])
    }
  }

  @Test func `an older event is explained by its number, and one that is not there is refused`() async throws {
    try await withImageStore { store in
      try await store.tag(latest, as: one, because: "first")
      try await store.tag(latest, as: two)
      #expect(try store.read { try $0.explain(latest, event: 1) }.event.because == "first")
      #expect(storeError { try store.read { try $0.explain(latest, event: 3) } }?.code == .notFound)
      #expect(storeError { try store.read { try $0.explain("shop/none:a") } }?.code == .notFound)
    }
  }
}
