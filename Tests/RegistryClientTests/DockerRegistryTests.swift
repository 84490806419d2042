#if Network
  import Foundation
  import OCI
  import RegistryClient
  import TestSupport
  import Testing

  /// Against a real registry.
  @Suite(.serialized, .enabled(if: DockerRegistry.isExpected, "\(DockerRegistry.notice)")) struct DockerRegistryTests {
    @Test func `a real registry gives manifests, configurations, tags and refusals`() async throws {
      try await DockerRegistry.run { (registry) async throws in
        let manifest = try registry.addManifest(SmallImage.manifest, to: "ns/app", tag: "v1")
        let index = try registry.addManifest(SmallImage.index, to: "ns/app", tag: "latest")
        let configuration = try registry.addBlob(SmallImage.configuration, to: "ns/app")
        let client = makeClient()
        try await client.ping(registry.address)
        let app = try registry.reference("ns/app")
        #expect(try await client.manifest(for: app).digest == index)
        #expect(try await client.manifest(for: app.withTag("v1")).digest == manifest)
        #expect(try await client.manifest(for: app.withDigest(manifest)).bytes == SmallImage.manifest)
        #expect(try await client.head(app.withTag("v1")).digest == manifest)
        #expect(try await client.blob(configuration, in: app) == SmallImage.configuration)
        #expect(try await client.tags(of: app).sorted() == ["latest", "v1"])
        let missing = await failure { try await client.manifest(for: app.withTag("none")) }
        #expect(missing?.code == .notFound && missing?.registryCode == "MANIFEST_UNKNOWN")
        #expect(await failure { try await client.tags(of: registry.reference("ns/none")) }?.registryCode == "NAME_UNKNOWN")
        #expect(await failure { try await client.blob(Digest(of: [1]), in: app) }?.registryCode == "BLOB_UNKNOWN")
        await client.shutdown()
      }
    }

    @Test func `a real registry wants its password`() async throws {
      try await DockerRegistry.run(.password) { (registry) async throws in
        try registry.addManifest(SmallImage.manifest, to: "app", tag: "v1")
        let app = try registry.reference("app:v1")
        let known = CredentialSource.fixed(.password(user: "user", password: "secret"), for: registry.address)
        #expect(try await makeClient(credentials: known).manifest(for: app).bytes == SmallImage.manifest)
        let wrong = CredentialSource.fixed(.password(user: "user", password: "wrong"), for: registry.address)
        for source in [CredentialSource.anonymous, wrong] {
          let error = await failure { try await makeClient(credentials: source).manifest(for: app) }
          #expect(error?.code == .unauthorized && error?.registryCode == "UNAUTHORIZED")
        }
      }
    }

    @Test func `a certificate that nobody signed is refused unless the registry may be insecure`() async throws {
      try await DockerRegistry.run(.selfSignedTLS) { (registry) async throws in
        try registry.addManifest(SmallImage.manifest, to: "app", tag: "v1")
        let app = try registry.reference("app:v1")
        let error = await failure { try await makeClient { $0.insecureRegistries = .none }.manifest(for: app) }
        #expect(error?.code == .unreachable)
        #expect(error?.isRetryable == false)
        #expect(error?.message.contains("certificate") == true)
        let client = makeClient { $0.insecureRegistries = .named([registry.address]) }
        #expect(try await client.manifest(for: app).bytes == SmallImage.manifest)
      }
    }

    /// With CI=true a missing skopeo is a failure.
    @Test(
      .enabled(
        if: FileManager.default.isExecutableFile(atPath: "/usr/bin/skopeo") || ProcessInfo.processInfo.environment["CI"] == "true",
        "skopeo is not here"))
    func `what another client pushed is read back byte for byte`() async throws {
      let folder = NSTemporaryDirectory() + "layout-" + UUID().uuidString
      defer { try? FileManager.default.removeItem(atPath: folder) }
      func write(_ bytes: [UInt8], _ path: String) throws {
        let file = URL(fileURLWithPath: folder + "/" + path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
      }
      let manifest = Digest(of: SmallImage.manifest)
      try write(Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8), ImageLayout.headerPath)
      let entry =
        #"{"mediaType":"\#(MediaType.ociManifest)","digest":"\#(manifest)","size":\#(SmallImage.manifest.count),"annotations":{"\#(ImageLayout.referenceNameAnnotation)":"v1"}}"#
      try write(Array(#"{"schemaVersion":2,"manifests":[\#(entry)]}"#.utf8), ImageLayout.indexPath)
      try write(SmallImage.manifest, ImageLayout.blobPath(of: manifest))
      try write(SmallImage.configuration, ImageLayout.blobPath(of: Digest(of: SmallImage.configuration)))
      try await DockerRegistry.run { (registry) async throws in
        let status = try DockerRegistry.command(
          "/usr/bin/skopeo",
          ["copy", "--insecure-policy", "--dest-tls-verify=false", "oci:\(folder):v1", "docker://\(registry.address)/pushed/app:v1"])
        #expect(status == 0)
        let fetched = try await makeClient().manifest(for: registry.reference("pushed/app:v1"))
        #expect(fetched.bytes == SmallImage.manifest && fetched.digest == manifest)
        guard case .manifest(let content) = fetched.content else { return }
        let bytes = try await makeClient().blob(content.configuration.digest, in: registry.reference("pushed/app"))
        #expect(try ImageConfiguration.parse(bytes: bytes).platform == .linuxAMD64)
      }
    }

    @Test(.enabled(if: RegistrySamples.arePresent, "\(RegistrySamples.notice)"))
    func `real manifests come through a real registry unchanged`() async throws {
      let samples = try RegistrySamples.all()
      try await DockerRegistry.run { (registry) async throws in
        let client = makeClient { $0.retryPolicy = .never }
        var count = 0
        for sample in samples where sample.kind != .schema1 {
          let repository = "samples/" + sample.kind.rawValue
          if sample.kind == .configuration {
            let digest = try registry.addBlob(sample.bytes, to: repository)
            #expect(try await client.blob(digest, in: registry.reference(repository)) == sample.bytes)
            count += 1
          } else if (try? ManifestContent.parse(bytes: sample.bytes)) != nil {
            let digest = try registry.addManifest(sample.bytes, to: repository)
            let fetched = try await Result.of { try await client.manifest(for: registry.reference(repository).withDigest(digest)) }
            switch fetched {
            case .success(let manifest):
              #expect(manifest.bytes == sample.bytes && manifest.digest == digest, "\(sample)")
              // Some do not say what they are, and the registry says it for them.
              #expect(try manifest.content == ManifestContent.parse(bytes: sample.bytes, mediaType: manifest.mediaType), "\(sample)")
              count += 1
            case .failure(let error):
              // The registry itself cannot read some of the deliberately odd ones.
              #expect(error.httpStatus != nil, "\(sample): \(error)")
            }
          }
        }
        #expect(count > 150)
      }
    }
  }

  extension Result where Failure == RegistryError {
    static func of(_ body: () async throws -> Success) async throws -> Self {
      do {
        return .success(try await body())
      } catch let error as RegistryError {
        return .failure(error)
      }
    }
  }
#endif
