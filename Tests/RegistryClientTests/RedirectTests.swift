#if Network
  import Foundation
  import NIOHTTP1
  import OCI
  import TestSupport
  import Testing

  @testable import RegistryClient

  @Suite struct RedirectTests {
    private func redirect(to address: String, _ status: Int = 307) -> ScriptedRegistry.Step {
      .answer(.init(status, headers: ["Location": address]))
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func `a redirect is followed`(status: Int) async throws {
      try await ScriptedRegistry.run { (registry) async throws in
        let digest = registry.addBlob(SmallImage.configuration, to: "app")
        registry.script(redirect(to: "/v2/app/blobs/\(digest)?hop=1", status), at: "/blobs/")
        #expect(try await makeClient().blob(digest, in: registry.reference("app")) == SmallImage.configuration)
        #expect(registry.requests.last?.query == ["hop": "1"])
      }
    }

    @Test func `three redirects are followed and a fourth is not`() async throws {
      try await ScriptedRegistry.run { (registry) async throws in
        let digest = registry.addBlob(SmallImage.configuration, to: "app")
        let client = makeClient()
        registry.script(redirect(to: "/v2/app/blobs/\(digest)"), at: "/blobs/", times: 3)
        #expect(try await client.blob(digest, in: registry.reference("app")).count > 0)
        registry.script(redirect(to: "/v2/app/blobs/\(digest)"), at: "/blobs/", times: 4)
        #expect(await failure { try await client.blob(digest, in: registry.reference("app")) }?.code == .refusedRedirect)
      }
    }

    @Test func `a redirect to another host carries no credentials`() async throws {
      try await ScriptedRegistry.run { (registry) async throws in
        try await ScriptedRegistry.run { (storage) async throws in
          let digest = registry.addBlob(SmallImage.configuration, to: "app")
          storage.addBlob(SmallImage.configuration, to: "app")
          registry.require(.basic(user: "u", password: "p"))
          let client = makeClient(credentials: .fixed(.password(user: "u", password: "p"), for: registry.address))
          try await client.ping(registry.address)
          registry.script(redirect(to: "http://\(storage.address)/v2/app/blobs/\(digest)"), at: "/blobs/", times: 2)
          #expect(try await client.blob(digest, in: registry.reference("app")) == SmallImage.configuration)
          #expect(storage.requests.count == 1)
          #expect(storage.requests.allSatisfy { $0.authorization == nil })
        }
      }
    }

    @Test func `a host that a redirect leads to gets no credentials when it asks for them`() async throws {
      try await ScriptedRegistry.run { (registry) async throws in
        try await ScriptedRegistry.run { (thief) async throws in
          thief.require(.basic(user: "u", password: "p"))
          let digest = Digest(of: SmallImage.configuration)
          registry.script(redirect(to: "http://\(thief.address)/v2/app/blobs/\(digest)"), at: "/blobs/")
          let client = makeClient(credentials: CredentialSource { _, _ in .password(user: "u", password: "p") })
          #expect(await failure { try await client.blob(digest, in: registry.reference("app")) }?.code == .refusedRedirect)
          #expect(thief.requests.allSatisfy { $0.authorization == nil })
        }
      }
    }

    @Test(arguments: ["", "ftp://127.0.0.1/x", "file:///etc/passwd", "http://user:pw@127.0.0.1/x", "http://", "//", "http://[bad/"])
    func `a redirect without a usable address is refused`(location: String) async throws {
      try await ScriptedRegistry.run { (registry) async throws in
        registry.script(redirect(to: location), at: "/blobs/")
        let error = await failure { try await makeClient().blob(Digest(of: []), in: registry.reference("app")) }
        #expect(error?.code == .refusedRedirect)
      }
    }

    @Test func `a public registry cannot lead a request to a private address`() async throws {
      try await ScriptedRegistry.run { (registry) async throws in
        try await ScriptedRegistry.run { (inside) async throws in
          let digest = inside.addBlob(SmallImage.configuration, to: "app")
          // Another name than the registry's, so that it counts as another host.
          let target = "http://localhost:\(inside.address.split(separator: ":")[1])/v2/app/blobs/\(digest)"
          registry.script(redirect(to: target), at: "/blobs/", times: 2)
          let client = makeClient { $0.environment.isPublicHost = { _ in true } }
          let error = await failure { try await client.blob(digest, in: registry.reference("app")) }
          #expect(error?.code == .refusedRedirect)
          #expect(error?.message.contains("not on the public internet") == true)
          #expect(inside.requests.isEmpty)
          // This machine's own registries may point at this machine.
          #expect(try await makeClient().blob(digest, in: registry.reference("app")) == SmallImage.configuration)
        }
      }
    }

    @Test func `the address that a name leads to is checked, not the name`() async throws {
      try await ScriptedRegistry.run { (registry) async throws in
        let transport = HTTPTransport(requestTimeout: .seconds(10), connectTimeout: .seconds(10))
        for host in [registry.address, "localhost:" + registry.address.split(separator: ":")[1]] {
          for (reach, isReached) in [(Reach.anywhere, true), (.nearby, true), (.publicOnly, false)] {
            let url = try #require(URL(string: "http://\(host)/v2/"))
            let question = HTTPQuestion(method: .GET, url: url, headers: [:], maximumBytes: 1000, verifiesTLS: true, reach: reach)
            let answer = try? await transport.answer(to: question)
            #expect((answer?.status == 200) == isReached, "\(host) \(reach)")
          }
        }
        await transport.shutdown()
        #expect(registry.requests.count == 4)
      }
    }
  }
#endif
