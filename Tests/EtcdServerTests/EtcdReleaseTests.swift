#if Network
  import TestSupport
  import Testing

  /// What is compared with. A release whose programs are missing is named here; the comparisons with it end without a word.
  @Suite(.serialized) struct EtcdReleaseTests {
    private func requireOneRelease(_ release: EtcdRelease) async throws -> EtcdServerProcess.Version {
      let client = try await ProgramRun.of(release.client, ["version"], environment: ["ETCDCTL_API": "3"], limit: 20)
      return try await EtcdServerProcess.run(release) { (server) async throws in
        #expect(client.output.hasPrefix("etcdctl version: \(server.version)\n"), "\(client.output)")
        return server.version
      }
    }

    @Test(.enabled(if: EtcdRelease.debian.isExpected, "\(EtcdRelease.debian.notice)"))
    func `the client and the server of Debian are of one release`() async throws {
      let version = try await requireOneRelease(.debian)
      #expect(version >= EtcdServerProcess.Version(3, 4, 0))
    }

    @Test(.enabled(if: EtcdRelease.pypi.isExpected, "\(EtcdRelease.pypi.notice)"))
    func `the client and the server of PyPI are of one release, 3.5 or newer`() async throws {
      let version = try await requireOneRelease(.pypi)
      #expect(version >= EtcdServerProcess.Version(3, 5, 0))
    }
  }
#endif
