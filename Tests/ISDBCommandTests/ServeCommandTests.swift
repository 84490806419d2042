#if Network
  import Foundation
  import MVCC
  import TestSupport
  import Testing

  @Suite(.serialized) struct ServeCommandTests {
    private static let etcdctl = "/usr/bin/etcdctl"

    private func client(_ port: Int, _ arguments: String..., limit: Int = 20) async throws -> ProgramRun {
      try await ProgramRun.of(
        Self.etcdctl, ["--endpoints=127.0.0.1:\(port)", "--command-timeout=15s"] + arguments, environment: ["ETCDCTL_API": "3"],
        limit: limit)
    }

    @Test func `settings that cannot be are refused in one line`() async throws {
      let directory = try TemporaryDirectory()
      let isdb = Command(store: directory.appending("store"))
      try await isdb.refuses("serve", "--listen", "nowhere", status: 64, saying: "listen is \"nowhere\"; give an address and a port")
      try await isdb.refuses("serve", "--listen", "0.0.0.0:0", status: 64, saying: "can be reached from other machines")
      try await isdb.refuses("serve", "--shutdown-patience", "5 parsecs", status: 64, saying: "give a time such as 500ms")
      try await isdb.refuses("serve", "--cert-file", "x.pem", status: 64, saying: "both a certificate and its key")
      try await isdb.refuses("serve", "--client-cert-auth", status: 64, saying: "add --trusted-ca-file")
      try await isdb.refuses("serve", "--config-file", "/nonexistent", status: 64, saying: "is to be one JSON object")
      var told = isdb
      told.environment["ISDB_LOG_LEVEL"] = "loud"
      try await told.refuses("serve", status: 64, saying: "log-level is \"loud\"")
      try Data(#"{"max-txn-ops": "many"}"#.utf8).write(to: URL(fileURLWithPath: directory.appending("settings.json")))
      try await isdb.refuses(
        "serve", "--config-file", directory.appending("settings.json"), status: 64, saying: "max-txn-ops is \"many\"; give a number")
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: etcdctl)))
    func `a server that is killed comes back on its port, and a watch goes on without a lost or repeated event`() async throws {
      let directory = try TemporaryDirectory()
      // Below the range that systems give to outgoing connections.
      let port = Int.random(in: 10_000..<30_000)
      let arguments = ["serve", "--store", directory.appending("store"), "--listen", "127.0.0.1:\(port)"]
      var server = try await ServerProcess.start(Command.executable.path, arguments, readyText: "serving")
      async let watch = client(port, "watch", "k/", "--prefix", limit: 12)
      for _ in 0..<500 {
        let page = try await ProgramRun.of("/usr/bin/curl", ["-s", "http://127.0.0.1:\(port)/metrics"])
        if page.output.contains("watcher_total 1\n") { break }
      }
      for number in 0..<20 {
        let put = try await client(port, "put", "k/\(number)", "\(number)")
        #expect(put.output == "OK\n", "\(put.error)")
        guard number % 7 == 6 else { continue }
        server.end()
        server = try await ServerProcess.start(Command.executable.path, arguments, readyText: "serving")
      }
      let lines = try await watch.output.split(separator: "\n")
      #expect(lines == (0..<20).flatMap { ["PUT", "k/\($0)", "\($0)"] })
      server.end()
      try await withStore(at: directory.appending("store")) { _ in }
    }
  }
#endif
