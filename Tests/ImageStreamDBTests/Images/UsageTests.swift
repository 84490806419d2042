import ImageStreamDB
import TestSupport
import Testing

@Suite struct UsageTests {
  let latest: ImageStreamTagName = "shop/web:latest"
  let stable: ImageStreamTagName = "shop/web:stable"

  private func text(_ usage: ImageUsage, from start: Timestamp) -> [String] {
    usage.intervals.map { interval in
      let minutes = [interval.from, interval.until].map { $0.map { "\(($0 - start).components.seconds / 60)" } ?? "" }
      return "\(interval.event.tag.tag) \(minutes[0])-\(minutes[1]) \(interval.end?.rawValue ?? "")"
    }
  }

  /// latest is a, b, a, then removed, then a again; stable is a all the while. A minute between each.
  private func history(_ store: PruneStore) async throws -> [Digest] {
    var images: [Digest] = []
    for name in ["a", "b", "a"] {
      images += try await store.move(latest, to: name)
      if images.count == 1 { try await store.store.tag(stable, as: .tag(latest)) }
      store.clock.advance(by: .seconds(60))
    }
    try await store.store.untag(latest)
    store.clock.advance(by: .seconds(60))
    try await store.move(latest, to: "a")
    store.clock.advance(by: .seconds(60))
    return images
  }

  @Test func `times in which tags pointed at an image end with the next move, or with the removal`() async throws {
    try await withPruneStore { store in
      let start = store.clock.now
      let images = try await history(store)
      let usage = try store.store.read { try $0.usage(of: images[0]) }.elements
      #expect(usage.map(\.image) == [images[0]] && usage.map(\.relation) == [.image])
      #expect(text(usage[0], from: start) == ["latest 0-1 moved", "latest 2-3 removed", "latest 4- ", "stable 0- "])
      let present = try store.store.read { try $0.usage(of: images[0], includingRemoved: false) }.elements
      #expect(text(present[0], from: start) == ["latest 4- ", "stable 0- "])
      let before = try store.store.read(at: .time(start + .seconds(90))) { try $0.usage(of: images[0]) }.elements
      #expect(text(before[0], from: start) == ["latest 0-1 moved", "stable 0- "])
    }
  }

  @Test func `both ways of asking agree where nothing was removed, also after compaction`() async throws {
    try await withPruneStore { store in
      for name in ["a", "b", "a", "c", "a", "b"] {
        try await store.move(latest, to: name)
        store.clock.advance(by: .seconds(60))
      }
      let image = try ImageFixtures.image("a").digest
      let present = try store.store.read { try $0.usage(of: image, includingRemoved: false) }.elements
      #expect(present[0].intervals.count == 3)
      #expect(try store.store.read { try $0.usage(of: image) }.elements == present)
      _ = try await store.store.keyValues.compact(to: store.store.keyValues.revision())
      #expect(try store.store.read { try $0.usage(of: image) }.elements == present)
    }
  }

  @Test func `a layer and a configuration lead to images, and an image to those in whose index it is`() async throws {
    try await withPruneStore { store in
      let index = try ImageFixtures.index("multi")
      try await store.store.write { writer in
        try writer.add(index)
        try writer.tag(latest, as: .image(index.digest, pullSpec: nil))
      }
      let child = try #require(try store.store.read { try $0.image(index.children[1].digest) })
      for (digest, relation) in [
        (child.layers[0].digest, ImageUsage.Relation.layer), (try #require(child.configuration), .configuration), (child.digest, .image),
      ] {
        let usage = try store.store.read { try $0.usage(of: digest) }.elements
        #expect(usage.map(\.image) == [child.digest] && usage.map(\.relation) == [relation], "\(relation)")
        #expect(usage.first?.intervals.map(\.event.image) == [index.digest])
        #expect(usage.first?.platform == child.platform)
      }
    }
  }

  @Test func `a base image leads to the images built on it, by what they declare or by their layers`() async throws {
    try await withPruneStore { store in
      let layers = ["one", "two", "three"].map { Digest(of: bytes($0)) }
      let base = try image(layers: Array(layers.prefix(2)))
      let built = try image(layers: layers)
      let other = try image(layers: [layers[1], layers[2]])
      let declared = try image(layers: [layers[2]], base: base.digest)
      try await store.store.write { writer in for content in [base, built, other, declared] { try writer.add(content) } }
      let usage = try store.store.read { try $0.usage(of: base.digest) }.elements
      #expect(usage.map(\.image) == [base.digest, declared.digest, built.digest])
      #expect(usage.map(\.relation) == [.image, .declaredBase, .base])
      let page = try store.store.read { try $0.usage(of: base.digest, limit: 2) }
      #expect(page.elements == Array(usage.prefix(2)) && page.hasMore)
      #expect(try store.store.read { try $0.usage(of: Digest(of: bytes("nothing"))) }.elements.isEmpty)
    }
  }

  private func image(layers: [Digest], base: Digest? = nil) throws -> ImageContent {
    let configuration = bytes(#"{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}"#)
    let list = layers.map { #"{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"\#($0)","size":10}"# }
    let annotations = base.map { #","annotations":{"org.opencontainers.image.base.digest":"\#($0)"}"# } ?? ""
    let manifest = """
      {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
      "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"\(Digest(of: configuration))","size":\(configuration.count)},\
      "layers":[\(list.joined(separator: ","))]\(annotations)}
      """
    return try ImageContent(manifest: bytes(manifest), configuration: configuration)
  }
}
