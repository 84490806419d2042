#if Network
  import TestSupport
  import Testing

  /// etcdctl's mirrors between a real etcd of its release and a store that is served.
  @Suite(.serialized) struct MirrorTests {
    @Test(arguments: EtcdRelease.all)
    func `a mirror is made from etcd to a store and from a store to etcd`(_ release: EtcdRelease) async throws {
      try await withBoth(release) { (ours, theirs) async throws in
        _ = try await both({ try await Self.mirror(ours, theirs, "out") }, { try await Self.mirror(theirs, ours, "in") })
      }
    }

    private static func mirror(_ source: Etcdctl, _ target: Etcdctl, _ name: String) async throws {
      try await mirror(source, target, prefix: "\(name)/", mirrored: "\(name)/")
      let moved = "there/\(name)/"
      try await mirror(source, target, prefix: "\(name)-moved/", mirrored: moved, flags: ["--dest-prefix=\(moved)"])
      let bare = "bare-\(name)-"
      try await mirror(source, target, prefix: "\(name)-bare/", mirrored: bare, key: bare, flags: ["--no-dest-prefix"])
    }

    /// - Parameters:
    ///   - mirrored: the prefix of the keys in the target.
    ///   - key: what stands between the prefix in the source and the number.
    private static func mirror(
      _ source: Etcdctl, _ target: Etcdctl, prefix: String, mirrored: String, key: String = "", flags: [String] = []
    ) async throws {
      for index in 0..<10 { try await source.run(["put", "\(prefix)\(key)\(index)", "value \(index)"]) }
      let mirror = try source.start(["make-mirror", target.endpoint, "--prefix=\(prefix)"] + flags)
      try await target.waitUntil("get", mirrored, "--prefix", "--keys-only") { $0.split(separator: "\n").count == 10 }
      for command in [["put", "\(prefix)\(key)later", "x"], ["put", "\(prefix)\(key)1", "changed"], ["del", "\(prefix)\(key)0"]] {
        try await source.run(command)
      }
      let transaction = try await source("txn", input: "\nput \(prefix)\(key)2 t\ndel \(prefix)\(key)3\nput \(prefix)\(key)end y\n\n\n")
      #expect(transaction.status == 0, "\(transaction.error)")
      try await target.waitUntil("get", "\(mirrored)end") { $0.contains("y") }
      let left = try await source("get", prefix, "--prefix").output.replacing(prefix + key, with: mirrored)
      let right = try await target("get", mirrored, "--prefix").output
      #expect(left == right && left.split(separator: "\n").count == 20)
      _ = await mirror.interrupted()
    }
  }
#endif
