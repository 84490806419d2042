#if Network
  import Foundation
  import MVCC
  import TestSupport
  import Testing

  @Suite(.serialized) struct ServeCommandTests {
    private func client(_ port: Int, _ arguments: String...) async throws -> ProgramRun {
      try await ProgramRun.of(
        EtcdRelease.debian.client, ["--endpoints=127.0.0.1:\(port)", "--command-timeout=15s"] + arguments, environment: ["ETCDCTL_API": "3"]
      )
    }

    @Test func `settings that cannot be are refused in one line`() async throws {
      let directory = try TemporaryDirectory()
      let isdb = Command(store: directory.appending("store"))
      try await isdb.refuses("serve", "--listen", "nowhere", status: 64, saying: "listen is \"nowhere\"; give an address and a port")
      try await isdb.refuses("serve", "--listen", "0.0.0.0:0", status: 64, saying: "can be reached from other machines")
      try await isdb.refuses("serve", "--shutdown-patience", "5 parsecs", status: 64, saying: "give a time such as 500ms")
      try await isdb.refuses("serve", "--cert-file", "x.pem", status: 64, saying: "both a certificate and its key")
      try await isdb.refuses("serve", "--client-cert-auth", status: 64, saying: "add --trusted-ca-file")
      try await isdb.refuses("serve", "--config-file", "/nonexistent", status: 66, saying: "there is no file /nonexistent")
      var told = isdb
      told.environment["ISDB_LOG_LEVEL"] = "loud"
      try await told.refuses("serve", status: 64, saying: "log-level is \"loud\"")
      let refusals = [
        (["--listen", "127.0.0.1:99999"], "give an address and a port"), (["--listen", "::1:2379"], "such as [::1]:2379"),
        (["--listen-client-urls", "unix://localhost:2379"], "give an address and a port"),
        (["--listen-client-urls", "https://127.0.0.1:2379"], "give --cert-file and --key-file too"),
        (["--listen-client-urls", "http://127.0.0.1:0,http://0.0.0.0:0"], "0.0.0.0 can be reached from other machines"),
        (["--listen-metrics-urls", "https://127.0.0.1:2381"], "such as http://127.0.0.1:2381"),
        (["--metrics", "much"], "give basic or extensive"), (["--auto-compaction-mode", "daily"], "give periodic or revision"),
        (["--auto-compaction-retention", "long"], "give a time such as 5m"),
        (["--auto-compaction-mode", "revision", "--auto-compaction-retention", "5m"], "give a number of revisions"),
        (["--snapshot-count=10000"], "etcd's --snapshot-count is about raft and its log, which a store does not have; leave it out"),
        (["--quota-backend-bytes", "2GB"], "give a number from 0 on"), (["--max-request-bytes", "0"], "give a number from 1 on"),
        (["--store", "a", "--data-dir", "b"], "give one of them"),
        (["--cert-file", "no.pem", "--key-file", "no.key"], "there is no file no.pem; check --cert-file"),
        (["--client-cert-auth=yes"], "give true or false"), (["--no-such-flag"], "unknown option '--no-such-flag'"),
      ]
      for (arguments, text) in refusals {
        let run = try await isdb(["serve"] + arguments)
        #expect(run.status == 64 && run.error.contains(text) && run.error.filter(\.isNewline).count == 1, "\(run.error)")
      }
    }

    @Test(arguments: [
      (#"{"max-txn-ops": "many"}"#, "max-txn-ops is \"many\"; give a number"), ("listen: nowhere", "listen is \"nowhere\""),
      ("port: 2379", "settings has port, which is no setting of isdb serve"),
      ("wal-dir: ''", "settings has etcd's wal-dir, which is about raft"),
      ("config-file: other", "has config-file, which is no setting"), ("- listen", "is not one object with the names of flags"),
      ("{", "settings is neither YAML nor JSON"), ("name: {first: x}", "has an object for name"),
      ("client-transport-security: {name: x}", "has name, which is no setting"),
    ]) func `a file that says what cannot be is refused in one line`(text: String, message: String) async throws {
      let directory = try TemporaryDirectory()
      let file = directory.appending("settings")
      try Data(text.utf8).write(to: URL(fileURLWithPath: file))
      try await Command(store: directory.appending("store")).refuses("serve", "--config-file", file, status: 64, saying: message)
    }

    @Test func `a start script of etcd's works without what is about peers and raft, and flags count before the file`() async throws {
      let directory = try TemporaryDirectory()
      let file = directory.appending("etcd.yaml")
      try Data(
        """
        # As etcd has it.
        name: from-the-file
        data-dir: \(directory.appending("data"))
        listen-client-urls: [http://127.0.0.1:0, http://localhost:0]
        advertise-client-urls: http://one:2379,http://two:2379
        quota-backend-bytes: 8388608
        client-transport-security:
          client-cert-auth: false
          trusted-ca-file:
        """.utf8
      ).write(to: URL(fileURLWithPath: file))
      let running = try Command(store: nil).start([
        "serve", "--config-file", file, "--name=from-the-flag", "--listen-metrics-urls", "http://127.0.0.1:0", "--client-cert-auth=false",
        "--auto-compaction-mode=periodic", "--auto-compaction-retention=5m", "--experimental-watch-progress-notify-interval=5s",
        "--metrics=extensive", "--max-txn-ops=256", "--log-level=info",
      ])
      _ = try await servedPort(running)
      await running.wait { _, error in error.contains("answering probes") }
      let ports = running.error.matches(of: /address=\S+:(\d+)/).compactMap { Int($0.1) }
      #expect(ports.count == 3 && Set(ports).count == 3, "\(running.error)")
      if ports.count == 3, EtcdRelease.debian.isExpected {
        #expect(try await client(ports[0], "put", "a", "1").output == "OK\n")
        let members = try await client(ports[0], "member", "list").output
        #expect(members.contains("from-the-flag") && members.contains("http://one:2379,http://two:2379"), "\(members)")
        let page = try await ProgramRun.of("/usr/bin/curl", ["-s", "http://127.0.0.1:\(ports[2])/metrics"]).output
        #expect(page.contains("etcd_server_quota_backend_bytes 8388608\n") && page.contains("grpc_server_handling_seconds_count{"))
      }
      running.send(SIGTERM)
      let run = await running.finish()
      #expect(run.status == 143, "\(run.error)")
      #expect(FileManager.default.fileExists(atPath: directory.appending("data")))
    }

    /// `create_request` for the key `k`.
    private static let createRequest: [UInt8] = [0x0A, 3, 0x0A, 1, UInt8(ascii: "k")]

    /// `key`: `k`.
    private static let rangeRequest: [UInt8] = [0x0A, 1, UInt8(ascii: "k")]

    private func servedPort(_ running: RunningProgram) async throws -> Int {
      await running.wait { _, error in error.contains("serving") }
      return try #require(running.error.firstMatch(of: /address=127\.0\.0\.1:(\d+)/).flatMap { Int($0.1) }, "\(running.error)")
    }

    @Test(arguments: [(SIGTERM, 143), (SIGINT, 130)] as [(Int32, Int32)])
    func `a signal ends watches with a word, calls in order, and the process with the signal's status`(signal: Int32, status: Int32)
      async throws
    {
      let directory = try TemporaryDirectory()
      let running = try Command(store: directory.appending("store")).start(["serve", "--listen", "127.0.0.1:0"])
      let connection = try await GRPCTestConnection.connect(port: try await servedPort(running))
      let watch = try await connection.open("/etcdserverpb.Watch/Watch")
      try await watch.send(Self.createRequest)
      var events = watch.events.makeAsyncIterator()
      guard case .message = await events.next() else {
        Issue.record("the watch was not created")
        return
      }
      running.send(signal)
      #expect(await events.next() == .end(status: 14, message: "etcdserver: server stopped"))
      try await connection.waitUntilClosed()
      let run = await running.finish()
      #expect(run.status == status && run.output.isEmpty)
      #expect(run.error.contains("stopped serving") && !run.error.contains("isdb: "), "\(run.error)")
      try await withStore(at: directory.appending("store")) { _ in }
    }

    @Test func `a port that another server has is refused in one line, and a second server of the store on another port is not`()
      async throws
    {
      let directory = try TemporaryDirectory()
      let isdb = Command(store: directory.appending("store"))
      let first = try isdb.start(["serve", "--listen", "127.0.0.1:0"])
      let port = try await servedPort(first)
      try await isdb.refuses(
        "serve", "--listen", "127.0.0.1:\(port)", status: 69, saying: "listens there; choose another address with --listen")
      let second = try isdb.start(["serve", "--listen", "127.0.0.1:0"])
      #expect(try await servedPort(second) != port)
      for server in [first, second] {
        server.send(SIGTERM)
        #expect(await server.finish().status == 143)
      }
    }

    @Test func `a server ends a hold when its time has come, as a keeper does`() async throws {
      let directory = try TemporaryDirectory()
      let isdb = Command(store: directory.appending("store"))
      #expect(try await isdb("tag", "\(ImageFixtures.reference("one"))", "shop/web").status == 0)
      #expect(try await isdb("hold", "shop/web", "until=\(Timestamp.now + .milliseconds(200))").status == 0)
      let server = try isdb.start(["serve", "--listen", "127.0.0.1:0"])
      _ = try await servedPort(server)
      var isHeld = true
      for _ in 0..<200 where isHeld { isHeld = try await isdb("list", "holds").output.contains("shop/web") }
      #expect(!isHeld)
      server.send(SIGTERM)
      #expect(await server.finish().status == 143)
    }

    @Test func `a second signal ends a server at once whose client keeps a call open`() async throws {
      let directory = try TemporaryDirectory()
      let running = try Command(store: directory.appending("store")).start([
        "serve", "--listen", "127.0.0.1:0", "--shutdown-patience", "1h",
      ])
      let port = try await servedPort(running)
      let connection = try await GRPCTestConnection.connect(port: port)
      // A request that never ends: nobody can finish that call.
      let call = try await connection.open("/etcdserverpb.KV/Put")
      // What is answered came after it.
      #expect(try await connection.call("/etcdserverpb.KV/Range", Self.rangeRequest).status == 0)
      running.send(SIGTERM)
      // The first signal has been heard when nobody is let in any more.
      while let other = try? await GRPCTestConnection.connect(port: port) { try await other.close() }
      #expect(running.isRunning)
      running.send(SIGTERM)
      let run = await running.finish()
      #expect(run.status == 143 && !run.error.contains("stopped serving"), "\(run.error)")
      withExtendedLifetime(call) {}
    }
  }
#endif
