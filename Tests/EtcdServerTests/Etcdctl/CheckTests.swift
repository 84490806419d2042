#if Network
  import Foundation
  import TestSupport
  import Testing

  /// etcdctl's own checks of a server, on a real etcd of its release and on a store that is served.
  @Suite(.serialized) struct CheckTests {
    /// A check takes a minute, which is fixed in the client: `ISDB_CHECK_PERF=s`, `m`, `l` or `xl` is the load to try.
    private static let load = ProcessInfo.processInfo.environment["ISDB_CHECK_PERF"]

    @Test(.enabled(if: load != nil, "it takes two minutes a release; ISDB_CHECK_PERF=s runs it"), arguments: EtcdRelease.all)
    func `a store passes the performance check that etcd passes`(_ release: EtcdRelease) async throws {
      let arguments = ["check", "perf", "--load=\(Self.load ?? "s")", "--auto-compact", "--auto-defrag"]
      try await withBoth(release) { (ours, theirs) async throws in
        // One after the other: it is a check of time.
        var runs = [try await ours.run(arguments, limit: 300)]
        runs.append(try await theirs.run(arguments, limit: 300))
        for run in runs { print(Self.verdicts(run).joined(separator: "\n")) }
        #expect(runs[0].status == runs[1].status)
        let verdicts = runs.map { Self.verdicts($0).map { $0.replacing(/[0-9.]+/, with: "N") } }
        #expect(verdicts[0] == verdicts[1])
        #expect(verdicts[0].last == "PASS")
      }
    }

    /// The lines behind the bar that grows.
    private static func verdicts(_ run: ProgramRun) -> [String] {
      run.output.split { $0.isNewline }.map(String.init).filter { $0.hasPrefix("PASS") || $0.hasPrefix("FAIL") }
    }

    @Test(arguments: EtcdRelease.all)
    func `keys that are too long for a store are refused in etcd's words, which ends the check of its scale`(
      _ release: EtcdRelease
    ) async throws {
      try await withBoth(release) { (ours, theirs) async throws in
        // Its keys have 536 bytes.
        let check = ["check", "datascale", "--load=s"]
        let (mine, other) = try await both({ try await ours.run(check) }, { try await theirs.run(check) })
        #expect(Self.verdicts(mine) == ["FAIL: too many errors", "FAIL: ERROR(etcdserver: request is too large) -> 10000"])
        #expect(Self.verdicts(other).first?.hasPrefix("PASS: Approximate system memory used") == true)
        let key = String(repeating: "k", count: 480)
        #expect(try await ours("put", key, "v").output == "OK\n")
        #expect(try await ours("put", key + "k", "v").error.contains("etcdserver: request is too large"))
      }
    }

    @Test(.enabled(if: EtcdRelease.pypi.isExpected, "\(EtcdRelease.pypi.notice)"))
    func `tools for etcd's files say of a store's snapshot that it is none`() async throws {
      let directory = try TemporaryDirectory()
      try await withBoth(.pypi) { (ours, theirs) async throws in
        let (mine, other) = (directory.appending("ours"), directory.appending("theirs"))
        try await ours("snapshot", "save", mine)
        try await theirs("snapshot", "save", other)
        let tool = URL(fileURLWithPath: EtcdRelease.pypi.client).deletingLastPathComponent().appendingPathComponent("etcdutl").path
        for program in [EtcdRelease.pypi.client, tool] {
          #expect(try await ProgramRun.of(program, ["snapshot", "status", other]).status == 0)
          let run = try await ProgramRun.of(program, ["snapshot", "status", mine])
          #expect(run.status != 0)
          #expect(run.error.hasSuffix("Error: invalid database\n"), "\(run.error)")
        }
      }
    }
  }
#endif
