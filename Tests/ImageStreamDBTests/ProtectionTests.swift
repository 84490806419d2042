import ImageStreamDB
import TestSupport
import Testing

/// Rules that keep tags from being moved or removed.
@Suite struct ProtectionTests {
  let release: ImageStreamTagName = "shop/web:v1"
  let one = ImageFixtures.reference("one")
  let two = ImageFixtures.reference("two")

  private func withProtected(_ kind: ProtectionRule.Kind, _ body: (ImageStore) async throws -> Void) async throws {
    try await withImageStore { store in
      try await store.tag(release, as: one)
      try await store.write { try $0.protect("web:v*", in: "shop", as: kind, by: "me", because: "released") }
      try await body(store)
    }
  }

  @Test func `a protected tag is moved and removed only by whoever says that it is meant`() async throws {
    try await withProtected(.protected) { store in
      let refusal = await awaitedError { try await store.tag(release, as: two) }
      #expect(refusal?.code == .protected && refusal?.message.contains("web:v*") == true && refusal?.message.contains("\(release)") == true)
      #expect(await awaitedError { try await store.untag(release) }?.code == .protected)
      try await store.write { [release, two] in try $0.tag(release, as: .reference(two), overridesProtection: true) }
      #expect(try store.read { try $0.resolve(release).image } == two.digest)
      try await store.untag(release, overridesProtection: true)
    }
  }

  @Test func `an immutable tag is moved and removed by nobody until the rule goes`() async throws {
    try await withProtected(.immutable) { store in
      for overrides in [false, true] {
        let move = await awaitedError { [release, two] in
          try await store.write { try $0.tag(release, as: .reference(two), overridesProtection: overrides) }
        }
        #expect(move?.code == .protected)
        #expect(await awaitedError { try await store.untag(release, overridesProtection: overrides) }?.code == .protected)
      }
      try await store.write { try $0.unprotect("web:v*", in: "shop") }
      try await store.tag(release, as: two)
    }
  }

  @Test func `an import of a protected tag is refused, and noted`() async throws {
    try await withProtected(.protected) { store in
      let content = try ImageFixtures.image("web")
      try await store.write { [release] writer in
        try writer.recordImport(
          of: content, as: "quay.io/shop/web@\(content.digest)", from: ImportSource(reference: "quay.io/shop/web:v1"), to: release)
      }
      let tag = try #require(try store.read { try $0.tag(release) })
      #expect(tag.newest?.image == one.digest && tag.refused?.reason.contains("protected") == true)
    }
  }

  @Test func `a new tag that fits the pattern is made, and what it points at first is what stays`() async throws {
    try await withProtected(.immutable) { store in
      try await store.tag("shop/web:v2", as: one)
      #expect(await awaitedError { try await store.tag("shop/web:v2", as: two) }?.code == .protected)
      try await store.tag("shop/web:latest", as: one)
      try await store.tag("shop/web:latest", as: two)
      try await store.tag("other/web:v1", as: one)
      try await store.tag("other/web:v1", as: two)
    }
  }

  @Test func `where the image is pulled from may change under a rule, and what a reference names may not`() async throws {
    try await withProtected(.immutable) { store in
      let mirror = Reference(stringLiteral: "mirror.local/web@\(one.digest?.description ?? "")")
      try await store.tag(release, as: mirror)
      #expect(try store.read { try $0.resolve(release).pullSpec } == mirror.description)
      try await store.tag("shop/web:v3", as: .unresolved("quay.io/shop/web:3"))
      #expect(await awaitedError { try await store.tag("shop/web:v3", as: .unresolved("quay.io/shop/web:4")) }?.code == .protected)
    }
  }

  @Test func `one refused move refuses the whole write`() async throws {
    try await withProtected(.protected) { store in
      let refusal = await awaitedError { [release, two] in
        try await store.write { writer in
          try writer.tag("shop/web:latest", as: .reference(two))
          try writer.tag(release, as: .reference(two))
        }
      }
      #expect(refusal?.code == .protected)
      let tag = try store.read { try $0.tag("shop/web:latest") }
      #expect(tag == nil)
    }
  }

  @Test func `the strictest rule counts, and a rule with the same pattern replaces one`() async throws {
    try await withProtected(.protected) { store in
      try await store.write { try $0.protect("*:v1", in: "shop", as: .immutable) }
      #expect(try store.read { try $0.protection(of: release)?.kind } == .immutable)
      try await store.write { try $0.protect("*:v1", in: "shop", as: .protected) }
      #expect(try store.read { try $0.protections(of: "shop").map(\.kind) } == [.protected, .protected])
      #expect(try store.read { try $0.protection(of: "shop/web:latest") } == nil)
    }
  }
}
