#if Network
  import TestSupport
  import Testing

  /// What looks after members, on a real etcd of etcdctl's release and on a store that is served; sizes, hashes, times and ids are compared by shape.
  @Suite(.serialized) struct MaintenanceComparisonTests {
    @Test(arguments: EtcdRelease.all)
    func `a member tells of its health, status and hash, and is defragmented, as in etcd`(_ release: EtcdRelease) async throws {
      let forms = ["simple", "json", "fields"]
      try await compare(
        release,
        ["version", "put a 1", "put a 2", "put b 1"]
          + ["endpoint health", "endpoint status", "endpoint hashkv"].flatMap { command in
            forms.flatMap { [Step("\(command) -w \($0)"), Step("\(command) --cluster -w \($0)")] }
          }
          + [
            "endpoint hashkv --rev=3 -w json", "endpoint hashkv --rev=99", "compaction 3", "endpoint hashkv --rev=2",
            "endpoint hashkv -w json", "defrag", "defrag --cluster", "defrag -w json", "get a", "get b -w json",
          ])
    }

    @Test(arguments: EtcdRelease.all)
    func `alarms, members and leaders are answered as in etcd`(_ release: EtcdRelease) async throws {
      // Without an alarm etcd 3.4 answers without a header.
      try await compare(
        release,
        [
          "alarm list", release == .debian ? "alarm list" : "alarm list -w json", "alarm disarm", "alarm disarm -w json", "member list",
          "member list -w json",
          "member list -w fields", "move-leader 1234", "move-leader x", "move-leader", "member remove 1234", "member remove x",
          "member update 1234 --peer-urls=http://127.0.0.1:1", "member update 1234 --peer-urls=abc", "member update 1234",
          "member promote 1234", "member add", "member add x", "member add x --peer-urls=abc", "member add x --peer-urls=http://127.0.0.1",
          "get a",
        ])
      try await withBoth(release) { (ours, theirs) async throws in
        for etcdctl in [ours, theirs] {
          let member = String(try await etcdctl("member", "list").output.prefix { $0 != "," })
          #expect(try await etcdctl("member", "remove", member).error.contains("re-configuration failed due to not enough started members"))
          #expect(try await etcdctl("member", "promote", member).error.contains("can only promote a learner member"))
          #expect(try await etcdctl("move-leader", member).output == "Leadership transferred from \(member) to \(member)\n")
          let address = "http://127.0.0.1:12380"
          let update = try await etcdctl("member", "update", member, "--peer-urls=\(address)")
          // It fills numbers below 16 digits up with blanks.
          #expect(update.output.hasPrefix("Member "), "\(update.error)")
          #expect(update.output.contains("\(member) updated in cluster "), "\(update.output)")
          #expect(try await etcdctl("member", "list").output.contains(", \(address), "))
        }
      }
    }

    @Test(arguments: EtcdRelease.all)
    func `users and roles are answered as in an etcd that has none`(_ release: EtcdRelease) async throws {
      try await compare(
        release,
        [
          "auth status", "auth status -w json", "auth enable", "auth disable", "auth disable -w json", "user list", "user list -w json",
          "role list", "role list -w json", "user get nobody", "user get nobody -w json", "user delete nobody",
          Step("user passwd nobody --interactive=false", input: "secret\n"), "user grant-role nobody nothing",
          "user revoke-role nobody nothing", "user add --no-password ''", "user add :secret", "role get none", "role get none -w json",
          "role delete none", "role add ''", "role grant-permission none read k", "role grant-permission none bad k",
          "role revoke-permission none k", "--user=root:secret get a", "put a 1", "get a",
        ])
    }

    @Test(arguments: EtcdRelease.all)
    func `a snapshot is saved as from etcd`(_ release: EtcdRelease) async throws {
      try await compare(
        release,
        [
          "put a 1", "put b 2", "snapshot save", "snapshot save DIR/snapshot", "snapshot save DIR/again -w json",
          "snapshot save /nonexistent/snapshot", "snapshot status /nonexistent/snapshot", "get a",
        ])
    }
  }
#endif
