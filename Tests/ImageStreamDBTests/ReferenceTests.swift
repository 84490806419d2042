import ImageStreamDB
import TestSupport
import Testing

/// Who uses an image, and what a stream has.
@Suite struct ReferenceTests {
  let index: ImageContent
  let child: ImageContent

  init() throws {
    index = try ImageFixtures.index("web")
    child = try #require(index.children.last)
  }

  private func withTaggedIndex(_ body: (ImageStore) async throws -> Void) async throws {
    try await withImageStore { store in
      try await store.write { [index] writer in
        try writer.add(index, repository: "quay.io/shop/web")
        try writer.tag("shop/web:latest", as: .image(index.digest, pullSpec: nil))
      }
      try await body(store)
    }
  }

  @Test func `an image is used by the tags of the indexes that have it`() async throws {
    try await withTaggedIndex { store in
      #expect(try store.read { try $0.indexes(containing: child.digest) } == [index.digest])
      let references = try store.read { try $0.tags(referringTo: child.digest) }
      #expect(references.map(\.tag) == ["shop/web:latest"] && references.first?.index == index.digest)
      #expect(references.first?.isCurrent == true)
      try await store.tag("shop/web:arm", as: .image(child.digest, pullSpec: nil))
      let both = try store.read { try $0.tags(referringTo: child.digest) }
      #expect(both.map(\.tag) == ["shop/web:arm", "shop/web:latest"] && both.map(\.index) == [nil, index.digest])
      #expect(try store.read { try $0.tags(referringTo: index.digest) }.map(\.index) == [nil])
    }
  }

  @Test func `one image of an index is an image of the stream, to be pulled by its own digest`() async throws {
    try await withTaggedIndex { store in
      let short = try DigestPrefix(String(child.digest.hex.prefix(12)))
      let resolved = try store.read { try $0.resolve(ImageStreamImageName(stream: "shop/web", digest: short)) }
      #expect(resolved.image == child.digest && resolved.pullSpec == "quay.io/shop/web@\(child.digest)")
      #expect(resolved.event.image == index.digest)
      let elsewhere = ImageStreamImageName(stream: "shop/api", digest: short)
      #expect(storeError { try store.read { try $0.resolve(elsewhere) } }?.code == .notFound)
    }
  }

  @Test func `an image of a stream resolves to the newest event that has it, whichever tag's it is`() async throws {
    try await withImageStore { store in
      let one = ImageFixtures.reference("one")
      let two = ImageFixtures.reference("two")
      try await store.tag("shop/web:a", as: one, because: "first")
      try await store.tag("shop/web:b", as: one, because: "second")
      try await store.tag("shop/web:b", as: two)
      try await store.tag("shop/webx:a", as: one, because: "another stream")
      let digest = try #require(one.digest)
      let name = try ImageStreamImageName("shop/web@\(digest)")
      #expect(try store.read { try $0.resolve(name).event.because } == "second")
      try await store.tag("shop/web:c", as: .streamImage(name))
      try await store.untag("shop/web:c")
      try await store.untag("shop/web:b")
      #expect(try store.read { try $0.resolve(name).event.because } == "first")
      try await store.untag("shop/web:a")
      #expect(storeError { try store.read { try $0.resolve(name) } }?.code == .notFound)
      #expect(try store.read(at: .revision(2)) { try $0.resolve(name).event.because } == "first")
    }
  }

  @Test func `digests of every algorithm are found, whole or short`() async throws {
    try await withImageStore { store in
      for algorithm in DigestAlgorithm.allCases {
        let digest = Digest(of: bytes("\(algorithm)"), algorithm: algorithm)
        let tag = try ImageStreamTagName(stream: "shop/web", tag: algorithm.rawValue)
        try await store.tag(tag, as: Reference(registry: "quay.io", repository: "shop/web", digest: digest))
        for text in [digest.description, String(digest.hex.prefix(12)), String(digest.description.prefix(30))] {
          #expect(try store.read { try $0.resolve(ImageStreamImageName("shop/web@\(text)")).image } == digest)
        }
        #expect(try store.read { try $0.tags(referringTo: digest) }.map(\.tag) == [tag])
      }
    }
  }
}
