import ImageStreamDB
import TestSupport
import Testing

@Suite struct ImageTests {
  @Test func `an image keeps its exact bytes and what they say`() async throws {
    try await withImageStore { store in
      let content = try ImageFixtures.image("web")
      let added = try await store.write { try $0.add(content, repository: "quay.io/shop/web") }.value
      #expect(added == 1)
      try store.read { reader in
        let image = try #require(try reader.image(content.digest))
        #expect(image.platform?.description == "linux/amd64" && image.labels == ["name": "web"] && image.entrypoint == ["/bin/web"])
        #expect(image.repository == "quay.io/shop/web" && image.layers.count == 1 && image.layerByteCount == 1234)
        #expect(try reader.blob(content.digest) == content.manifest)
        #expect(try reader.blob(try #require(image.configuration)) == content.configuration)
      }
    }
  }

  @Test func `an index is kept whole with its children`() async throws {
    try await withImageStore { store in
      let index = try ImageFixtures.index("web")
      #expect(try await store.write { try $0.add(index) }.value == 3)
      #expect(try await store.write { try $0.add(index) }.hasChanges == false)
      let image = try #require(try store.read { try $0.image(index.digest) })
      #expect(image.isIndex && image.manifests.compactMap { $0.platform?.description } == ["linux/amd64", "linux/arm64"])
      for child in index.children { #expect(try store.read { try $0.image(child.digest) } != nil) }
    }
  }

  @Test func `bytes that do not hash to their digest are refused`() throws {
    let content = try ImageFixtures.image("web")
    let other = try ImageFixtures.image("other")
    #expect(storeError { try ImageContent(manifest: content.manifest, configuration: other.configuration) }?.code == .digestMismatch)
    let wrong = storeError {
      try ImageContent(manifest: content.manifest, configuration: content.configuration, expected: other.digest)
    }
    #expect(wrong?.code == .digestMismatch)
    #expect(storeError { try ImageContent(manifest: content.manifest) }?.code == .invalidArgument)
    #expect(storeError { try ImageContent(manifest: bytes("{"), configuration: []) }?.code == .invalidArgument)
    #expect(storeError { try ImageContent(manifest: ImageFixtures.index("web").manifest, children: [other]) }?.code == .invalidArgument)
  }

  @Test func `a short digest finds its image, and says when there are several or none`() async throws {
    try await withImageStore { store in
      let content = try ImageFixtures.image("web")
      try await store.write { try $0.add(content) }
      let short = try DigestPrefix(String(content.digest.hex.prefix(12)))
      #expect(try store.read { try $0.image(matching: short).digest } == content.digest)
      #expect(storeError { try store.read { try $0.image(matching: DigestPrefix("000000000000")) } }?.code == .notFound)
      let digits = String(repeating: "a", count: 63)
      try await store.keyValues.write { writer in
        for last in ["1", "2"] { try writer.put(bytes("isdb/images/sha256:\(digits)\(last)"), []) }
      }
      #expect(storeError { try store.read { try $0.image(matching: DigestPrefix("aaaaaaaaaaaa")) } }?.code == .ambiguous)
    }
  }

  @Test func `a short digest that fits several images of a stream is ambiguous there`() async throws {
    try await withImageStore { store in
      let digits = String(repeating: "a", count: 63)
      for last in ["1", "2"] {
        try await store.tag(
          ImageStreamTagName("shop/web:\(last)"), as: Reference(stringLiteral: "quay.io/shop/web@sha256:\(digits)\(last)"))
      }
      #expect(storeError { try store.read { try $0.resolve("shop/web@aaaaaaaaaaaa" as ImageStreamImageName) } }?.code == .ambiguous)
      #expect(storeError { try store.read { try $0.resolve("shop/web@bbbbbbbbbbbb" as ImageStreamImageName) } }?.code == .notFound)
    }
  }

  @Test func `images are immutable: adding one again leaves the first as it is`() async throws {
    try await withImageStore { store in
      let content = try ImageFixtures.image("web")
      try await store.write { try $0.add(content, repository: "quay.io/first/web") }
      try await store.write { try $0.add(content, repository: "quay.io/second/web") }
      #expect(try store.read { try $0.image(content.digest)?.repository } == "quay.io/first/web")
    }
  }

  @Test func `an import points the tag, and a failed one leaves the known-good image`() async throws {
    try await withImageStore { store in
      let content = try ImageFixtures.image("web")
      let source = ImportSource(reference: "quay.io/shop/web:1.0")
      try await store.write { writer in
        try writer.add(content, repository: "quay.io/shop/web")
        try writer.recordImport(of: content, as: "quay.io/shop/web@\(content.digest)", from: source, to: "shop/web:1.0")
      }
      try await store.write {
        try $0.recordImportFailure(reason: "NotFound", message: "manifest unknown", from: source, to: "shop/web:1.0")
      }
      let tag = try #require(try store.read { try $0.tag("shop/web:1.0") })
      #expect(tag.newest?.image == content.digest && tag.newest?.cause == .import && tag.importSource == source)
      #expect(tag.importCondition?.succeeded == false && tag.importCondition?.message == "manifest unknown")
      let again = try await store.write { writer in
        try writer.recordImport(of: content, as: "quay.io/shop/web@\(content.digest)", from: source, to: "shop/web:1.0")
      }
      #expect(again.value.newest?.sequence == 1)
      #expect(try store.read { try $0.tag("shop/web:1.0")?.importCondition?.succeeded } == true)
      let idle = try await store.write { writer in
        try writer.recordImport(of: content, as: "quay.io/shop/web@\(content.digest)", from: source, to: "shop/web:1.0")
      }
      #expect(!idle.hasChanges)
    }
  }
}

@Suite struct FailedImportTests {
  @Test func `a failed import from somewhere else does not replace where the tag came from`() async throws {
    try await withImageStore { store in
      let content = try ImageFixtures.image("web")
      let good = ImportSource(reference: "quay.io/shop/web:1.0")
      try await store.write { writer in
        try writer.add(content, repository: "quay.io/shop/web")
        try writer.recordImport(of: content, as: "quay.io/shop/web@\(content.digest)", from: good, to: "shop/web:1.0")
      }
      for _ in 0..<2 {
        try await store.write {
          try $0.recordImportFailure(
            reason: "NotFound", message: "quay.io/shop/wbe:1.0 is not there", from: ImportSource(reference: "quay.io/shop/wbe:1.0"),
            to: "shop/web:1.0")
        }
      }
      let tag = try #require(try store.read { try $0.tag("shop/web:1.0") })
      #expect(tag.importSource == good && tag.importCondition?.reason == "NotFound" && tag.newest?.image == content.digest)
      #expect(try store.keyValues.revision() == 3)
    }
  }
}
