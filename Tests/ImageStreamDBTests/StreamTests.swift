import ImageStreamDB
import TestSupport
import Testing

@Suite struct StreamTests {
  let one = ImageFixtures.reference("one")

  @Test func `a stream is made with its first tag, or before, and outlives its tags`() async throws {
    try await withImageStore { store in
      try await store.write { try $0.makeImageStream("shop/api") }
      #expect(try await store.write { try $0.makeImageStream("shop/api") }.hasChanges == false)
      let event = try await store.tag("shop/web:a", as: one)
      let stream = try #require(try store.read { try $0.imageStream("shop/web") })
      #expect(stream.created == event.created && stream.createRevision == event.revision)
      try await store.untag("shop/web:a")
      #expect(try store.read { try $0.imageStreams().elements.map(\.name) } == ["shop/api", "shop/web"])
    }
  }

  @Test func `a stream with tags is removed tag by tag, and earlier revisions keep it`() async throws {
    try await withImageStore { store in
      for tag in ["a", "b"] { try await store.tag(ImageStreamTagName(stream: "shop/web", tag: tag), as: one) }
      let revision = try store.keyValues.revision()
      #expect(await awaitedError { try await store.write { try $0.removeImageStream("shop/web") } }?.code == .conflict)
      try await store.removeImageStream("shop/web")
      #expect(try store.read { try $0.imageStreams().elements.isEmpty })
      #expect(try store.keyValues.read { try $0.count(.prefix(bytes("isdb/"))) } == 0)
      #expect(try store.read(at: .revision(revision)) { try $0.tags(in: .stream("shop/web")).elements.count } == 2)
      #expect(await awaitedError { try await store.removeImageStream("shop/web") }?.code == .notFound)
    }
  }

  @Test func `names order as listings do, across separators that sort below and above a slash and a colon`() async throws {
    try await withImageStore { store in
      let names = ["a/x", "a-b/x", "a/x-y", "a/x.y", "a/x0", "a/x_y", "a/xy"]
      for name in names { try await store.tag(ImageStreamTagName("\(name):1"), as: one) }
      let streams = try store.read { try $0.imageStreams().elements.map(\.name) }
      #expect(streams == streams.sorted() && streams.count == names.count)
      let tags = try store.read { try $0.tags(in: .all).elements.map(\.name) }
      #expect(tags == tags.sorted() && tags.count == names.count)
      var paged: [ImageStreamTagName] = []
      var hasMore = true
      while hasMore {
        let page = try store.read { try $0.tags(in: .namespace("a"), after: paged.last, limit: 2) }
        paged += page.elements.map(\.name)
        hasMore = page.hasMore
      }
      #expect(paged == tags.filter { $0.stream.namespace == "a" })
    }
  }
}
