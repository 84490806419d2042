#if Network
  import Foundation
  import TestSupport

  /// etcd's own command line, pointed at one server.
  struct Etcdctl {
    static let program = ProcessInfo.processInfo.environment["ISDB_ETCDCTL"] ?? "/usr/bin/etcdctl"
    static let notice = "\(program) is not here; install the package etcd-client, or name another with ISDB_ETCDCTL"

    static var isExpected: Bool {
      FileManager.default.isExecutableFile(atPath: program) || ProcessInfo.processInfo.environment["CI"] == "true"
    }

    let port: Int
    var flags: [String] = []

    init(port: Int) { self.port = port }

    /// Runs to the end, or to the end of `limit` seconds.
    @discardableResult
    func callAsFunction(_ arguments: String..., input: String = "", limit: Int = 30) async throws -> ProgramRun {
      try await run(arguments, input: input, limit: limit)
    }

    func run(_ arguments: [String], input: String = "", limit: Int = 30) async throws -> ProgramRun {
      try await ProgramRun.of(
        Self.program, ["--endpoints=127.0.0.1:\(port)", "--dial-timeout=5s", "--command-timeout=20s"] + flags + arguments,
        environment: ["ETCDCTL_API": "3"], input: input, limit: limit)
    }
  }
#endif
