import ImageStreamDB
import TestSupport
import Testing

@Suite struct ImagePruningTests {
  let latest: ImageStreamTagName = "shop/web:latest"

  @Test func `an image that nothing has goes with its manifest, its configuration and its keys`() async throws {
    try await withPruneStore { store in
      let images = try await store.move(latest, to: "a", "b", "c", "d")
      let gone = try #require(try store.store.read { try $0.image(images[0]) })
      store.clock.advance(by: .seconds(7200))
      let dry = try await store.prune(confirm: false)
      let done = try await store.prune(confirm: true)
      #expect(done == dry && done.removedImages == [images[0]])
      let kinds = done.filter { $0.verdict == .remove }.map(\.object)
      let configuration = try #require(gone.configuration)
      #expect(kinds.contains(.manifest(images[0])) && kinds.contains(.configuration(configuration)))
      let (blobs, found) = try store.store.read { reader in
        try ([reader.blob(images[0]), reader.blob(configuration)], reader.images(with: gone.layers[0].digest))
      }
      #expect(blobs == [nil, nil] && found.isEmpty)
      #expect(try store.images() == images.dropFirst().sorted())
      var summary = PruneSummary()
      for decision in done { summary.count(decision) }
      #expect(
        [summary.events, summary.tags, summary.images, summary.manifests, summary.configurations, summary.faults] == [1, 0, 1, 1, 1, 0])
    }
  }

  @Test func `a young image stays, and so does one in use`() async throws {
    try await withPruneStore { store in
      let old = try ImageFixtures.image("old")
      let used = try ImageFixtures.image("used")
      try await store.store.write { writer in
        try writer.add(old)
        try writer.add(used)
        try writer.registerUse(by: "job/shop/once", images: [used.digest])
      }
      store.clock.advance(by: .seconds(3599))
      #expect(try await store.prune(confirm: true).removedImages.isEmpty)
      store.clock.advance(by: .seconds(1))
      #expect(try await store.prune(confirm: true).removedImages == [old.digest])
    }
  }

  @Test func `the images of an index stay as long as the index does, and go with it`() async throws {
    try await withPruneStore { store in
      let index = try ImageFixtures.index("multi")
      try await store.store.write { writer in
        try writer.add(index)
        try writer.tag(latest, as: .image(index.digest, pullSpec: nil))
      }
      store.clock.advance(by: .seconds(7200))
      #expect(try await store.prune(confirm: true).removedImages.isEmpty)
      try await store.store.untag(latest)
      let dry = try await store.prune(confirm: false)
      #expect(Set(dry.removedImages) == Set([index.digest] + index.children.map(\.digest)))
      #expect(try await store.prune(confirm: true) == dry)
      let left = try store.store.read { try $0.indexes(containing: index.children[0].digest) }
      #expect(left.isEmpty)
      #expect(try store.images().isEmpty)
    }
  }

  @Test func `a configuration stays while another image has it`() async throws {
    try await withPruneStore { store in
      let one = try ImageFixtures.image("web")
      let text = String(decoding: one.manifest, as: UTF8.self).replacing("1234", with: "1235")
      let other = try ImageContent(manifest: Array(text.utf8), configuration: one.configuration)
      try await store.store.write { writer in
        try writer.add(one)
        try writer.add(other)
        try writer.tag(latest, as: .image(one.digest, pullSpec: nil))
      }
      store.clock.advance(by: .seconds(7200))
      let done = try await store.prune(confirm: true)
      #expect(done.removedImages == [other.digest])
      #expect(done.contains { $0.verdict == .keep && $0.reason == "image \(one.digest) has it too" })
      try await store.store.untag(latest)
      let last = try await store.prune(confirm: true)
      #expect(last.removedImages == [one.digest])
      #expect(try store.store.read { try $0.blob(Digest(of: one.configuration ?? [])) } == nil)
    }
  }

  @Test func `only managed images go when that is asked for`() async throws {
    try await withPruneStore { store in
      let (own, foreign) = (try ImageFixtures.image("own"), try ImageFixtures.image("foreign"))
      try await store.store.write { writer in
        try writer.setRegistryHosts(RegistryHosts(inside: "registry.local:5000"))
        try writer.add(own, repository: "registry.local:5000/shop/web")
        try writer.add(foreign, repository: "quay.io/shop/web")
      }
      store.clock.advance(by: .seconds(7200))
      #expect(try await store.prune(confirm: true) { $0.onlyManaged = true }.removedImages == [own.digest])
      #expect(try store.images() == [foreign.digest])
    }
  }

  @Test func `images of a store that never indexed them are indexed before any goes`() async throws {
    try await withPruneStore { store in
      let content = try ImageFixtures.image("web")
      try await store.store.write { try $0.add(content) }
      let layer = try #require(try store.store.read { try $0.image(content.digest)?.layers.first?.digest })
      try await store.store.keyValues.write { view in
        try view.deleteRange(.prefix(Array("isdb/parts/".utf8)))
        try view.delete(Array("isdb/indexed".utf8))
      }
      #expect(try store.store.read { try $0.images(with: layer) } == [content.digest])
      #expect(try await store.store.indexImages() == 1)
      #expect(try await store.store.indexImages() == 0)
      #expect(try store.store.read { try $0.images(with: layer) } == [content.digest])
    }
  }
}
