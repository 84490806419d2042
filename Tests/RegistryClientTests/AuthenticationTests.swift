#if Network
  import OCI
  import RegistryClient
  import Synchronization
  import TestSupport
  import Testing

  @Suite struct AuthenticationTests {
    private func withApp(_ body: (ScriptedRegistry, Reference) async throws -> Void) async throws {
      try await ScriptedRegistry.run { (registry) async throws in
        registry.addManifest(SmallImage.manifest, mediaType: .ociManifest, to: "ns/app", tag: "v1")
        registry.addManifest(SmallImage.manifest, mediaType: .ociManifest, to: "ns/other", tag: "v1")
        try await body(registry, registry.reference("ns/app:v1"))
      }
    }

    private func password(_ registry: ScriptedRegistry, _ password: String = "p") -> CredentialSource {
      .fixed(.password(user: "u", password: password), for: registry.address)
    }

    @Test func `basic credentials are sent when asked for, and at once from then on`() async throws {
      try await withApp { (registry, app) async throws in
        registry.require(.basic(user: "u", password: "p"))
        let client = makeClient(credentials: password(registry))
        _ = try await client.manifest(for: app)
        _ = try await client.manifest(for: app)
        let sent = registry.requests.map { $0.authorization != nil }
        #expect(sent == [false, true, true])
      }
    }

    @Test func `without credentials or with wrong ones the registry's refusal is told`() async throws {
      try await withApp { (registry, app) async throws in
        registry.require(.basic(user: "u", password: "p"))
        for source in [CredentialSource.anonymous, password(registry, "wrong"), .fixed(.identityToken("t"), for: registry.address)] {
          let error = await failure { try await makeClient(credentials: source).manifest(for: app) }
          #expect(error?.code == .unauthorized)
          #expect(error?.httpStatus == 401)
          #expect(error?.registryCode == "UNAUTHORIZED")
          #expect(error?.message.contains("wrong") == false)
        }
      }
    }

    @Test func `credentials of one registry are not sent to another`() async throws {
      try await withApp { (registry, app) async throws in
        registry.require(.basic(user: "u", password: "p"))
        let client = makeClient(credentials: .fixed(.password(user: "u", password: "p"), for: "quay.io"))
        #expect(await failure { try await client.manifest(for: app) }?.code == .unauthorized)
        #expect(registry.requests.allSatisfy { $0.authorization == nil })
      }
    }

    @Test func `a token is fetched once for a repository, for pulling only`() async throws {
      try await withApp { (registry, app) async throws in
        registry.require(.bearer())
        let client = makeClient()
        _ = try await client.manifest(for: app)
        _ = try await client.head(app)
        _ = try await client.tags(of: app)
        _ = try await client.manifest(for: registry.reference("ns/other:v1"))
        let tokens = registry.requests.filter { $0.path == "/token" }
        #expect(tokens.map { $0.query["scope"] } == ["repository:ns/app:pull", "repository:ns/other:pull"])
        #expect(tokens.allSatisfy { $0.query["service"] == "scripted, with comma" && $0.authorization == nil })
      }
    }

    @Test func `tasks that need the same token at the same time share one`() async throws {
      try await withApp { (registry, app) async throws in
        registry.require(.bearer())
        let client = makeClient()
        try await withThrowingTaskGroup(of: Void.self) { group in
          for _ in 0..<20 { group.addTask { _ = try await client.manifest(for: app) } }
          try await group.waitForAll()
        }
        // Tasks that come after the fetch and before its token is used may fetch again; twenty would be none shared.
        #expect(registry.requests.filter { $0.path == "/token" }.count < 20)
      }
    }

    @Test func `a token that expires or is refused is replaced`() async throws {
      try await withApp { (registry, app) async throws in
        registry.require(.bearer(lifetimeSeconds: 100))
        let pauses = Pauses()
        let client = makeClient(pauses)
        let tokenCount = { registry.requests.filter { $0.path == "/token" }.count }
        _ = try await client.manifest(for: app)
        pauses.advance(bySeconds: 80)
        _ = try await client.manifest(for: app)
        #expect(tokenCount() == 1)
        pauses.advance(bySeconds: 11)
        _ = try await client.manifest(for: app)
        #expect(tokenCount() == 2)
        registry.require(.bearer())
        _ = try await client.manifest(for: app)
        #expect(tokenCount() == 3)
      }
    }

    @Test func `a token service gets the password, or the refresh token, and the registry only what it gave`() async throws {
      try await withApp { (registry, app) async throws in
        registry.require(.bearer(user: "u", password: "p"))
        for credentials in [Credentials.password(user: "u", password: "p"), .identityToken("p")] {
          let client = makeClient(credentials: .fixed(credentials, for: registry.address))
          #expect(try await client.manifest(for: app).bytes == SmallImage.manifest)
        }
        for request in registry.requests where request.path != "/token" {
          #expect(request.authorization?.hasPrefix("Bearer token-") ?? true)
        }
        let refresh = registry.requests.last { $0.path == "/token" }
        #expect(refresh?.method == "POST")
        #expect(refresh?.body.contains("grant_type=refresh_token") == true)
        #expect(refresh?.query.isEmpty == true)
      }
    }

    @Test func `a token service that refuses or fails is told apart`() async throws {
      try await withApp { (registry, app) async throws in
        registry.require(.bearer(user: "u", password: "p"))
        #expect(await failure { try await makeClient(credentials: password(registry, "x")).manifest(for: app) }?.code == .unauthorized)
        #expect(await failure { try await makeClient().manifest(for: app) }?.code == .unauthorized)
        registry.require(.bearer())
        for (body, status) in [
          ("{}", 200), ("[]", 200), ("{\"token\":\"a b\"}", 200), ("{\"token\":\"a\\r\\nX: y\"}", 200), ("", 404), ("", 302),
        ] {
          registry.script(.answer(.init(status, headers: ["Location": "/token"], body: Array(body.utf8))), at: "/token")
          #expect(await failure { try await makeClient().manifest(for: app) }?.code == .badResponse)
        }
        let pauses = Pauses()
        registry.script(.answer(.init(429, headers: ["Retry-After": "5"])), at: "/token")
        registry.script(.answer(.init(503)), at: "/token")
        #expect(try await makeClient(pauses).manifest(for: app).bytes == SmallImage.manifest)
        #expect(pauses.all == [.seconds(5), .milliseconds(500)])
        registry.script(.endless, at: "/token")
        #expect(await failure { try await makeClient().manifest(for: app) }?.code == .tooLarge)
      }
    }

    @Test(arguments: [
      "http://evil.example/token", "https://evil.example/token", "https://127.0.0.2/token", "https://127.0.0.1.evil.example/token",
    ])
    func `a foreign token service gets no credentials`(realm: String) async throws {
      try await withApp { (registry, app) async throws in
        registry.require(.bearer(realm: realm))
        let error = await failure { try await makeClient(credentials: password(registry)).manifest(for: app) }
        #expect(error?.code == .untrustedTokenService)
        #expect(error?.isRetryable == false)
      }
    }

    @Test func `a foreign token service that is trusted gets them`() async throws {
      try await withApp { (registry, app) async throws in
        try await ScriptedRegistry.run { (service) async throws in
          service.require(.bearer(user: "u", password: "p"))
          let port = service.address.split(separator: ":")[1]
          registry.require(.bearer(realm: "http://localhost:\(port)/token"))
          let strict = makeClient(credentials: password(registry))
          #expect(await failure { try await strict.manifest(for: app) }?.code == .untrustedTokenService)
          #expect(service.requests.isEmpty)
          let trusting = makeClient(credentials: password(registry)) {
            $0.trustedTokenHosts = [registry.address: ["localhost:\(port)"]]
          }
          // The registry knows nothing of the other's tokens.
          #expect(await failure { try await trusting.manifest(for: app) }?.code == .unauthorized)
          #expect(service.requests.allSatisfy { $0.path == "/token" && $0.authorization != nil })
          #expect(!service.requests.isEmpty)
        }
      }
    }

    @Test(arguments: [
      "", "Bearer", "Bearer realm=\"\"", "Bearer realm=\"ftp://x/y\"", "Bearer realm=\"http://u:p@x/y\"", "Bearer realm=\"/token\"",
      "Negotiate", "Basic", "Bearer realm=\"http://[",
    ])
    func `challenges that lead nowhere are a refusal, not a crash`(challenge: String) async throws {
      try await withApp { (registry, app) async throws in
        registry.script(.answer(.init(401, headers: ["WWW-Authenticate": challenge])), at: "/manifests/")
        let code = await failure { try await makeClient().manifest(for: app) }?.code
        #expect(code == .unauthorized || code == .badResponse)
      }
    }

    @Test func `a token for the registry is shown as it is`() async throws {
      try await withApp { (registry, app) async throws in
        registry.script(.answer(.init(401, headers: ["WWW-Authenticate": "Bearer realm=\"http://evil.example/\""])), at: "/manifests/")
        let client = makeClient(credentials: .fixed(.registryToken("abc"), for: registry.address))
        _ = try await client.manifest(for: app)
        #expect(registry.requests.last?.authorization == "Bearer abc")
      }
    }

    @Test func `a credential source is asked for the repository and its own error comes through`() async throws {
      struct Broken: Error {}
      try await withApp { (registry, app) async throws in
        registry.require(.basic(user: "u", password: "p"))
        let asked = Mutex<[String]>([])
        let source = CredentialSource { registry, repository in
          asked.withLock { $0.append(registry + "/" + (repository ?? "-")) }
          throw Broken()
        }
        await #expect(throws: Broken.self) { try await makeClient(credentials: source).manifest(for: app) }
        #expect(asked.withLock { $0 } == [registry.address + "/ns/app"])
      }
    }

    @Test func `no text form of credentials has the secret`() {
      let secret = "s3cret"
      for credentials in [Credentials.password(user: "u", password: secret), .identityToken(secret), .registryToken(secret)] {
        var dumped = ""
        dump(credentials, to: &dumped)
        for text in ["\(credentials)", String(reflecting: credentials), dumped, String(describing: Optional(credentials))] {
          #expect(!text.contains(secret))
        }
      }
    }
  }
#endif
