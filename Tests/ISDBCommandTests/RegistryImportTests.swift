#if Network
  import Foundation
  import ImageStreamDB
  import TestSupport
  import Testing

  /// `isdb import` from a real registry.
  @Suite(.serialized, .enabled(if: DockerRegistry.isExpected, "\(DockerRegistry.notice)")) struct RegistryImportTests {
    private let directory: TemporaryDirectory
    private let isdb: Command

    init() throws {
      directory = try TemporaryDirectory()
      var isdb = Command(store: directory.appending("store"))
      isdb.environment["HOME"] = directory.path
      self.isdb = isdb
    }

    private func push(_ content: ImageContent, to repository: String, tag: String? = nil, in registry: DockerRegistry) throws {
      for child in content.children { try push(child, to: repository, in: registry) }
      if let configuration = content.configuration { try registry.addBlob(configuration, to: repository) }
      try registry.addManifest(content.manifest, to: repository, tag: tag)
    }

    @Test func `tags are imported one by one, all at once, and again when they have moved`() async throws {
      try await DockerRegistry.run { (registry) async throws in
        let first = try ImageFixtures.image("first")
        let index = try ImageFixtures.index("multi")
        try push(first, to: "shop/web", tag: "1.0", in: registry)
        try push(index, to: "shop/web", tag: "multi", in: registry)
        let repository = "\(registry.address)/shop/web"

        try await isdb.refuses("import", "\(repository):1.0", status: 69, saying: "insecure")
        #expect(
          try await isdb("import", "--insecure", "\(repository):1.0").output
            == "shop/web:1.0 now points at \(repository)@\(first.digest) (revision 3, 1 new image)\n")
        #expect(
          try await isdb("import", "--insecure", "--all-tags", repository, "prod/site").lines.map { $0.split(separator: " ")[0] }.sorted()
            == ["prod/site:1.0", "prod/site:multi"])

        let second = try ImageFixtures.image("second")
        try push(second, to: "shop/web", tag: "1.0", in: registry)
        #expect(
          try await isdb("import", "shop/web").output.hasPrefix("shop/web:1.0 now points at \(repository)@\(second.digest) (revision "))
        #expect(try await isdb("rollback", "shop/web:1.0").output.contains("\(first.digest) again"))

        try await isdb.refuses("import", "--insecure", "\(repository):none", status: 66, saying: "MANIFEST_UNKNOWN")
        try await isdb.refuses("import", "--insecure", "--all-tags", "\(registry.address)/shop/none", status: 66, saying: "NAME_UNKNOWN")
        try await isdb.refuses(
          "import", "--insecure", "--all-tags", repository, "shop/web:1.0", status: 64, saying: "is not an image stream")
      }
    }

    @Test func `a registry that is gone leaves the image and tells why`() async throws {
      let (address, digest) = try await DockerRegistry.run { (registry) async throws in
        let image = try ImageFixtures.image("web")
        try push(image, to: "shop/web", tag: "1.0", in: registry)
        _ = try await isdb("import", "--insecure", "\(registry.address)/shop/web:1.0")
        return (registry.address, image.digest)
      }
      try await isdb.refuses("import", "shop/web:1.0", status: 69, saying: address)
      #expect(try await isdb("resolve", "shop/web:1.0", "--digest").output == "\(digest)\n")
      #expect(try await isdb("describe", "shop/web").output.contains("  ! error: Import failed (Unreachable): "))
    }

    @Test func `credentials are those of the Docker configuration`() async throws {
      try await DockerRegistry.run(.password) { (registry) async throws in
        let image = try ImageFixtures.image("web")
        try push(image, to: "shop/web", tag: "1.0", in: registry)
        let source = "\(registry.address)/shop/web:1.0"
        try await isdb.refuses("import", "--insecure", source, status: 77, saying: "log in")
        let login = Data("user:secret".utf8).base64EncodedString()
        try write(bytes(#"{"auths":{"\#(registry.address)":{"auth":"\#(login)"}}}"#), to: directory.appending(".docker/config.json"))
        #expect(try await isdb("import", "--insecure", source).status == 0)
      }
    }
  }
#else
  import TestSupport
  import Testing

  struct RegistryImportTests {
    @Test func `without network a registry is refused with what else there is`() async throws {
      let directory = try TemporaryDirectory()
      try await Command(store: directory.appending("store")).refuses(
        "import", "quay.io/shop/web:1.0", status: 71, saying: "built without network; import a layout")
    }
  }
#endif
