#if Network
  import EtcdServer
  import TestSupport
  import Testing

  /// etcdctl's watches on a real etcd of its release and on a store that is served. Each ends with an event that the test makes when the others are
  /// there: whatever came too often or too late would stand before it.
  @Suite(.serialized) struct WatchComparisonTests {
    @Test(arguments: EtcdRelease.all)
    func `old revisions are watched, with previous values and over ranges, as in etcd`(_ release: EtcdRelease) async throws {
      try await compare(
        release,
        [
          "put w 1", "put w 2", "put v 1", "del w", "put w 3", "put v 2", "put u 1",
          .going("watch w --rev=1 --prev-kv", .lines(14), .command("put w a-end"), .text("a-end")),
          .going("watch w --rev=3", .lines(8), .command("put w b-end"), .text("b-end")),
          .going("watch w", .watches(1), .command("put v not-seen"), .command("put w c-end"), .text("c-end")),
          .going("watch '' --prefix --rev=2", .lines(20), .command("put last d-end"), .text("d-end")),
          .going("watch v x --rev=2", .lines(18), .command("put x not-seen"), .command("put v e-end"), .text("e-end")),
          .going("watch v --from-key --rev=4 -w json", .lines(1), .command("put zz f-end"), .text("Zi1lbmQ=")),
          .going("watch w --rev=2 -w fields", .lines(20), .command("put w g-end"), .text("\"g-end\"\n\"Lease\" : 0\n")),
          .going("watch w --rev=19", .watches(1), .command("put w not-yet"), .command("put w i-end"), .text("i-end")),
          .going("watch w --rev=5 -- echo ran", .lines(12), .command("put w h-end"), .text("h-end\nran\n")),
        ])
    }

    @Test(arguments: EtcdRelease.all)
    func `a compaction ends watches of what it removed, as in etcd`(_ release: EtcdRelease) async throws {
      try await compare(
        release,
        [
          "put w 1", "put w 2", "put v 1", "del w", "put w 3", "compaction 4", "compaction 4", "compaction 99", "compaction 0",
          "compaction x", "compaction", "get w --rev=3", "get w --rev=4", "watch w --rev=2", "watch '' --prefix --rev=3 --prev-kv",
          .going("watch w --rev=4", .lines(5), .command("put w a-end"), .text("a-end")), "compaction 7 --physical",
          "get '' --prefix -w json", "compaction 7",
        ])
    }

    @Test(arguments: EtcdRelease.all)
    func `watches are added and asked for their progress in interactive mode as in etcd`(_ release: EtcdRelease) async throws {
      try await compare(
        release,
        [
          "put a 1", "put b 1", "put a 2",
          .going(
            "watch -i", .input("watch a --rev=1\n"), .lines(6), .input("watch b c --rev=2 --prev-kv\n"), .lines(9),
            .input("unknown\nwatch\n"),
            .text("command type or key"), .command("put b 2"), .lines(14), .command("del a"), .lines(17), .input("progress\n"),
            .lines(19), .command("put a a-end"), .text("a-end")),
          .going("watch -i", .input("watch a --rev=4 -- echo ran\n"), .lines(2), .command("put a b-end"), .text("b-end\nran\n")),
        ])
    }

    @Test(arguments: EtcdRelease.all)
    func `a silent watch is told how far it is as by etcd`(_ release: EtcdRelease) async throws {
      var configuration = EtcdServerConfiguration()
      configuration.progressInterval = .milliseconds(200)
      try await compare(
        release, flags: ["--experimental-watch-progress-notify-interval=200ms"], configuration: configuration,
        ["put a 1", "put other 1", .repeating("watch a --progress-notify --rev=2", .text("progress notify: 3"))])
    }
  }
#endif
