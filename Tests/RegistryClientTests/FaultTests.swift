#if Network
  import OCI
  import RegistryClient
  import TestSupport
  import Testing

  @Suite struct FaultTests {
    private func withApp(_ body: (ScriptedRegistry, Reference) async throws -> Void) async throws {
      try await ScriptedRegistry.run { (registry) async throws in
        registry.addManifest(SmallImage.manifest, mediaType: .ociManifest, to: "app", tag: "v1")
        try await body(registry, registry.reference("app:v1"))
      }
    }

    @Test(arguments: [429, 502, 503, 504])
    func `a busy registry is asked again with growing pauses`(status: Int) async throws {
      try await withApp { (registry, app) async throws in
        let pauses = Pauses()
        registry.script(.answer(.failure(status, "TOOMANYREQUESTS", "slow down")), at: "/manifests/", times: 4)
        #expect(try await makeClient(pauses).manifest(for: app).bytes == SmallImage.manifest)
        #expect(pauses.all == [.milliseconds(250), .milliseconds(500), .seconds(1), .seconds(2)])
      }
    }

    @Test func `retries end and the error says what the registry said`() async throws {
      try await withApp { (registry, app) async throws in
        let pauses = Pauses()
        registry.script(.answer(.failure(503, "UNAVAILABLE", "come back\\u001b[31m")), at: "/manifests/", times: 100)
        let error = await failure { try await makeClient(pauses).manifest(for: app) }
        #expect(error?.code == .unavailable)
        #expect(error?.httpStatus == 503)
        #expect(error?.registryCode == "UNAVAILABLE")
        #expect(error?.isRetryable == true)
        #expect(error?.registry == registry.address && error?.repository == "app")
        #expect(error?.message.contains("come back") == true && error?.message.unicodeScalars.contains("\u{1B}") == false)
        #expect(pauses.all.count == 4)
        #expect(registry.requests.filter { $0.path.contains("/manifests/") }.count == 5)
      }
    }

    @Test func `Retry-After is obeyed as seconds and as a date`() async throws {
      try await withApp { (registry, app) async throws in
        let pauses = Pauses()
        registry.script(.answer(.init(429, headers: ["Retry-After": "7"])), at: "/manifests/")
        // 1767225600 is 2026-01-01 00:00:00; seven seconds have passed by then.
        registry.script(.answer(.init(503, headers: ["Retry-After": "Thu, 01 Jan 2026 00:00:10 GMT"])), at: "/manifests/")
        registry.script(.answer(.init(429, headers: ["Retry-After": "soon"])), at: "/manifests/")
        _ = try await makeClient(pauses).manifest(for: app)
        #expect(pauses.all == [.seconds(7), .seconds(3), .seconds(1)])
      }
    }

    @Test func `a Retry-After beyond the cap ends the retries and is told`() async throws {
      try await withApp { (registry, app) async throws in
        let pauses = Pauses()
        registry.script(.answer(.init(429, headers: ["Retry-After": "3600"])), at: "/manifests/")
        let error = await failure { try await makeClient(pauses).manifest(for: app) }
        #expect(error?.code == .rateLimited)
        #expect(error?.retryAfter == .seconds(3600))
        #expect(error?.isRetryable == true)
        #expect(pauses.all.isEmpty)
      }
    }

    @Test(arguments: [
      (400, RegistryError.Code.badResponse), (403, .forbidden), (404, .notFound), (405, .badResponse), (500, .unavailable),
      (501, .unavailable),
    ])
    func `other failures are final`(status: Int, code: RegistryError.Code) async throws {
      try await withApp { (registry, app) async throws in
        registry.script(.answer(.failure(status, "SOME_CODE", "reason")), at: "/manifests/")
        let error = await failure { try await makeClient().manifest(for: app) }
        #expect(error?.code == code)
        #expect(error?.isRetryable == false)
        #expect(error?.registryCode == "SOME_CODE")
        #expect(error?.message.contains("\"reason\"") == true)
        #expect(registry.requests.filter { $0.path.contains("/manifests/") }.count == 1)
      }
    }

    @Test(arguments: ["", "<html>", "{\"errors\":[]}", "{\"errors\":[{\"code\":\"lower case\"}]}", "{\"errors\":{}}", "[[[[["])
    func `an error body of any form is survived`(body: String) async throws {
      try await withApp { (registry, app) async throws in
        registry.script(.answer(.init(404, body: Array(body.utf8))), at: "/manifests/")
        let error = await failure { try await makeClient().manifest(for: app) }
        #expect(error?.code == .notFound)
        #expect(error?.registryCode == nil)
      }
    }

    @Test func `broken connections and cut bodies are tried again`() async throws {
      try await withApp { (registry, app) async throws in
        // The first request decides between HTTPS and HTTP.
        let client = makeClient()
        try await client.ping(registry.address)
        registry.script(.reset, at: "/manifests/")
        registry.script(.close, at: "/manifests/")
        registry.script(.truncate(after: 10), at: "/manifests/")
        #expect(try await client.manifest(for: app).bytes == SmallImage.manifest)
        #expect(registry.requests.filter { $0.path.contains("/manifests/") }.count == 4)
      }
    }

    @Test func `a registry that never stops breaking is unreachable`() async throws {
      try await withApp { (registry, app) async throws in
        let client = makeClient()
        try await client.ping(registry.address)
        registry.script(.reset, at: "/manifests/", times: 100)
        let error = await failure { try await client.manifest(for: app) }
        #expect(error?.code == .unreachable)
        #expect(error?.isRetryable == true)
      }
    }

    @Test func `what is not HTTP is a bad response`() async throws {
      try await withApp { (registry, app) async throws in
        let client = makeClient()
        try await client.ping(registry.address)
        registry.script(.garbage(Array("SSH-2.0-OpenSSH_9.2\r\n".utf8)), at: "/manifests/")
        #expect(await failure { try await client.manifest(for: app) }?.code == .badResponse)
      }
    }

    @Test func `silence and a slow drip end at the time limit`() async throws {
      try await withApp { (registry, app) async throws in
        let client = makeClient { configuration in
          configuration.requestTimeout = .milliseconds(300)
          configuration.retryPolicy = .never
        }
        try await client.ping(registry.address)
        for step in [ScriptedRegistry.Step.hang, .drip] {
          registry.script(step, at: "/manifests/")
          let error = await failure { try await client.manifest(for: app) }
          #expect(error?.code == .timedOut)
          #expect(error?.isRetryable == true)
        }
      }
    }

    @Test func `a cancelled task stops waiting`() async throws {
      try await withApp { (registry, app) async throws in
        let client = makeClient()
        try await client.ping(registry.address)
        registry.script(.hang, at: "/manifests/")
        let task = Task { try await client.manifest(for: app) }
        while !registry.requests.contains(where: { $0.path.contains("/manifests/") }) { await Task.yield() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
      }
    }

    @Test func `nobody at the address is unreachable`() async throws {
      let address = try await ScriptedRegistry.run { $0.address }
      let app = try Reference(address + "/app:v1")
      let error = await failure { try await makeClient().manifest(for: app) }
      #expect(error?.code == .unreachable)
      #expect(error?.httpStatus == nil)
    }

    @Test func `plain HTTP is not spoken unless the registry is allowed to be insecure`() async throws {
      try await withApp { (registry, app) async throws in
        for insecure in [RegistryClient.Configuration.InsecureRegistries.none, .named(["other:5000"])] {
          let client = makeClient { $0.insecureRegistries = insecure }
          #expect(await failure { try await client.manifest(for: app) }?.code == .unreachable)
        }
        #expect(registry.requests.isEmpty)
        let client = makeClient { $0.insecureRegistries = .named([registry.address]) }
        #expect(try await client.manifest(for: app).bytes == SmallImage.manifest)
      }
    }
  }
#endif
