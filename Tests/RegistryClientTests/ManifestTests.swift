#if Network
  import OCI
  import RegistryClient
  import TestSupport
  import Testing

  @Suite struct ManifestTests {
    @Test func `a manifest is read by tag and by digest with its exact bytes`() async throws {
      try await ScriptedRegistry.run { (registry) async throws in
        let digest = registry.addManifest(SmallImage.manifest, mediaType: .ociManifest, to: "ns/app", tag: "v1")
        let client = makeClient()
        for rest in ["ns/app:v1", "ns/app@\(digest)", "ns/app:other@\(digest)"] {
          let manifest = try await client.manifest(for: registry.reference(rest))
          #expect(manifest.bytes == SmallImage.manifest)
          #expect(manifest.digest == digest)
          #expect(manifest.mediaType == .ociManifest)
          guard case .manifest(let content) = manifest.content else { throw Unexpected() }
          #expect(content.configuration.digest == Digest(of: SmallImage.configuration))
        }
        await client.shutdown()
      }
    }

    @Test func `every kind of manifest is accepted in every request`() async throws {
      try await ScriptedRegistry.run { (registry) async throws in
        registry.addManifest(SmallImage.index, mediaType: .ociIndex, to: "app", tag: "latest")
        let client = makeClient()
        #expect(try await client.manifest(for: registry.reference("app")).mediaType == .ociIndex)
        _ = try await client.head(registry.reference("app"))
        for request in registry.requests where request.path.contains("/manifests/") {
          let accepted = request.accept.joined(separator: ",")
          for type in MediaType.manifestTypes { #expect(accepted.contains(type.rawValue)) }
        }
      }
    }

    @Test func `a registry that declares nothing is read by what the bytes say`() async throws {
      try await ScriptedRegistry.run { (registry) async throws in
        registry.addManifest(SmallImage.index, mediaType: "", to: "app", tag: "a")
        registry.script(
          .modify { answer in
            answer.headers["Docker-Content-Digest"] = nil
            answer.headers["Content-Type"] = "application/json; charset=utf-8"
          }, at: "/manifests/")
        let manifest = try await makeClient().manifest(for: registry.reference("app:a"))
        #expect(manifest.mediaType == .ociIndex)
        #expect(manifest.digest == Digest(of: SmallImage.index))
      }
    }

    @Test func `changed bytes are refused by the digest asked for and by the one stated`() async throws {
      try await ScriptedRegistry.run { (registry) async throws in
        let digest = registry.addManifest(SmallImage.manifest, mediaType: .ociManifest, to: "app", tag: "v1")
        let client = makeClient()
        let flip = ScriptedRegistry.Step.modify { $0.body[$0.body.count - 3] ^= 1 }
        let flipSilently = ScriptedRegistry.Step.modify { answer in
          answer.body.append(0x20)
          answer.headers["Docker-Content-Digest"] = Digest(of: answer.body).description
        }
        registry.script(flip, at: "/manifests/v1")
        #expect(await failure { try await client.manifest(for: registry.reference("app:v1")) }?.code == .digestMismatch)
        registry.script(flipSilently, at: "/manifests/sha256:")
        let error = await failure { try await client.manifest(for: registry.reference("app@\(digest)")) }
        #expect(error?.code == .digestMismatch)
        #expect(error?.isRetryable == false)
      }
    }

    @Test func `a stated digest that is none or another is refused`() async throws {
      try await ScriptedRegistry.run { (registry) async throws in
        let digest = registry.addManifest(SmallImage.manifest, mediaType: .ociManifest, to: "app", tag: "v1")
        let client = makeClient()
        for (stated, code) in [("nonsense", RegistryError.Code.badResponse), (Digest(of: []).description, .digestMismatch)] {
          for rest in ["app:v1", "app@\(digest)"] {
            registry.script(.modify { $0.headers["Docker-Content-Digest"] = stated }, at: "/manifests/")
            #expect(await failure { try await client.manifest(for: registry.reference(rest)) }?.code == code)
          }
        }
        registry.script(.modify { $0.headers["Docker-Content-Digest"] = "nonsense" }, at: "/manifests/")
        #expect(await failure { try await client.head(registry.reference("app:v1")) }?.code == .badResponse)
      }
    }

    @Test func `content that is no manifest is refused for the reason that OCI gives`() async throws {
      try await ScriptedRegistry.run { (registry) async throws in
        registry.addManifest(Array(#"{"schemaVersion":1,"fsLayers":[]}"#.utf8), mediaType: "", to: "app", tag: "old")
        registry.addManifest(Array("<html>".utf8), mediaType: "", to: "app", tag: "html")
        registry.addManifest(SmallImage.index, mediaType: .ociManifest, to: "app", tag: "lie")
        let client = makeClient()
        for (tag, code) in [("old", OCIError.Code.unsupportedContent), ("html", .malformedContent), ("lie", .ambiguousContent)] {
          let error = await failure { try await client.manifest(for: registry.reference("app:" + tag)) }
          #expect(error?.code == .contentRefused)
          #expect((error?.cause as? OCIError)?.code == code)
        }
      }
    }

    @Test func `a manifest over 4 MiB is given up while it arrives`() async throws {
      try await ScriptedRegistry.run { (registry) async throws in
        registry.script(.endless, at: "/manifests/big")
        let error = await failure { try await makeClient().manifest(for: registry.reference("app:big")) }
        #expect(error?.code == .tooLarge)
        #expect(error?.isRetryable == false)
      }
    }

    @Test func `a head tells digest, kind and size`() async throws {
      try await ScriptedRegistry.run { (registry) async throws in
        let digest = registry.addManifest(SmallImage.manifest, mediaType: .ociManifest, to: "app", tag: "v1")
        let client = makeClient()
        let head = try await client.head(registry.reference("app:v1"))
        #expect(head == ManifestHead(digest: digest, mediaType: .ociManifest, size: SmallImage.manifest.count))
        registry.script(
          .modify { answer in
            answer.headers["Docker-Content-Digest"] = nil
            answer.headers["Content-Type"] = nil
          }, at: "/manifests/")
        #expect(try await client.head(registry.reference("app:v1")).digest == nil)
        #expect(registry.requests.allSatisfy { $0.method == "HEAD" })
        #expect(await failure { try await client.head(registry.reference("app:none")) }?.code == .notFound)
      }
    }

    @Test func `a configuration is read and verified within its limit`() async throws {
      try await ScriptedRegistry.run { (registry) async throws in
        let digest = registry.addBlob(SmallImage.configuration, to: "app")
        let client = makeClient()
        let repository = try registry.reference("app")
        #expect(try await client.blob(digest, in: repository) == SmallImage.configuration)
        let size = SmallImage.configuration.count
        #expect(try await client.blob(digest, in: repository, maximumBytes: size).count == size)
        #expect(await failure { try await client.blob(digest, in: repository, maximumBytes: size - 1) }?.code == .tooLarge)
        registry.script(.modify { $0.body[0] ^= 1 }, at: "/blobs/")
        #expect(await failure { try await client.blob(digest, in: repository) }?.code == .digestMismatch)
        #expect(await failure { try await client.blob(Digest(of: [1]), in: repository) }?.code == .notFound)
      }
    }

    @Test func `a registry answers a ping or says why not`() async throws {
      try await ScriptedRegistry.run { (registry) async throws in
        let client = makeClient()
        try await client.ping(registry.address)
        registry.script(.answer(.init(404)), at: "/v2/")
        #expect(await failure { try await client.ping(registry.address) }?.code == .notFound)
        await #expect(throws: OCIError.self) { try await client.ping("not a registry") }
        await #expect(throws: OCIError.self) { try await client.ping("evil.example/path") }
      }
    }

    @Test func `a client that was shut down says so`() async throws {
      try await ScriptedRegistry.run { (registry) async throws in
        let client = makeClient()
        try await client.ping(registry.address)
        await client.shutdown()
        await client.shutdown()
        #expect(await failure { try await client.ping(registry.address) }?.code == .closed)
      }
    }

    struct Unexpected: Error {}
  }
#endif
