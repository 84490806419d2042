#if Network
  /// What one server bears.
  package struct TransportLimits: Hashable, Sendable {
    /// The largest message that a client may send; etcd's limit on requests and 512 KiB.
    package var maximumRequestBytes = 1_572_864 + (512 << 10)

    /// Connections at one time; further ones are closed at once.
    package var maximumConnections = 10_000

    /// Calls at one time on one connection (etcd's `--max-concurrent-streams`).
    package var maximumConcurrentStreams = 100_000

    /// What may wait to be sent on one streaming call before its handler is to hold back.
    package var maximumOutstandingBytes = 512 << 10

    /// What a client may send on one stream before the server has taken it in.
    package var windowBytes = 1 << 20

    /// The same for a whole connection.
    package var connectionWindowBytes = 4 << 20

    /// How long a new connection may take to say what it speaks, with its TLS handshake.
    package var handshakeTimeout = Duration.seconds(20)

    /// Pings.
    package var keepalive = KeepaliveLimits()

    /// The defaults.
    package init() {}
  }
#endif
