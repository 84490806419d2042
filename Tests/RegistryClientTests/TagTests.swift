#if Network
  import OCI
  import RegistryClient
  import TestSupport
  import Testing

  @Suite struct TagTests {
    private func page(_ tags: [String], next: String?) -> ScriptedRegistry.Step {
      let list = tags.map { "\"\($0)\"" }.joined(separator: ",")
      return .answer(.init(200, headers: next.map { ["Link": "<\($0)>; rel=\"next\""] } ?? [:], body: Array("{\"tags\":[\(list)]}".utf8)))
    }

    private let list = "/v2/ns/app/tags/list"

    @Test(arguments: [nil, 1, 2, 7, 10, 11] as [Int?])
    func `all tags come whatever the size of the pages`(pageSize: Int?) async throws {
      try await ScriptedRegistry.run { (registry) async throws in
        let tags = (0..<10).map { "v\($0)" }
        registry.setTags(tags, of: "ns/app", pageSize: pageSize)
        #expect(try await makeClient().tags(of: registry.reference("ns/app:ignored")) == tags)
      }
    }

    @Test func `absolute links to the same registry are followed, and each tag comes once`() async throws {
      try await ScriptedRegistry.run { (registry) async throws in
        registry.script(page(["a", "b"], next: "http://\(registry.address)\(list)?last=b"), at: list)
        registry.script(page(["b", "c"], next: "?last=c"), at: list)
        registry.script(page([], next: nil), at: list)
        #expect(try await makeClient().tags(of: registry.reference("ns/app")) == ["a", "b", "c"])
      }
    }

    @Test func `an empty repository has no tags`() async throws {
      try await ScriptedRegistry.run { (registry) async throws in
        registry.script(.answer(.init(200, body: Array("{\"name\":\"ns/app\",\"tags\":null}".utf8))), at: list)
        #expect(try await makeClient().tags(of: registry.reference("ns/app")) == [])
        #expect(await failure { try await makeClient().tags(of: registry.reference("ns/none")) }?.code == .notFound)
      }
    }

    @Test func `a loop of pages ends in an error`() async throws {
      try await ScriptedRegistry.run { (registry) async throws in
        registry.script(page(["a"], next: list + "?last=a"), at: list, times: 100)
        let error = await failure { try await makeClient().tags(of: registry.reference("ns/app")) }
        #expect(error?.code == .badResponse)
        #expect(registry.requests.filter { $0.path == list }.count == 2)
      }
    }

    @Test func `pages and tags have limits`() async throws {
      try await ScriptedRegistry.run { (registry) async throws in
        registry.setTags((0..<6).map { "v\($0)" }, of: "ns/app", pageSize: 2)
        let reference = try registry.reference("ns/app")
        #expect(try await makeClient { $0.maximumTagPages = 3 }.tags(of: reference).count == 6)
        #expect(await failure { try await makeClient { $0.maximumTagPages = 2 }.tags(of: reference) }?.code == .tooLarge)
        #expect(try await makeClient { $0.maximumTags = 6 }.tags(of: reference).count == 6)
        #expect(await failure { try await makeClient { $0.maximumTags = 5 }.tags(of: reference) }?.code == .tooLarge)
        #expect(await failure { try await makeClient { $0.maximumTagPageBytes = 20 }.tags(of: reference) }?.code == .tooLarge)
      }
    }

    @Test(arguments: [
      "http://evil.example/v2/ns/app/tags/list?last=a", "/v2/other/tags/list?last=a", "/v2/ns/app/tags/list/../../x", "file:///etc/passwd",
      "//evil/v2/ns/app/tags/list",
    ])
    func `the next page is not looked for elsewhere`(link: String) async throws {
      try await ScriptedRegistry.run { (registry) async throws in
        registry.script(page(["a"], next: link), at: list)
        #expect(await failure { try await makeClient().tags(of: registry.reference("ns/app")) }?.code == .badResponse)
        #expect(registry.requests.filter { $0.path.contains("tags") }.count == 1)
      }
    }

    @Test(arguments: [
      "", "[]", "{\"tags\":{}}", "{\"tags\":[1]}", "{\"tags\":[\"a b\"]}", "{\"tags\":[\"../x\"]}", "{\"tags\":[\"a\"],\"tags\":[]}",
      "{\"tags\":[\"\"]}",
    ])
    func `what is no list of tags is refused`(body: String) async throws {
      try await ScriptedRegistry.run { (registry) async throws in
        registry.script(.answer(.init(200, body: Array(body.utf8))), at: list)
        #expect(await failure { try await makeClient().tags(of: registry.reference("ns/app")) }?.code == .badResponse)
      }
    }
  }
#endif
