import ImageStreamDB
import TestSupport
import Testing

/// Bringing removed tags back.
@Suite struct UndeleteTests {
  let latest: ImageStreamTagName = "shop/web:latest"
  let one = ImageFixtures.reference("one")
  let two = ImageFixtures.reference("two")

  @Test func `a removed tag comes back with its history, its spec and its hold`() async throws {
    try await withImageStore { store in
      for target in [one, two] { try await store.tag(latest, as: target) }
      try await store.write { [latest] in try $0.hold(latest, .pin, by: "me") }
      let before = try #require(try store.read { try $0.tag(latest) })
      let history = try store.read { try $0.history(of: latest) }
      try await store.untag(latest)
      let removal = try store.keyValues.revision()
      #expect(try store.removedTags(in: .all, after: 1) == [latest])
      try await store.undelete(latest)
      let after = try #require(try store.read { try $0.tag(latest) })
      #expect(after.newest == before.newest && after.hold == before.hold && after.spec?.source == before.spec?.source)
      #expect(try store.read { try $0.history(of: latest) } == history)
      #expect(try store.read { try $0.tags(referringTo: one.digest ?? Digest(of: [])) }.map(\.tag) == [latest])
      #expect(try store.read { try $0.heldTags() }.map(\.name) == [latest])
      #expect(storeError { try store.read(at: .revision(removal)) { try $0.resolve(latest) } }?.code == .notFound)
      #expect(try store.removedTags(in: .all, after: 1) == [])
    }
  }

  @Test func `it is as it was just before its removal, whatever was trimmed or held before that`() async throws {
    try await withImageStore { store in
      for target in [one, two, one] { try await store.tag(latest, as: target) }
      try await store.write { [latest] in try $0.trimHistory(of: latest, to: 1) }
      try await store.write { [latest] in try $0.hold(latest, .pin) }
      try await store.untag(latest)
      try await store.undelete(latest)
      let tag = try #require(try store.read { try $0.tag(latest) })
      #expect(tag.eventCount == 1 && tag.newest?.sequence == 3 && tag.hold?.rule == .pin)
    }
  }

  @Test func `of a tag that was removed twice, the second one comes back`() async throws {
    try await withImageStore { store in
      for target in [one, two] { try await store.tag(latest, as: target) }
      try await store.untag(latest)
      for target in [two, one] { try await store.tag(latest, as: target) }
      try await store.write { [latest] in try $0.trimHistory(of: latest, to: 1) }
      try await store.untag(latest)
      try await store.undelete(latest)
      #expect(try store.read { try $0.history(of: latest).map(\.image) } == [one.digest])
    }
  }

  @Test func `a history that went in several revisions comes back whole`() async throws {
    try await withImageStore { store in
      let count = ImageStreamWriter.maximumEventsPerUntag + 5
      let targets = (0..<count).map { ImageFixtures.reference("\($0)") }
      try await store.write { [latest] writer in for target in targets.prefix(600) { try writer.tag(latest, as: .reference(target)) } }
      try await store.write { [latest] writer in for target in targets.dropFirst(600) { try writer.tag(latest, as: .reference(target)) } }
      let history = try store.read { try $0.history(of: latest) }
      try await store.untag(latest)
      try await store.undelete(latest)
      #expect(try store.read { try $0.history(of: latest) } == history)
      #expect(try store.read { try $0.tag(latest)?.eventCount } == Int64(count))
    }
  }

  @Test func `a tag that is back goes back to what it pointed at before its removal`() async throws {
    try await withImageStore { store in
      let first = try await store.tag(latest, as: one)
      try await store.tag(latest, as: two)
      try await store.untag(latest)
      try await store.undelete(latest)
      #expect(try await store.rollback(latest, to: .revision(first.revision)).image == one.digest)
    }
  }

  @Test func `a tag that is made anew in the write of its removal has no history before that`() async throws {
    try await withImageStore { store in
      let first = try await store.tag(latest, as: one)
      try await store.write { [latest, two] writer in
        try writer.untag(latest)
        try writer.tag(latest, as: .reference(two))
      }
      try await store.tag(latest, as: one)
      #expect(await awaitedError { try await store.rollback(latest, to: .revision(first.revision)) }?.code == .notFound)
    }
  }

  @Test func `watchers see that a tag is back`() async throws {
    try await withImageStore { store in
      let event = try await store.tag(latest, as: one)
      try await store.untag(latest)
      let removal = try store.keyValues.revision()
      try await store.undelete(latest)
      var changes = try store.events(for: latest, after: removal).makeAsyncIterator()
      #expect(try await changes.next()?.kind == .moved(event))
    }
  }

  @Test func `a follower that is back follows, from the next move on`() async throws {
    try await withImageStore { store in
      let source: ImageStreamTagName = "shop/base:stable"
      try await store.tag(source, as: one)
      try await store.tag(latest, as: .following(source))
      try await store.untag(latest)
      try await store.tag(source, as: two)
      try await store.undelete(latest)
      #expect(try store.read { try $0.resolve(latest).image } == one.digest)
      try await store.tag(source, as: ImageFixtures.reference("three"))
      #expect(try store.read { try $0.resolve(latest).image } == ImageFixtures.reference("three").digest)
    }
  }

  @Test func `what is there, or never was, is not brought back`() async throws {
    try await withImageStore { store in
      #expect(await awaitedError { try await store.undelete(latest) }?.code == .notFound)
      try await store.tag(latest, as: one)
      #expect(await awaitedError { try await store.undelete(latest) }?.code == .alreadyExists)
    }
  }
}
