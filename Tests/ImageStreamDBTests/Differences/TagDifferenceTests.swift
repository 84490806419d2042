import ImageStreamDB
import TestSupport
import Testing

@Suite struct TagDifferenceTests {
  let one = ImageFixtures.reference("one")
  let two = ImageFixtures.reference("two")

  @Test func `tags that came, went and moved are told with who moved them, in either direction`() async throws {
    try await withImageStore { store in
      try await store.tag("shop/web:latest", as: one, by: "ann")
      try await store.tag("shop/web:old", as: one)
      try await store.tag("shop/web:same", as: one)
      let before = try store.keyValues.revision()
      try await store.tag("shop/web:latest", as: two, by: "bob", because: "build 2")
      try await store.untag("shop/web:old")
      try await store.tag("shop/web:new", as: two)
      try await store.write { try $0.hold("shop/web:same", .pin) }
      try await store.tag("team/api:latest", as: two)
      let found = try store.differences(in: .namespace("shop"), from: .revision(before))
      #expect(found.elements.map(\.tag.tag) == ["latest", "new", "old"] && found.elements.map(\.kind) == [.moved, .added, .removed])
      #expect(found.elements[0].before?.by == "ann" && found.elements[0].after?.by == "bob" && found.elements[0].after?.image == two.digest)
      #expect(found.source == before && !found.hasMore)
      let back = try store.differences(in: .stream("shop/web"), from: .latest, to: .revision(before))
      #expect(back.elements.map(\.kind) == [.moved, .removed, .added])
      #expect(try store.differences(in: .all, from: .revision(before)).elements.count == 4)
      let first = try store.differences(in: .all, from: .revision(before), limit: 2)
      #expect(first.elements.map(\.tag) == ["shop/web:latest", "shop/web:new"] && first.hasMore)
      #expect(try store.differences(in: .tag("shop/web:same"), from: .revision(before)).elements.isEmpty)
    }
  }

  @Test func `a tag that moved there and back does not differ`() async throws {
    try await withImageStore { store in
      try await store.tag("shop/web:latest", as: one)
      let before = try store.keyValues.revision()
      try await store.tag("shop/web:latest", as: two)
      try await store.tag("shop/web:latest", as: one)
      #expect(try store.differences(in: .all, from: .revision(before)).elements.isEmpty)
      #expect(storeError { try store.differences(in: .all, from: .revision(99)) }?.code == .futureRevision)
      #expect(storeError { try store.differences(in: .all, from: .latest, limit: -1) }?.code == .invalidArgument)
    }
  }
}
