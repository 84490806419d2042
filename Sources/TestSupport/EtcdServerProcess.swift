internal import Foundation

/// A real etcd on this machine, with its own empty directory, for as long as a test needs it.
///
/// It is Debian's, unless `ISDB_ETCD` names another program. Tests that need it say `.enabled(if: EtcdServerProcess.isExpected,
/// "\(EtcdServerProcess.notice)")`: without the program they are skipped, except where `CI` is `true`, where its absence is a failure.
public struct EtcdServerProcess: Sendable {
  /// A release of etcd.
  public struct Version: Comparable, Sendable, CustomStringConvertible {
    /// Major, minor and patch number.
    public let numbers: [Int]

    /// The release of that number.
    public init(_ major: Int, _ minor: Int, _ patch: Int) { numbers = [major, minor, patch] }

    /// The first three numbers after `etcd Version:` in a text; nil when they are not there.
    init?(in text: String) {
      guard let match = text.firstMatch(of: /etcd Version: (\d+)\.(\d+)\.(\d+)/) else { return nil }
      numbers = [match.1, match.2, match.3].compactMap { Int($0) }
    }

    public static func < (left: Version, right: Version) -> Bool { left.numbers.lexicographicallyPrecedes(right.numbers) }

    public var description: String { numbers.map(String.init).joined(separator: ".") }
  }

  private static var environment: [String: String] { ProcessInfo.processInfo.environment }

  private static var program: String { environment["ISDB_ETCD"] ?? "/usr/bin/etcd" }

  /// What a skipped test says.
  public static var notice: String { "\(program) is not here; install the package etcd-server, or name another with ISDB_ETCD" }

  /// Whether tests with etcd are to run.
  public static var isExpected: Bool { FileManager.default.isExecutableFile(atPath: program) || environment["CI"] == "true" }

  /// The loopback port that clients connect to.
  public let port: UInt16

  /// The program's release.
  public let version: Version

  /// Runs the body with a new server, ends its process afterwards and removes its directory.
  public static func run<Value>(_ body: (EtcdServerProcess) async throws -> Value) async throws -> Value {
    guard FileManager.default.isExecutableFile(atPath: program) else { throw ServerProcess.StartFailure(description: notice) }
    let version = try releaseOfProgram()
    let directory = try TemporaryDirectory()
    let (process, port) = try await start(in: directory.path, version)
    // The directory goes with its last reference, which has to outlive the process.
    defer { withExtendedLifetime(directory) { process.end() } }
    return try await body(EtcdServerProcess(port: port, version: version))
  }

  /// Ports are guessed, since etcd cannot be told to pick its own; a guess that is taken ends the program at once.
  private static func start(in directory: String, _ version: Version) async throws -> (ServerProcess, UInt16) {
    let maximumAttempts = 8
    var lastFailure: (any Error)?
    for attempt in 0..<maximumAttempts {
      // Below the range that systems give to outgoing connections.
      let port = UInt16.random(in: 10_000..<30_000) & ~1
      let client = "http://127.0.0.1:\(port)"
      let peer = "http://127.0.0.1:\(port + 1)"
      var arguments = [
        "--name", "test", "--data-dir", "\(directory)/\(attempt)", "--listen-client-urls", client, "--advertise-client-urls", client,
        "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", "test=\(peer)",
      ]
      if version >= Version(3, 5, 0) { arguments.append("--unsafe-no-fsync") }
      do {
        return (try await ServerProcess.start(program, arguments, readyText: "ready to serve client requests"), port)
      } catch { lastFailure = error }
    }
    throw lastFailure ?? ServerProcess.StartFailure(description: "\(program) did not start")
  }

  private static func releaseOfProgram() throws -> Version {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = ["--version"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard let version = Version(in: text) else {
      throw ServerProcess.StartFailure(description: "\(program) --version names no release: \(text.prefix(200))")
    }
    return version
  }
}
