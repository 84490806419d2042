internal import Foundation

/// A real etcd on this machine, with its own empty directory, for as long as a test needs it.
///
/// It is Debian's, unless a test asks for another release.
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

  /// What its only member is called.
  public static let name = "test"

  /// The loopback port that clients connect to.
  public let port: UInt16

  /// The program's release.
  public let version: Version

  /// Runs the body with a new server, started with further flags, ends its process afterwards and removes its directory.
  public static func run<Value>(
    _ release: EtcdRelease = .debian, _ flags: [String] = [], _ body: (EtcdServerProcess) async throws -> Value
  ) async throws -> Value {
    guard FileManager.default.isExecutableFile(atPath: release.server) else {
      throw ServerProcess.StartFailure(description: release.notice)
    }
    let version = try await version(of: release.server)
    let directory = try TemporaryDirectory()
    let (process, port) = try await start(release.server, flags, in: directory.path, version)
    // The directory goes with its last reference, which has to outlive the process.
    defer { withExtendedLifetime(directory) { process.end() } }
    return try await body(EtcdServerProcess(port: port, version: version))
  }

  /// Ports are guessed, since etcd cannot be told to pick its own; a guess that is taken ends the program at once.
  private static func start(
    _ program: String, _ flags: [String], in directory: String, _ version: Version
  ) async throws -> (ServerProcess, UInt16) {
    let maximumAttempts = 8
    var lastFailure: (any Error)?
    for attempt in 0..<maximumAttempts {
      // Below the range that systems give to outgoing connections.
      let port = UInt16.random(in: 10_000..<30_000) & ~1
      let client = "http://127.0.0.1:\(port)"
      let peer = "http://127.0.0.1:\(port + 1)"
      var arguments =
        [
          "--name", name, "--data-dir", "\(directory)/\(attempt)", "--listen-client-urls", client, "--advertise-client-urls", client,
          "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", "\(name)=\(peer)",
        ] + flags
      if version >= Version(3, 5, 0) { arguments.append("--unsafe-no-fsync") }
      do {
        return (try await ServerProcess.start(program, arguments, readyText: "ready to serve client requests"), port)
      } catch { lastFailure = error }
    }
    throw lastFailure ?? ServerProcess.StartFailure(description: "\(program) did not start")
  }

  private static func version(of program: String) async throws -> Version {
    let text = try await ProgramRun.of(program, ["--version"], limit: 20).output
    guard let version = Version(in: text) else {
      throw ServerProcess.StartFailure(description: "\(program) --version names no release: \(text.prefix(200))")
    }
    return version
  }
}
