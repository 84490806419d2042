#if Network
  import EtcdServer
  import Foundation
  import TestSupport
  import Testing

  /// Python, with the package etcd3.
  private enum PythonClient {
    /// Tests/EtcdServerTests/PythonClientTests.swift.
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

    static let program =
      ProcessInfo.processInfo.environment["ISDB_PYTHON"]
      ?? folder.deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(".build/python/bin/python").path

    static let notice =
      "\(program) is not here; run scripts/install-dependencies test, or name a Python with the package etcd3 in ISDB_PYTHON"

    static var isExpected: Bool {
      FileManager.default.isExecutableFile(atPath: program) || ProcessInfo.processInfo.environment["CI"] == "true"
    }
  }

  /// A client in another language, on a real etcd and on a store: every line has to be equal.
  ///
  /// `scripts/install-dependencies test` makes the environment with the package etcd3; `ISDB_PYTHON` names another.
  @Suite(.serialized, .enabled(if: PythonClient.isExpected, "\(PythonClient.notice)")) struct PythonClientTests {
    private func run(_ script: String = "client.py", port: Int) async throws -> ProgramRun {
      try await ProgramRun.of(
        PythonClient.program, [PythonClient.folder.appendingPathComponent("Support/\(script)").path, "\(port)"], limit: 120)
    }

    @Test func `a client that compresses reads what it wrote, of any size, and is told of it by a watch`() async throws {
      try await withServer { (server, _) async throws in
        let ours = try await run("compression.py", port: server.port)
        let sizes = [0, 1, 1024, 100_000, 500_000].map { "\($0) True\n" }.joined()
        // "100000 " and "500000 ", 25,000 and 125,000 times.
        #expect(ours.output == sizes + "watch [175000, 875000]\n", "\(ours.error)")
      }
    }

    @Test(arguments: EtcdRelease.all)
    func `keys, transactions, watches, leases and locks of the Python client do as with etcd`(_ release: EtcdRelease) async throws {
      try await withBoth(release) { (ours, theirs) async throws in
        let (mine, other) = try await both({ try await run(port: ours.port) }, { try await run(port: theirs.port) })
        #expect(mine.status == 0, "\(mine.error)")
        #expect(mine.output.hasSuffix("end\n"), "\(mine.output)")
        let difference = mine.output.split(separator: "\n").difference(from: other.output.split(separator: "\n"))
        #expect(difference.isEmpty, "\(difference)")
      }
    }
  }
#endif
