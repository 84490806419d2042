public import MVCC

/// How a server listens and what it bears. Names of etcd's flags stand where the meaning is the same.
public struct EtcdServerConfiguration: Sendable {
  /// The address to listen on.
  public var host = "127.0.0.1"

  /// The port; 0 for any that is free. etcd's is 2379.
  public var port = 2379

  /// Further addresses for clients (`--listen-client-urls`), under the same rules.
  public var otherAddresses: [ListenAddress] = []

  /// Where `/metrics`, `/health` and the other probes answer besides, without TLS and without calls (`--listen-metrics-urls`): for collectors that
  /// have no certificate.
  public var probeAddresses: [ListenAddress] = []

  /// What the server calls itself (`--name`).
  public var name = "default"

  /// Where clients reach it, as members are listed (`--advertise-client-urls`); empty for the address it listens on.
  public var advertisedClientURLs: [String] = []

  /// Whether it may listen beyond this machine although it has no certificate: whoever reaches it can then read and write everything.
  public var allowsPlaintextBeyondLoopback = false

  /// The server's certificate with those that vouch for it, in a PEM file (`--cert-file`).
  public var certificateFile: String?

  /// Its private key, in a PEM file (`--key-file`).
  public var keyFile: String?

  /// Whose clients are let in, in a PEM file (`--trusted-ca-file` with `--client-cert-auth`); nil lets in all.
  public var clientAuthorityFile: String?

  /// How often the files of the certificate are looked at; connections that begin after a change see the new ones.
  public var certificateInterval = Duration.seconds(5)

  /// Whether the keys of image streams may be written like any others.
  public var allowsImageWrites = false

  /// How often a watch that asked for it is told how far it is (`--watch-progress-notify-interval`).
  public var progressInterval = Duration.seconds(600)

  /// The largest message that a client may send: etcd's limit on requests and 512 KiB (`--max-request-bytes`).
  public var maximumRequestBytes = 1_572_864 + (512 << 10)

  /// Connections at one time; further ones are closed at once.
  public var maximumConnections = 10_000

  /// Calls at one time on one connection (`--max-concurrent-streams`).
  public var maximumConcurrentStreams = 100_000

  /// What may wait to be sent on one streaming call; a watch beyond it is read from the store again once its client has caught up.
  public var maximumOutstandingBytes = 512 << 10

  /// The least time between a client's pings (`--grpc-keepalive-min-time`).
  public var minimumPingInterval = Duration.seconds(5)

  /// After how much silence a client is asked whether it is there (`--grpc-keepalive-interval`).
  public var keepaliveInterval = Duration.seconds(7200)

  /// How long it then has to answer (`--grpc-keepalive-timeout`).
  public var keepaliveTimeout = Duration.seconds(20)

  /// How long calls may go on after the server was asked to end.
  public var shutdownPatience = Duration.seconds(5)

  /// Whether it also looks after the store, as `isdb keep` does: without a keeper no lease ends.
  public var keepsStore = true

  /// How it does that. A store of image streams has more duties than those of its keys: `KeeperPolicy.images`.
  public var keeperPolicy = KeeperPolicy()

  /// Whether it compacts the store as well; nil leaves that to clients and to the store's own policies.
  public var autoCompaction: AutoCompaction?

  /// How much the server counts about itself (`--metrics`).
  public var metricsLevel = MetricsLevel.basic

  /// The defaults.
  public init() {}

  /// How much a server counts about itself.
  public enum MetricsLevel: String, Sendable, CaseIterable {
    /// Calls, messages, operations, watches, leases and sizes.
    case basic
    /// How long the calls of each method took as well, in histograms.
    case extensive
  }
}

/// An address to listen on.
public struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
  /// A name or number, such as `127.0.0.1` or `::1`.
  public var host: String

  /// The port; 0 for any that is free.
  public var port: Int

  /// The address.
  public init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// As it stands in a URL.
  public var description: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }
}
