import MVCC

/// The command line of etcd, as scripts that start etcd have it.
enum EtcdFlags {
  /// Why `isdb serve` has no such flag.
  private enum Reason: String, CaseIterable {
    case peers = "is about other members, of which a store has none"
    case raft = "is about raft and its log, which a store does not have"
    case dataFile = "is about etcd's data file; a store's is tuned by itself"
    case secondVersion = "is about etcd's second version or its proxy"
    case users = "is about users, roles and their tokens, which are not there; clients can be kept out with --client-cert-auth"
    case certificates = "is not there; --cert-file, --key-file, --client-cert-auth and --trusted-ca-file are"
    case logs = "is not there; logs go to standard error, with --log-level and --log-format"
    case watching = "is not there; --metrics, --listen-metrics-urls and the log are"
    case sockets = "is not there; an address can be listened on again at once, and by one process alone"
    case browsers = "is about the JSON gateway, which is not there"
    case checking = "is about checks that a store does by itself, or with isdb check"

    var names: [String] {
      switch self {
      case .peers:
        [
          "initial-advertise-peer-urls", "initial-cluster", "initial-cluster-state", "initial-cluster-token", "listen-peer-urls",
          "discovery",
          "discovery-fallback", "discovery-proxy", "discovery-srv", "discovery-srv-name", "strict-reconfig-check", "peer-cert-file",
          "peer-key-file", "peer-client-cert-auth", "peer-trusted-ca-file", "peer-cert-allowed-cn", "peer-cert-allowed-hostname",
          "peer-auto-tls", "peer-crl-file", "experimental-peer-skip-client-san-verification", "force-new-cluster",
        ]
      case .raft:
        [
          "snapshot-count", "heartbeat-interval", "election-timeout", "initial-election-tick-advance", "pre-vote", "max-snapshots",
          "max-wals", "wal-dir", "unsafe-no-fsync", "experimental-snapshot-catchup-entries",
        ]
      case .dataFile:
        [
          "backend-bbolt-freelist-type", "backend-batch-interval", "backend-batch-limit", "experimental-backend-bbolt-freelist-type",
          "experimental-compaction-batch-limit", "experimental-compaction-sleep-interval", "compaction-batch-limit",
          "experimental-bootstrap-defrag-threshold-megabytes", "experimental-txn-mode-write-with-shared-buffer",
          "experimental-enable-lease-checkpoint", "experimental-memory-mlock",
        ]
      case .secondVersion:
        [
          "enable-v2", "v2-deprecation", "experimental-enable-v2v3", "proxy", "proxy-failure-wait", "proxy-refresh-interval",
          "proxy-dial-timeout", "proxy-write-timeout", "proxy-read-timeout",
        ]
      case .users: ["auth-token", "bcrypt-cost", "auth-token-ttl"]
      case .certificates:
        [
          "client-crl-file", "client-cert-allowed-hostname", "auto-tls", "self-signed-cert-validity", "cipher-suites", "tls-min-version",
          "tls-max-version",
        ]
      case .logs: ["logger", "log-outputs", "enable-log-rotation", "log-rotation-config-json", "debug", "log-package-levels"]
      case .watching:
        [
          "enable-pprof", "experimental-warning-apply-duration", "experimental-warning-unary-request-duration",
          "experimental-enable-distributed-tracing", "experimental-distributed-tracing-address",
          "experimental-distributed-tracing-service-name", "experimental-distributed-tracing-instance-id",
        ]
      case .sockets: ["socket-reuse-address", "socket-reuse-port"]
      case .browsers: ["cors", "host-whitelist", "enable-grpc-gateway"]
      case .checking:
        ["experimental-initial-corrupt-check", "experimental-corrupt-check-time", "experimental-compact-hash-check-enabled"]
      }
    }
  }

  private static let reasons = Dictionary(
    uniqueKeysWithValues: Reason.allCases.flatMap { reason in reason.names.map { ($0, reason) } })

  /// Why there is no such flag, if it is one of etcd's.
  static func reason(_ name: String) -> String? { reasons[name]?.rawValue }

  /// The arguments of `isdb`, with etcd's way to set a switch brought into ours: `--client-cert-auth=true`.
  ///
  /// - Throws: `StoreError` with code `invalidArgument` for a flag of etcd that has no meaning here.
  static func normalized(_ arguments: [String]) throws -> [String] {
    guard arguments.first == "serve" else { return arguments }
    return try arguments.compactMap { argument in
      guard argument.hasPrefix("--") else { return argument }
      let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      if let reason = reason(parts[0]) { throw StoreError(.invalidArgument, "etcd's --\(parts[0]) \(reason); leave it out") }
      guard parts.count == 2, ServeOptions.switches.contains(parts[0]) else { return argument }
      switch parts[1] {
      case "true": return "--\(parts[0])"
      case "false": return nil
      default: throw StoreError(.invalidArgument, "--\(parts[0]) is \"\(parts[1])\"; give true or false, or the flag alone")
      }
    }
  }
}
