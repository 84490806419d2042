#if Network
  import TestSupport
  import Testing

  /// etcdctl's locks and elections on a real etcd of its release and on a store that is served.
  @Suite(.serialized) struct SessionComparisonTests {
    @Test(arguments: EtcdRelease.all)
    func `locks are taken, waited for and given up as in etcd`(_ release: EtcdRelease) async throws {
      try await compare(
        release,
        [
          "lock name echo locked", "lock name --ttl=5 echo again", "lock name false", "lock", "lock name --ttl=x",
          "get name --prefix --keys-only",
          // Who has the lock shows its key; who comes second waits, and gets it when the first goes.
          .going("lock name", .lines(1), .command("get name --prefix"), .command("lock other echo free")),
          "get name --prefix --keys-only", "lease list",
        ])
      try await withBoth(release) { (ours, theirs) async throws in
        _ = try await both({ try await Self.waitForLock(ours) }, { try await Self.waitForLock(theirs) })
      }
    }

    private static func waitForLock(_ etcdctl: Etcdctl) async throws {
      let first = try etcdctl.start(["lock", "name"])
      await first.wait { output, _ in output.contains("name/") }
      let second = try etcdctl.start(["lock", "name", "echo", "mine"])
      try await etcdctl.waitUntil("get", "name", "--prefix", "--keys-only") { $0.split(separator: "\n").count == 2 }
      #expect(second.output.isEmpty)
      first.interrupt()
      let run = await second.finish()
      #expect(run.output == "mine\n", "\(run.error)")
      #expect(run.status == 0)
      _ = await first.finish()
      #expect(try await etcdctl("get", "name", "--prefix", "--keys-only").output.isEmpty)
    }

    @Test(arguments: EtcdRelease.all)
    func `elections are won, heard of and passed on as in etcd`(_ release: EtcdRelease) async throws {
      try await compare(
        release,
        [
          "elect", "elect -l", "elect a b c",
          .going("elect name first", .text("first"), .command("get name --prefix")), "get name --prefix --keys-only", "lease list",
        ])
      try await withBoth(release) { (ours, theirs) async throws in
        let (mine, other) = try await both({ try await Self.passOn(ours) }, { try await Self.passOn(theirs) })
        #expect(mine == other)
        #expect(other == ["first", "first", "second", "second"])
      }
    }

    /// What the winners and a listener hear, without keys.
    private static func passOn(_ etcdctl: Etcdctl) async throws -> [String] {
      let first = try etcdctl.start(["elect", "name", "first"])
      await first.wait { output, _ in output.contains("first\n") }
      let listener = try etcdctl.start(["elect", "-l", "name"])
      await listener.wait { output, _ in output.contains("first\n") }
      let second = try etcdctl.start(["elect", "name", "second"])
      try await etcdctl.waitUntil("get", "name", "--prefix") { $0.contains("second\n") }
      #expect(second.output.isEmpty)
      first.interrupt()
      await second.wait { output, _ in output.contains("second\n") }
      await listener.wait { output, _ in output.contains("second\n") }
      let heard = await [first.finish(), listener.interrupted(), second.interrupted()].flatMap { $0.output.split(separator: "\n") }
      #expect(heard.count == 8 && heard.enumerated().allSatisfy { ($0 % 2 == 0) == $1.hasPrefix("name/") }, "\(heard)")
      return heard.enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
    }
  }
#endif
