import ImageStreamDB
import TestSupport
import Testing

@Suite struct WatchTests {
  let one = ImageFixtures.reference("one")
  let two = ImageFixtures.reference("two")

  @Test func `one write to several tags is several changes of one revision, the last of them marked`() async throws {
    try await withImageStore { store in
      try await store.write { [one, two] writer in
        for tag in ["c", "a", "b"] { try writer.tag(ImageStreamTagName(stream: "shop/web", tag: tag), as: .reference(one)) }
        try writer.tag("shop/web:a", as: .reference(two))
        try writer.tag("other/web:a", as: .reference(one))
      }
      try await store.tag("shop/web:z", as: one)
      var changes = try store.events(in: .namespace("shop"), after: 1).makeAsyncIterator()
      var tags: [String] = []
      var marks: [Bool] = []
      for _ in 0..<4 {
        let change = try #require(try await changes.next())
        tags.append(change.tag.tag)
        marks.append(change.isLastOfRevision)
        if change.tag == "shop/web:a", case .moved(let event) = change.kind { #expect(event.image == two.digest && event.sequence == 2) }
      }
      #expect(tags == ["c", "a", "b", "z"] && marks == [false, false, true, true])
    }
  }

  @Test func `a watch begins now, unless it is told where`() async throws {
    try await withImageStore { store in
      let latest: ImageStreamTagName = "shop/web:latest"
      try await store.tag(latest, as: one)
      let fromNow = try store.events(for: latest)
      let event = try await store.tag(latest, as: two)
      var changes = fromNow.makeAsyncIterator()
      let change = try #require(try await changes.next())
      #expect(change.kind == .moved(event) && change.previous?.image == one.digest && change.revision == event.revision)
    }
  }

  @Test func `a watch from a compacted revision says so, and one after it goes on without what was before`() async throws {
    try await withImageStore { store in
      let latest: ImageStreamTagName = "shop/web:latest"
      let first = try await store.tag(latest, as: one)
      try await store.tag(latest, as: two)
      let removal = try store.keyValues.revision() + 1
      try await store.untag(latest)
      try await store.keyValues.compact(to: removal)
      var gone = try store.events(for: latest, after: first.revision).makeAsyncIterator()
      let refusal = await awaitedError { try await gone.next() }
      #expect(refusal?.code == .compacted)
      var rest = try store.events(for: latest, after: removal - 1).makeAsyncIterator()
      let change = try #require(try await rest.next())
      #expect(change.kind == .removed && change.previous == nil)
    }
  }

  @Test func `a failure that is noted again, or a history that is trimmed, is no change`() async throws {
    try await withImageStore { store in
      let latest: ImageStreamTagName = "shop/web:latest"
      let source = ImportSource(reference: "quay.io/shop/web:latest")
      for target in [one, two] { try await store.tag(latest, as: target) }
      for message in ["gone", "gone", "still gone"] {
        try await store.write { try $0.recordImportFailure(reason: "NotFound", message: message, from: source, to: latest) }
      }
      try await store.write { try $0.trimHistory(of: latest, to: 1) }
      let end = try await store.tag(latest, as: one)
      var kinds: [TagChange.Kind] = []
      for try await change in try store.events(for: latest, after: 3) {
        kinds.append(change.kind)
        if change.revision == end.revision { break }
      }
      let messages = kinds.compactMap { kind in
        if case .importFailed(let condition) = kind { condition.message } else { nil }
      }
      #expect(kinds.count == 3 && messages == ["gone", "still gone"] && kinds.last == .moved(end))
    }
  }
}
