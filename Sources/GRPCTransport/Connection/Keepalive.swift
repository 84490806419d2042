#if Network
  // Invariants:
  //   strikes is 0 after anything was sent

  /// How often clients may ask whether the server is there, and how often the server asks them.
  package struct KeepaliveLimits: Hashable, Sendable {
    /// The least time between a client's pings while it has calls open (etcd's `--grpc-keepalive-min-time`).
    package var minimumPingInterval = Duration.seconds(5)

    /// After how much silence the server asks (etcd's `--grpc-keepalive-interval`).
    package var idleInterval = Duration.seconds(7200)

    /// How long it then waits for an answer before it closes the connection (etcd's `--grpc-keepalive-timeout`).
    package var timeout = Duration.seconds(20)

    /// etcd's defaults.
    package init() {}
  }

  /// Counts the pings that come too early. Clients also ping to measure the bandwidth, each time after they were sent something: those are free.
  struct PingPolicy {
    /// grpc-go's `maxPingStrikes`.
    static let maximumStrikes = 2

    /// The least time between pings without calls: grpc-go's `defaultPingTimeout`.
    static let idleInterval = Duration.seconds(7200)

    let minimumInterval: Duration
    private var strikes = 0
    private var lastPing: ContinuousClock.Instant?
    private var hasSent = false

    init(minimumInterval: Duration) { self.minimumInterval = minimumInterval }

    /// Notes that something was sent, which a client may answer with a ping.
    mutating func noteSent() { hasSent = true }

    /// Whether the connection may go on after this ping.
    mutating func allowsPing(at now: ContinuousClock.Instant, hasCalls: Bool) -> Bool {
      defer { lastPing = now }
      if hasSent {
        hasSent = false
        strikes = 0
        return true
      }
      let interval = hasCalls ? minimumInterval : Self.idleInterval
      if let lastPing, now - lastPing < interval { strikes += 1 }
      return strikes <= Self.maximumStrikes
    }
  }
#endif
