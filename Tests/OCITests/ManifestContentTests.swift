import OCI
import Testing

@Suite struct ManifestContentTests {
  static let digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
  static let config = #"{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"\#(digest)","size":2}"#
  static let layer = #"{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"\#(digest)","size":0}"#
  static let child =
    #"{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"\#(digest)","size":7,"platform":{"os":"linux","architecture":"arm64","variant":"v8"}}"#

  private func parse(_ text: String, as mediaType: MediaType? = nil) throws -> ManifestContent {
    try ManifestContent.parse(bytes: Array(text.utf8), mediaType: mediaType)
  }

  @Test func `a manifest is known by its declared type, by its own, or by its fields`() throws {
    let plain = #"{"schemaVersion":2,"config":\#(Self.config),"layers":[\#(Self.layer)]}"#
    let typed =
      #"{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":\#(Self.config),"layers":[]}"#
    #expect(try parse(plain).mediaType == .ociManifest)
    #expect(try parse(plain, as: .dockerManifest).mediaType == .dockerManifest)
    #expect(try parse(plain, as: "application/json").mediaType == .ociManifest)
    #expect(try parse(typed).mediaType == .dockerManifest)
    #expect(try parse(typed, as: .dockerManifest).mediaType == .dockerManifest)
    guard case .manifest(let manifest) = try parse(plain) else { throw Failure() }
    #expect(manifest.isImage)
    #expect(manifest.layers.count == 1)
    #expect(manifest.layers[0].mediaType.isLayer)
  }

  @Test func `an index is known the same way`() throws {
    let plain = #"{"schemaVersion":2,"manifests":[\#(Self.child)],"annotations":{"a":"b"},"artifactType":"application/x"}"#
    #expect(try parse(plain).mediaType == .ociIndex)
    #expect(try parse(plain, as: .dockerManifestList).mediaType == .dockerManifestList)
    guard case .index(let index) = try parse(plain) else { throw Failure() }
    #expect(index.annotations == ["a": "b"])
    #expect(index.artifactType == "application/x")
    #expect(index.platforms == [Platform(os: "linux", architecture: "arm64", variant: "v8")])
    #expect(try index.descriptor(for: Platform("linux/arm64"))?.size == 7)
    #expect(index.descriptor(for: .linuxAMD64) == nil)
  }

  @Test func `without a type a Docker configuration makes a Docker manifest`() throws {
    let config = Self.config.replacing("oci.image.config.v1", with: "docker.container.image.v1").replacing("vnd.oci", with: "vnd.docker")
    #expect(config.contains(MediaType.dockerConfiguration.rawValue))
    #expect(try parse(#"{"schemaVersion":2,"config":\#(config),"layers":[]}"#).mediaType == .dockerManifest)
  }

  struct Ambiguous: Sendable, CustomTestStringConvertible {
    let text: String
    let declared: MediaType?
    var testDescription: String { "\(declared?.rawValue ?? "undeclared"): \(text)" }
    init(_ text: String, _ declared: MediaType? = nil) {
      self.text = text
      self.declared = declared
    }
  }

  @Test(arguments: [
    Ambiguous(#"{"schemaVersion":2,"config":\#(config),"layers":[],"manifests":[]}"#),
    Ambiguous(#"{"schemaVersion":2,"config":\#(config),"layers":[],"manifests":[]}"#, .ociManifest),
    Ambiguous(#"{"schemaVersion":2,"config":\#(config),"layers":[],"manifests":[]}"#, .ociIndex),
    Ambiguous(#"{"schemaVersion":2,"manifests":[],"config":null}"#), Ambiguous(#"{"schemaVersion":2,"manifests":[],"layers":null}"#),
    Ambiguous(#"{"schemaVersion":2,"manifests":[],"fsLayers":[]}"#),
    Ambiguous(#"{"schemaVersion":2,"config":\#(config),"layers":[],"fsLayers":[]}"#),
    Ambiguous(#"{"schemaVersion":2,"config":\#(config),"layers":[],"Manifests":[]}"#),
    Ambiguous(#"{"schemaVersion":2,"config":\#(config),"layers":[],"Layers":[]}"#),
    Ambiguous(#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":\#(config),"layers":[]}"#, .ociIndex),
    Ambiguous(
      #"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":\#(config),"layers":[]}"#, .dockerManifest),
    Ambiguous(#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","config":\#(config),"layers":[]}"#),
    Ambiguous(#"{"schemaVersion":2,"config":\#(config),"layers":[]}"#, .ociIndex),
    Ambiguous(#"{"schemaVersion":2,"manifests":[]}"#, .ociManifest),
    Ambiguous(#"{"schemaVersion":2,"schemaVersion":1,"config":\#(config),"layers":[]}"#),
  ])
  func `content that could be read as two kinds is refused`(item: Ambiguous) {
    let error = #expect(throws: OCIError.self) { try parse(item.text, as: item.declared) }
    #expect(error?.code == .ambiguousContent)
  }

  @Test(arguments: [
    Ambiguous(#"{"schemaVersion":1,"name":"a","fsLayers":[],"history":[]}"#), Ambiguous(#"{"schemaVersion":1}"#, .dockerSchema1),
    Ambiguous(#"{"schemaVersion":1,"fsLayers":[]}"#, .dockerSchema1Signed), Ambiguous(#"{"fsLayers":[]}"#),
    Ambiguous(#"{"schemaVersion":1,"config":\#(config),"layers":[]}"#, .ociManifest),
    Ambiguous(#"{"schemaVersion":2,"config":\#(config),"layers":[]}"#, .dockerSchema1),
  ])
  func `Docker schema 1 is refused by name`(item: Ambiguous) {
    let error = #expect(throws: OCIError.self) { try parse(item.text, as: item.declared) }
    #expect(error?.code == .unsupportedContent)
    #expect(error?.message.contains("schema 1") == true)
  }

  @Test(arguments: [
    Ambiguous(#"{"schemaVersion":2,"mediaType":"broken","manifests":[]}"#),
    Ambiguous(#"{"schemaVersion":2,"manifests":[]}"#, .ociConfiguration),
    Ambiguous(#"{"schemaVersion":2,"mediaType":"application/vnd.oci.artifact.manifest.v1+json","blobs":[]}"#),
    Ambiguous(#"{"schemaVersion":2,"manifests":[]}"#, "text/html"),
  ])
  func `other media types are refused by name`(item: Ambiguous) {
    #expect(refusal { try parse(item.text, as: item.declared) }?.code == .unsupportedContent)
  }

  @Test(arguments: [
    "[]", "2", "{}", #"{"schemaVersion":2}"#, #"{"schemaVersion":3,"manifests":[]}"#, #"{"schemaVersion":"2","manifests":[]}"#,
    #"{"manifests":[]}"#,
    #"{"schemaVersion":2,"layers":[]}"#, #"{"schemaVersion":2,"config":null,"layers":[]}"#, #"{"schemaVersion":2,"config":[],"layers":[]}"#,
    #"{"schemaVersion":2,"config":{"mediaType":"a/b","size":1},"layers":[]}"#,
    #"{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"sha256:00","size":1}}"#,
    #"{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"\#(digest)","size":-1}}"#,
    #"{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"\#(digest)"}}"#,
    #"{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"\#(digest)","size":9223372036854775808}}"#,
    #"{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"\#(digest)","size":1.5}}"#,
    #"{"schemaVersion":2,"config":{"mediaType":"","digest":"\#(digest)","size":1}}"#,
    #"{"schemaVersion":2,"config":\#(config),"layers":{}}"#,
    #"{"schemaVersion":2,"config":\#(config),"layers":[null]}"#, #"{"schemaVersion":2,"manifests":{}}"#,
    #"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json"}"#,
  ])
  func `content without what it needs is refused`(text: String) {
    #expect(refusal { try parse(text) }?.code == .malformedContent)
  }

  @Test func `a refusal says where`() {
    let text = #"{"schemaVersion":2,"config":\#(Self.config),"layers":[\#(Self.layer),{"mediaType":"a/b","digest":"sha256:zz","size":1}]}"#
    let error = #expect(throws: OCIError.self) { try parse(text) }
    #expect(error?.message.contains("layers[1].digest") == true)
  }

  @Test func `null and unknown fields are ignored`() throws {
    let text =
      #"{"schemaVersion":2,"config":\#(Self.config),"layers":null,"subject":null,"annotations":null,"artifactType":"","new":{"x":[1]}}"#
    guard case .manifest(let manifest) = try parse(text) else { throw Failure() }
    #expect(manifest.layers.isEmpty && manifest.subject == nil && manifest.artifactType == nil && manifest.annotations.isEmpty)
  }

  @Test func `embedded content must be what its descriptor says`() throws {
    let content = Array("{}".utf8)
    let good = Descriptor(mediaType: .ociEmpty, digest: Digest(of: content), size: 2, data: "e30=")
    #expect(try good.embeddedContent() == content)
    #expect(try Descriptor(mediaType: .ociEmpty, digest: good.digest, size: 2).embeddedContent() == nil)
    for bad in [
      Descriptor(mediaType: .ociEmpty, digest: Digest(of: []), size: 2, data: "e30="),
      Descriptor(mediaType: .ociEmpty, digest: good.digest, size: 3, data: "e30="),
      Descriptor(mediaType: .ociEmpty, digest: good.digest, size: 2, data: "%"),
    ] {
      #expect(throws: OCIError.self) { try bad.embeddedContent() }
    }
  }

  @Test func `a manifest over 4 MiB is refused unread`() {
    let bytes = [UInt8](repeating: 0x20, count: (4 << 20) + 1)
    #expect(refusal { try ManifestContent.parse(bytes: bytes) }?.code == .tooLarge)
  }

  @Test func `every byte flip of a manifest is read or refused without a crash`() throws {
    let text = Array(#"{"schemaVersion":2,"config":\#(Self.config),"layers":[\#(Self.layer)]}"#.utf8)
    for position in text.indices {
      for bit in [0x01, 0x20, 0x80] as [UInt8] {
        var changed = text
        changed[position] ^= bit
        _ = try? ManifestContent.parse(bytes: changed)
      }
    }
  }

  struct Failure: Error {}
}
