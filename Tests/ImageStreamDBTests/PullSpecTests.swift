import ImageStreamDB
import TestSupport
import Testing

/// Where a tag's image is pulled from.
@Suite struct PullSpecTests {
  let stream: ImageStreamName = "shop/web"
  let latest: ImageStreamTagName = "shop/web:latest"
  let host = "registry.local:5000"
  let one = ImageFixtures.reference("one")

  /// A store with a tag of the local policy at `one`.
  private func withLocalTag(
    inside: String?, repository: String? = nil, isReference: Bool = false, _ body: (ImageStore, Digest) async throws -> Void
  ) async throws {
    try await withImageStore { store in
      let digest = try #require(one.digest)
      let source: TagSource = isReference ? .registryImage("quay.io/shop/web:1") : .registryImage(one.description)
      let spec = ImageStreamSpec(
        repository: repository, tags: ["latest": TagSpec(source: source, isReference: isReference, referencePolicy: .local)])
      try await store.write { [stream, latest, one] writer in
        try writer.setRegistryHosts(RegistryHosts(inside: inside))
        try writer.apply(spec, to: stream)
        if !isReference { try writer.push(digest, pullSpec: one.description, to: latest) }
      }
      try await body(store, digest)
    }
  }

  private func pullSpec(_ store: ImageStore) throws -> String { try store.read { try $0.resolve(latest).pullSpec } }

  @Test func `the local policy leads to the stream's repository in the store's own registry`() async throws {
    try await withLocalTag(inside: host) { store, digest in
      let found = try pullSpec(store)
      #expect(found == "\(host)/shop/web@\(digest)")
      #expect(try store.read { try $0.tag(latest)?.newest?.pullSpec } == one.description)
    }
  }

  @Test func `the source policy, and a tag without a spec, lead to where the image is`() async throws {
    try await withLocalTag(inside: host) { store, _ in
      try await store.write { [stream] in try $0.apply(ImageStreamSpec(), to: stream) }
      #expect(try pullSpec(store) == one.description)
      let spec = ImageStreamSpec(tags: ["latest": TagSpec(source: .registryImage(one.description))])
      try await store.write { [stream] in try $0.apply(spec, to: stream) }
      #expect(try pullSpec(store) == one.description)
    }
  }

  @Test func `without a registry of its own, the local policy leads to the repository that the stream imports from`() async throws {
    try await withLocalTag(inside: nil, repository: "quay.io/mirror/web:any") { store, digest in
      let found = try pullSpec(store)
      #expect(found == "quay.io/mirror/web@\(digest)")
    }
    try await withLocalTag(inside: nil) { store, _ in
      let found = try pullSpec(store)
      #expect(found == one.description)
    }
  }

  @Test func `a reference is pulled from where it says, whatever the policy`() async throws {
    try await withLocalTag(inside: host, isReference: true) { store, _ in
      let found = try pullSpec(store)
      #expect(found == "quay.io/shop/web:1")
    }
  }

  @Test func `an image of a stream is pulled from where it is, whatever the policy of its tags`() async throws {
    try await withLocalTag(inside: host) { store, digest in
      let name = try ImageStreamImageName("shop/web@\(digest)")
      #expect(try store.read { try $0.resolve(name).pullSpec } == one.description)
    }
  }

  @Test func `an image in the store's own registry is pulled through the stream that it is tagged into`() async throws {
    try await withImageStore { store in
      let digest = try #require(one.digest)
      let source: ImageStreamTagName = "build/web:latest"
      try await store.write { [host] writer in
        try writer.setRegistryHosts(RegistryHosts(inside: host))
        try writer.makeImageStream(source.stream)
        try writer.push(digest, to: source)
        try writer.tag("shop/web:copied", as: .tag(source))
        try writer.tag("shop/web:followed", as: .following(source))
        try writer.tag("shop/web:image", as: .streamImage(ImageStreamImageName("build/web@\(digest)")))
        let tags = [
          "applied": TagSpec(source: .imageStreamTag("web:latest", namespace: "build")),
          "appliedImage": TagSpec(source: .imageStreamImage("web@\(digest)", namespace: "build")),
          "reference": TagSpec(source: .imageStreamTag("web:latest", namespace: "build"), isReference: true),
        ]
        try writer.apply(ImageStreamSpec(tags: tags), to: "shop/api")
      }
      for tag in ["web:copied", "web:followed", "web:image", "api:applied", "api:appliedImage"] {
        let name = try ImageStreamTagName("shop/\(tag)")
        #expect(try store.read { try $0.resolve(name).pullSpec } == "\(host)/\(name.stream)@\(digest)", "\(tag)")
      }
      let reference: ImageStreamTagName = "shop/api:reference"
      #expect(try store.read { try $0.resolve(reference).pullSpec } == "\(host)/build/web@\(digest)")
    }
  }

  @Test func `one image of an index is pulled by its own digest wherever it is tagged`() async throws {
    try await withImageStore { store in
      let index = try ImageFixtures.index("web")
      let child = try #require(index.children.first?.digest)
      try await store.write { writer in
        try writer.add(index, repository: "quay.io/shop/web")
        try writer.tag("build/web:latest", as: .image(index.digest, pullSpec: nil))
        let tags = ["amd64": TagSpec(source: .imageStreamImage("web@\(child)", namespace: "build"))]
        try writer.apply(ImageStreamSpec(tags: tags), to: "shop/web")
      }
      let tag: ImageStreamTagName = "shop/web:amd64"
      let resolved = try store.read { try $0.resolve(tag) }
      #expect(resolved.image == child && resolved.pullSpec == "quay.io/shop/web@\(child)")
    }
  }

  @Test func `repositories inside and outside are those of the hosts`() {
    let hosts = RegistryHosts(inside: host, outside: "images.example")
    #expect(hosts.repository(of: stream) == "\(host)/shop/web" && hosts.publicRepository(of: stream) == "images.example/shop/web")
    #expect(RegistryHosts().repository(of: stream) == nil && RegistryHosts().publicRepository(of: stream) == nil)
  }
}
