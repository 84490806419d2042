import ImageStreamDB
import TestSupport
import Testing

@Suite struct ImageDifferenceTests {
  private func image(_ layers: [String], _ execution: String, architecture: String = "amd64") throws -> ImageContent {
    let configuration = bytes(
      #"{"architecture":"\#(architecture)","os":"linux","config":{\#(execution)},"rootfs":{"type":"layers","diff_ids":[]}}"#)
    let list = layers.enumerated().map { index, name in
      #"{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"\#(Digest(of: bytes(name)))","size":\#(100 + index)}"#
    }
    let manifest = """
      {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
      "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"\(Digest(of: configuration))","size":\(configuration.count)},\
      "layers":[\(list.joined(separator: ","))]}
      """
    return try ImageContent(manifest: bytes(manifest), configuration: configuration)
  }

  private func difference(_ source: ImageContent, _ target: ImageContent) async throws -> ImageDifference {
    try await withImageStore { store in
      try await store.write { writer in
        try writer.add(source)
        try writer.add(target)
      }
      return try store.read { try $0.difference(from: source.digest, to: target.digest) }
    }
  }

  @Test func `fields differ by name, and those that are equal are left out`() async throws {
    let old = try image(["base"], #""Env":["PATH=/bin","OLD=1"],"Labels":{"version":"1"},"User":"app","Entrypoint":["/bin/a b"]"#)
    let new = try image(
      ["base"], #""Env":["PATH=/usr/bin","EMPTY="],"Labels":{"version":"1","x":"y"},"ExposedPorts":{"80/tcp":{}},"Entrypoint":["/bin/a"]"#,
      architecture: "arm64")
    let fields = try await difference(old, new).fields
    #expect(
      fields.map { "\($0.name) \($0.before ?? "nil") \($0.after ?? "nil")" } == [
        "platform linux/amd64 linux/arm64", "entrypoint \"/bin/a b\" /bin/a", "environment.EMPTY nil ", "environment.OLD 1 nil",
        "environment.PATH /bin /usr/bin", "user app nil", "exposedPorts.80/tcp nil ", "labels.x nil y",
      ])
  }

  @Test func `layers are shared, added and removed, each as often as it comes`() async throws {
    let old = try image(["base", "twice", "twice", "old"], "")
    let new = try image(["base", "twice", "new"], "")
    let difference = try await difference(old, new)
    #expect(difference.sharedLayers.map(\.digest) == ["base", "twice"].map { Digest(of: bytes($0)) })
    #expect(difference.removedLayers.map(\.digest) == ["twice", "old"].map { Digest(of: bytes($0)) })
    #expect(difference.addedLayers.map(\.digest) == [Digest(of: bytes("new"))])
    #expect(difference.addedByteCount == 102 && difference.removedByteCount == 102 + 103)
    #expect(difference.fields.isEmpty && !difference.isEmpty)
  }

  @Test func `indexes differ by platform`() async throws {
    let (old, new) = (try ImageFixtures.index("one"), try ImageFixtures.index("two"))
    let difference = try await difference(old, new)
    #expect(difference.entries.map { $0.platform?.architecture } == ["amd64", "arm64"])
    #expect(difference.entries.map(\.before) == old.children.map(\.digest) && difference.entries.map(\.after) == new.children.map(\.digest))
    #expect(ImageDifference(from: difference.source, to: difference.source).isEmpty)
  }

  @Test func `an image that was never imported cannot be compared`() async throws {
    try await withImageStore { store in
      let content = try ImageFixtures.image("web")
      try await store.write { try $0.add(content) }
      let refusal = storeError { try store.read { try $0.difference(from: content.digest, to: Digest(of: bytes("none"))) } }
      #expect(refusal?.code == .notFound)
    }
  }
}
