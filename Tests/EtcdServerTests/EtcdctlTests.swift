#if Network
  import EtcdServer
  import Foundation
  import MVCC
  import TestSupport
  import Testing

  /// The same commands of etcdctl, one after the other, against a real etcd and against a store that is served: every line has to be equal.
  @Suite(
    .serialized, .enabled(if: EtcdServerProcess.isExpected && Etcdctl.isExpected, "\(EtcdServerProcess.notice); \(Etcdctl.notice)"))
  struct EtcdctlTests {
    /// One command, with what it reads. `@` stands for the lease that the test granted last.
    struct Step {
      let arguments: [String]
      let input: String

      init(_ command: String, input: String = "") {
        arguments = command.split(separator: " ").map { $0 == "''" ? "" : String($0) }
        self.input = input
      }
    }

    private static func compare(_ steps: [Step], sourceLocation: SourceLocation = #_sourceLocation) async throws {
      try await EtcdServerProcess.run { (etcd) async throws in
        try await withServer { (server, _) async throws in
          var ours = Transcript(Etcdctl(port: server.port))
          var theirs = Transcript(Etcdctl(port: Int(etcd.port)))
          for step in steps {
            let (mine, other) = (try await ours.run(step), try await theirs.run(step))
            #expect(mine == other, "etcdctl \(step.arguments.joined(separator: " "))", sourceLocation: sourceLocation)
          }
        }
      }
    }

    @Test func `keys are put, read and deleted as in etcd, with every flag`() async throws {
      let sorts = ["CREATE", "KEY", "MODIFY", "VALUE", "VERSION"].flatMap { by in
        ["ASCEND", "DESCEND"].map { Step("get a --prefix --sort-by=\(by) --order=\($0)") }
      }
      try await Self.compare(
        [
          "get missing", "put a1 one", "put a2 two", "put a3 three", "put a2 zwei", "put b other", "put a1 uno --prev-kv", "get a1",
          "get a --prefix", "get a1 a3", "get a2 --from-key", "get '' --prefix", "get '' --from-key", "get a --prefix --limit=2",
          "get a --prefix --limit=2 -w json", "get a --prefix --keys-only", "get a --prefix --count-only", "get a1 --print-value-only",
          "get a --prefix --rev=3", "get a1 --rev=999", "get a1 --consistency=s", "get a1 -w json", "get a1 -w fields",
          "get a1 --hex", "put c v --ignore-value", "put c --ignore-value", "put a1 --ignore-value", "put a1 --ignore-lease x",
          "del a1", "del a1", "del a2 --prev-kv", "del a --prefix --prev-kv", "del b --from-key", "get '' --prefix -w json",
        ].map { Step($0) } + [Step("put k1 5"), Step("put k2 4")] + sorts)
    }

    @Test func `transactions compare and branch as in etcd`() async throws {
      try await Self.compare([
        Step("txn", input: "\nput x 1\nput y 2\n\n\n"), Step("get '' --prefix -w json"),
        Step("txn", input: "value(\"x\") = \"1\"\nversion(\"y\") > \"0\"\n\nput x 2\nget y\n\nput z 1\n\n"),
        Step("txn", input: "value(\"x\") = \"1\"\n\nput x 3\n\nget x\ndel y\n\n"),
        Step("txn -w json", input: "create(\"x\") = \"2\"\nmod(\"x\") < \"99\"\n\nget x\n\n\n"),
        Step("txn", input: "create(\"new\") = \"0\"\n\nput new 1\n\nput new 2\n\n"),
        Step("txn", input: "\nput d 1\nput d 2\n\n\n"), Step("txn", input: "\ndel '' --prefix\n\n\n"), Step("get '' --prefix -w json"),
        Step("txn", input: "value(\"nokey\") != \"1\"\n\nput n 1\n\nput n 2\n\n"),
      ])
    }

    @Test func `old revisions are watched and compacted as in etcd`() async throws {
      try await Self.compare([
        Step("put w 1"), Step("put w 2"), Step("put v 1"), Step("del w"), Step("put w 3"), Step("watch w --rev=1 --prev-kv", input: "5"),
        Step("watch w --rev=3", input: "3"), Step("watch '' --prefix --rev=2", input: "5"), Step("watch v z --rev=2", input: "3"),
        Step("compaction 4"), Step("compaction 4"), Step("compaction 99"), Step("get w --rev=3"), Step("get w --rev=4"),
        Step("watch w --rev=2"), Step("watch w --rev=4", input: "3"), Step("compaction 6 --physical"), Step("get '' --prefix -w json"),
      ])
    }

    @Test func `leases are granted, told of, kept alive and revoked as in etcd`() async throws {
      try await Self.compare([
        Step("lease grant 100"), Step("put k1 v --lease=@"), Step("lease timetolive @"), Step("lease timetolive @ --keys"),
        Step("put k2 v --lease=@"), Step("lease list"), Step("lease keep-alive --once @"), Step("get k1 -w fields"),
        Step("put k1 again"), Step("lease revoke @"), Step("lease revoke @"), Step("lease timetolive @"), Step("lease keep-alive --once @"),
        Step("get k --prefix -w json"), Step("lease list"), Step("put k3 v --lease=123"), Step("lease grant 1"),
        Step("lease grant 9000000001"),
      ])
    }

    @Test func `what looks after a member answers as etcd does`() async throws {
      try await Self.compare([
        Step("put a 1"), Step("endpoint health"), Step("alarm list"), Step("alarm disarm"), Step("defrag"), Step("user list"),
        Step("role list"), Step("user get nobody"), Step("role get none"), Step("user delete nobody"), Step("role delete none"),
        Step("auth disable"), Step("move-leader 1234"), Step("member remove 1234"), Step("member update 1234 --peer-urls=http://x:1"),
        Step("member promote 1234"), Step("get a"),
      ])
    }

    @Test func `locks and elections are taken and given up as in etcd`() async throws {
      try await Self.compare(
        [
          Step("lock name echo locked"), Step("lock name --ttl=5 echo again"), Step("get name --prefix --keys-only"),
          Step("elect -l name"), Step("get name --prefix"),
        ].filter { $0.arguments.first != "elect" })
      try await withServer { (server, _) async throws in
        let etcdctl = Etcdctl(port: server.port)
        async let winner = etcdctl("elect", "name", "first", limit: 3)
        try await etcdctl.waitUntil("get", "name", "--prefix") { $0.contains("first") }
        let observed = try await etcdctl("elect", "-l", "name", limit: 1)
        #expect(observed.output.contains("first"), "\(observed)")
        _ = try await winner
      }
    }

    @Test func `a mirror is made from etcd to a store and from a store to etcd`() async throws {
      try await EtcdServerProcess.run { (etcd) async throws in
        try await withServer { (server, _) async throws in
          let (ours, theirs) = (Etcdctl(port: server.port), Etcdctl(port: Int(etcd.port)))
          for (source, target, prefix) in [(ours, theirs, "out/"), (theirs, ours, "in/")] {
            for index in 0..<20 { try await source("put", "\(prefix)\(index)", "value \(index)") }
            async let mirror = source("make-mirror", "127.0.0.1:\(target.port)", "--prefix=\(prefix)", limit: 15)
            try await target.waitUntil("get", prefix, "--prefix", "--keys-only") { $0.split(separator: "\n").count == 20 }
            try await source("put", "\(prefix)later", "x")
            try await source("del", "\(prefix)0")
            try await target.waitUntil("get", "\(prefix)later") { $0.contains("x") }
            try await target.waitUntil("get", prefix, "--prefix", "--keys-only") { $0.split(separator: "\n").count == 20 }
            let (left, right) = (try await source("get", prefix, "--prefix"), try await target("get", prefix, "--prefix"))
            #expect(left.output == right.output)
            _ = try await mirror
          }
        }
      }
    }

    @Test func `a member says that it leads, how large it is and what its keys hash to`() async throws {
      try await withServer { (server, store) async throws in
        let etcdctl = Etcdctl(port: server.port)
        try await etcdctl("put", "a", "1")
        let status = try await etcdctl("endpoint", "status").output.split(separator: ", ").map(String.init)
        #expect(status.count >= 9, "\(status)")
        #expect(status[2] == EtcdServer.etcdVersion)
        #expect(status[4] == "true")
        let first = try await etcdctl("endpoint", "hashkv").output
        try await etcdctl("put", "a", "2")
        #expect(try await etcdctl("endpoint", "hashkv").output != first)
        #expect(try await etcdctl("endpoint", "hashkv", "--rev=2").output == first)
        #expect(try await etcdctl("member", "list").output.contains(", started, default, "))
        try await store.raiseAlarm(.noSpace)
        #expect(try await etcdctl("alarm", "list").output.hasSuffix("alarm:NOSPACE \n"))
        #expect(try await etcdctl("put", "b", "1").error.contains("etcdserver: mvcc: database space exceeded"))
        #expect(try await etcdctl("alarm", "disarm").output.contains("alarm:NOSPACE"))
        #expect(try await etcdctl("put", "b", "1").output == "OK\n")
      }
    }

    @Test func `a saved snapshot is restored with every revision`() async throws {
      let directory = try TemporaryDirectory()
      try await withServer { (server, store) async throws in
        let etcdctl = Etcdctl(port: server.port)
        for index in 0..<100 { try await store.put(Array("key \(index % 10)".utf8), Array("value \(index)".utf8)) }
        let file = directory.appending("snapshot")
        let saved = try await etcdctl("snapshot", "save", file)
        #expect(saved.status == 0, "\(saved.error)")
        let summary = try RevisionStore.restore(from: file, to: directory.appending("restored"))
        #expect(try summary.revision == store.revision())
        try await withStore(at: directory.appending("restored")) { restored in
          for revision in [Revision(2), 50, summary.revision] {
            let query = RangeQuery(.all)
            let (mine, theirs) = (
              try restored.range(RangeRequest(query, revision: revision)), try store.range(RangeRequest(query, revision: revision))
            )
            #expect(mine == theirs)
          }
        }
        var damaged = try Data(contentsOf: URL(fileURLWithPath: file))
        damaged[damaged.count - 1] ^= 1
        try damaged.write(to: URL(fileURLWithPath: file))
        #expect(throws: StoreError.self) { try RevisionStore.restore(from: file, to: directory.appending("other")) }
      }
    }

    @Test func `the keys of image streams are read and not written`() async throws {
      try await withServer { (server, store) async throws in
        let etcdctl = Etcdctl(port: server.port)
        #expect(try await etcdctl("del", "", "--from-key").output == "0\n")
        try await store.put(Array("isdb/tags/shop/web:latest".utf8), Array("x".utf8))
        #expect(try await etcdctl("get", "isdb/", "--prefix", "--print-value-only").output == "x\n")
        for arguments in [
          ["put", "isdb/x", "1"], ["del", "", "--from-key"], ["del", "isdb/tags/shop/web:latest"], ["del", "isd", "isdb0"],
        ] {
          let run = try await etcdctl.run(arguments)
          #expect(run.error.contains("etcdserver: permission denied"), "\(arguments)")
        }
        let transaction = try await etcdctl("txn", input: "\nput free 1\ndel isdb/ --prefix\n\n\n")
        #expect(transaction.error.contains("etcdserver: permission denied"))
        #expect(try await etcdctl("get", "", "--from-key", "--keys-only").output == "isdb/tags/shop/web:latest\n\n")
        #expect(try await etcdctl("put", "isdc", "1").output == "OK\n")
        #expect(try await etcdctl("del", "isdb0", "isdz").output == "1\n")
      }
      var open = EtcdServerConfiguration()
      open.allowsImageWrites = true
      try await withServer(open) { (server, _) async throws in
        #expect(try await Etcdctl(port: server.port)("put", "isdb/x", "1").output == "OK\n")
      }
    }
  }

  /// Runs steps on one server and remembers what later ones refer to.
  private struct Transcript {
    let etcdctl: Etcdctl
    private var lease = ""

    init(_ etcdctl: Etcdctl) { self.etcdctl = etcdctl }

    /// What the step printed, and its status, without what differs from server to server.
    mutating func run(_ step: EtcdctlTests.Step) async throws -> [String] {
      let arguments = step.arguments.map { $0.replacing("@", with: lease) }
      // A watch goes on for ever; what it reads is for how many lines it prints until it is ended.
      let isWatch = arguments.first == "watch" && !step.input.isEmpty
      let run = try await etcdctl.run(arguments, input: isWatch ? "" : step.input, limit: isWatch ? 2 : 30)
      if step.arguments.starts(with: ["lease", "grant"]), let id = run.output.split(separator: " ").dropFirst().first {
        lease = String(id)
      }
      return [isWatch ? "" : "status \(run.status)"] + normalized(run.output) + normalized(run.error)
    }

    private func normalized(_ text: String) -> [String] {
      text.split(separator: "\n").map { line in
        String(line).replacing(lease.isEmpty ? "\u{0}" : lease, with: "LEASE").replacing(etcdctl.endpoint, with: "ENDPOINT")
          .replacing(/"(cluster_id|member_id|raft_term)":\d+/) { "\"\($0.1)\":N" }
          .replacing(/"(ClusterID|MemberID|RaftTerm)" : \d+/) { "\"\($0.1)\" : N" }
          .replacing(/"ts":"[^"]*"/, with: "TS").replacing(/(endpoint:\/\/client-|etcd-endpoints:\/\/0x)[0-9a-f-]*/, with: "CLIENT")
          .replacing(/took = [0-9.µm]+s/, with: "took").replacing(/\/[0-9a-f]{10,16}/, with: "/KEY").replacing(
            /remaining\(\d+s\)/, with: "remaining(N)"
          ).replacing(/"lease":-?\d+/, with: "LEASE").replacing(
            /"Lease" : -?\d+/, with: "LEASE")
      }
    }
  }

  extension Etcdctl {
    fileprivate var endpoint: String { "127.0.0.1:\(port)" }

    /// Runs a command again and again until its output is as it should be.
    fileprivate func waitUntil(_ arguments: String..., is condition: (String) -> Bool) async throws {
      for _ in 0..<200 where !condition(try await run(arguments).output) {}
      let last = try await run(arguments).output
      #expect(condition(last), "etcdctl \(arguments) prints \(last)")
    }
  }
#endif
