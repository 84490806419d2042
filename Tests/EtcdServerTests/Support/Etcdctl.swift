#if Network
  import Foundation
  import TestSupport
  import Testing

  /// etcd's own command line, pointed at one server.
  struct Etcdctl: Sendable {
    let program: String
    let port: Int
    var flags: [String] = []

    init(_ release: EtcdRelease = .debian, port: Int) {
      program = release.client
      self.port = port
    }

    var endpoint: String { "127.0.0.1:\(port)" }

    /// Starts without waiting; ended after `limit` seconds.
    func start(_ arguments: [String], limit: Int = 30) throws -> RunningProgram {
      let variables = ProcessInfo.processInfo.environment.merging(["ETCDCTL_API": "3"]) { $1 }
      let common = ["--endpoints=\(endpoint)", "--dial-timeout=5s", "--command-timeout=20s"]
      return try RunningProgram(program, common + flags + arguments, environment: variables, limit: limit)
    }

    /// Runs to the end, or to the end of `limit` seconds.
    @discardableResult
    func callAsFunction(_ arguments: String..., input: String = "", limit: Int = 30) async throws -> ProgramRun {
      try await run(arguments, input: input, limit: limit)
    }

    @discardableResult
    func run(_ arguments: [String], input: String = "", limit: Int = 30) async throws -> ProgramRun {
      let program = try start(arguments, limit: limit)
      return await program.finish(input: input)
    }

    /// Runs a command again and again until its output is as it should be.
    func waitUntil(
      _ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation, is condition: (String) -> Bool
    ) async throws {
      var last = ""
      for _ in 0..<500 {
        last = try await run(arguments).output
        if condition(last) { return }
      }
      Issue.record("etcdctl \(arguments) prints \(last)", sourceLocation: sourceLocation)
    }

    /// Waits until the server, ours or a real one, has that many watches.
    func waitForWatches(_ count: Int) async throws {
      for _ in 0..<500 {
        let page = try await ProgramRun.of("/usr/bin/curl", ["-s", "http://\(endpoint)/metrics"], limit: 20).output
        if page.contains("\netcd_debugging_mvcc_watcher_total \(count)\n") { return }
      }
      Issue.record("\(endpoint) has no \(count) watches")
    }
  }

  extension EtcdRelease {
    /// Ends the test case when the programs are not here.
    func requirePrograms() throws { if !isExpected { try Test.cancel("\(notice)") } }
  }
#endif
