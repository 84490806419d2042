#if Network
  import EtcdServer
  import Foundation
  import MVCC
  import TestSupport
  import Testing

  /// What is beside the calls: probes, TLS, and what a server refuses to be.
  @Suite(.serialized, .enabled(if: EtcdRelease.debian.isExpected, "\(EtcdRelease.debian.notice)")) struct ServerTests {
    private func fetch(_ url: String, _ arguments: String...) async throws -> ProgramRun {
      try await ProgramRun.of("/usr/bin/curl", ["-s", "-w", "\n%{http_code}"] + arguments + [url], limit: 20)
    }

    @Test func `probes answer over HTTP/1.1 and over HTTP/2 on the port of the calls`() async throws {
      try await withServer { (server, store) async throws in
        let base = "http://127.0.0.1:\(server.port)"
        for flags in [["--http1.1"], ["--http2-prior-knowledge"]] {
          #expect(try await fetch("\(base)/health", flags[0]).output == #"{"health":"true","reason":""}"# + "\n200")
          #expect(try await fetch("\(base)/livez", flags[0]).output == "ok\n\n200")
          #expect(try await fetch("\(base)/readyz?verbose", flags[0]).output.hasSuffix("ok\n\n200"))
          #expect(try await fetch("\(base)/version", flags[0]).output.contains(#""etcdserver":"3."#))
          #expect(try await fetch("\(base)/nothing", flags[0]).output.hasSuffix("404"))
        }
        try await store.raiseAlarm(.noSpace)
        #expect(try await fetch("\(base)/health").output == #"{"health":"false","reason":"ALARM NOSPACE"}"# + "\n503")
        #expect(try await fetch("\(base)/health?exclude=NOSPACE").output.hasSuffix("200"))
        try await store.disarmAlarm(.noSpace)
      }
    }

    @Test func `the metrics count what clients did, under etcd's names`() async throws {
      try await withServer { (server, _) async throws in
        let etcdctl = Etcdctl(port: server.port)
        for _ in 0..<3 { try await etcdctl("put", "a", "1") }
        try await etcdctl("get", "a", "--rev=99")
        let page = try await fetch("http://127.0.0.1:\(server.port)/metrics").output
        let handled = #"grpc_server_handled_total{grpc_code="OK",grpc_method="Put",grpc_service="etcdserverpb.KV",grpc_type="unary"} 3"#
        for line in ["etcd_server_has_leader 1", "etcd_mvcc_put_total 3", "etcd_debugging_mvcc_keys_total 1", handled] {
          #expect(page.contains("\n\(line)\n"), "\(line)")
        }
        #expect(page.contains(#"grpc_code="OutOfRange",grpc_method="Range""#))
      }
    }

    @Test func `a server without a certificate listens on loopback only, unless told otherwise in so many words`() async throws {
      try await withStore { store in
        var configuration = EtcdServerConfiguration()
        configuration.host = "0.0.0.0"
        configuration.port = 0
        await #expect(throws: StoreError.self) { try await EtcdServer.start(store, configuration: configuration) }
        configuration.allowsPlaintextBeyondLoopback = true
        let server = try await EtcdServer.start(store, configuration: configuration)
        await server.shutDown()
      }
    }

    @Test func `a certificate is shown and exchanged, and clients without one are kept out`() async throws {
      let directory = try TemporaryDirectory()
      let script = """
        set -e
        cd \(directory.path)
        openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=authority 2>&1
        for name in server server2 client; do
          openssl req -newkey rsa:2048 -nodes -keyout $name.key -out $name.csr -subj /CN=$name 2>&1
          printf 'subjectAltName=IP:127.0.0.1\\nextendedKeyUsage=serverAuth,clientAuth\\n' >$name.ext
          openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out $name.pem -days 2 -extfile $name.ext 2>&1
        done
        """
      let made = try await ProgramRun.of("/bin/bash", ["-c", script])
      #expect(made.status == 0, "\(made.output)")
      try FileManager.default.copyItem(atPath: directory.appending("server.pem"), toPath: directory.appending("current.pem"))
      try FileManager.default.copyItem(atPath: directory.appending("server.key"), toPath: directory.appending("current.key"))
      var configuration = EtcdServerConfiguration()
      configuration.certificateFile = directory.appending("current.pem")
      configuration.keyFile = directory.appending("current.key")
      configuration.clientAuthorityFile = directory.appending("ca.pem")
      configuration.certificateInterval = .milliseconds(20)
      try await withServer(configuration) { (server, _) async throws in
        var etcdctl = Etcdctl(port: server.port)
        etcdctl.flags = ["--cacert=\(directory.appending("ca.pem"))"]
        var good = etcdctl
        good.flags += ["--cert=\(directory.appending("client.pem"))", "--key=\(directory.appending("client.key"))"]
        let run = try await good("put", "a", "1")
        #expect(run.output == "OK\n", "\(run.error)")
        #expect(try await etcdctl("--dial-timeout=1s", "--command-timeout=1s", "put", "a", "2").status != 0)
        #expect(try await Etcdctl(port: server.port)("--dial-timeout=1s", "--command-timeout=1s", "put", "a", "2").status != 0)
        let old = try await subject(server.port, directory)
        #expect(old.contains("server") && !old.contains("server2"), "\(old)")
        for file in ["pem", "key"] {
          let content = try Data(contentsOf: URL(fileURLWithPath: directory.appending("server2.\(file)")))
          try content.write(to: URL(fileURLWithPath: directory.appending("current.\(file)")), options: .atomic)
        }
        var new = ""
        for _ in 0..<200 where !new.contains("server2") { new = try await subject(server.port, directory) }
        #expect(new.contains("server2"), "\(new)")
        #expect(try await good("get", "a", "--print-value-only").output == "1\n")
      }
    }

    private func subject(_ port: Int, _ directory: TemporaryDirectory) async throws -> String {
      let arguments = [
        "s_client", "-connect", "127.0.0.1:\(port)", "-cert", directory.appending("client.pem"), "-key", directory.appending("client.key"),
      ]
      let output = try await ProgramRun.of("/usr/bin/openssl", arguments, limit: 20).output
      return output.split(separator: "\n").first { $0.hasPrefix("subject=") }.map(String.init) ?? output
    }

    @Test func `a server that ends tells its watches, and a client goes on with the next server on the port without losing an event`()
      async throws
    {
      let directory = try TemporaryDirectory()
      let store = try RevisionStore.open(at: directory.appending("store"))
      defer { store.close() }
      var configuration = EtcdServerConfiguration()
      configuration.port = 0
      configuration.shutdownPatience = .seconds(1)
      let first = try await EtcdServer.start(store, configuration: configuration)
      configuration.port = first.port
      let etcdctl = Etcdctl(port: first.port)
      let watch = try etcdctl.start(["watch", "k"])
      try await etcdctl.waitForWatches(1)
      try await store.put(Array("k".utf8), Array("1".utf8))
      await first.shutDown()
      try await store.put(Array("k".utf8), Array("2".utf8))
      let second = try await EtcdServer.start(store, configuration: configuration)
      try await etcdctl.waitForWatches(1)
      try await store.put(Array("k".utf8), Array("3".utf8))
      await watch.wait { output, _ in output.hasSuffix("3\n") }
      #expect(await watch.interrupted().output == "PUT\nk\n1\nPUT\nk\n2\nPUT\nk\n3\n")
      await second.shutDown()
    }

    @Test func `a large answer is not taken for a reason to ping too often`() async throws {
      try await withServer { (server, store) async throws in
        let value = [UInt8](repeating: UInt8(ascii: "x"), count: 1_000_000)
        try await store.put(Array("large".utf8), value)
        for _ in 0..<3 {
          let run = try await Etcdctl(port: server.port)("get", "large", "--print-value-only")
          #expect(run.output.utf8.count == 1_000_001, "\(run.error)")
        }
      }
    }
  }
#endif
