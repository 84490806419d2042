#if Network
  public import CoreMetrics
  internal import GRPCTransport
  public import Logging
  public import MVCC
  internal import Synchronization

  /// Serves a store to etcd's clients: a single member of etcd, version 3, on one port.
  ///
  /// ```swift
  /// let server = try await EtcdServer.start(store.keyValues)
  /// print("listening on port \(server.port)")
  /// try await server.run()
  /// ```
  ///
  /// The store stays its owner's, who may go on to use it in any way and closes it after the server has ended.
  public final class EtcdServer: Sendable {
    /// The version of etcd whose behaviour clients find: Kubernetes asks for progress of watches from this one on.
    public static let etcdVersion = "3.6.11"

    /// The version that the cluster of this one member is said to have.
    static let clusterVersion = "3.6"

    private let core: ServerCore
    private let transport: GRPCServer
    private let certificates: ServerCertificates?
    private let logger: Logger

    private init(_ core: ServerCore, _ transport: GRPCServer, _ certificates: ServerCertificates?, _ logger: Logger) {
      self.core = core
      self.certificates = certificates
      self.transport = transport
      self.logger = logger
    }

    /// Starts to serve a store; calls are answered when this returns, at any size of the store.
    ///
    /// - Parameter metrics: where the server's counts go besides its page `/metrics`; nil for swift-metrics' system of the whole process, if there is
    ///   one by now.
    /// - Throws: `StoreError` with code `invalidArgument` for a configuration that is not safe or names files that cannot be used, `unavailable` when
    ///   the address cannot be had.
    public static func start(
      _ store: RevisionStore, configuration: EtcdServerConfiguration = EtcdServerConfiguration(),
      logger: Logger = Logger(label: "isdb.etcd"), metrics: (any MetricsFactory)? = nil
    ) async throws -> EtcdServer {
      try configuration.requireSafety()
      let certificates = try configuration.certificates()
      let core = try ServerCore(store, configuration, metrics: metrics ?? MetricsSystem.factory)
      let probes = Probes(core: core)
      let transport: GRPCServer
      do {
        transport = try await GRPCServer.start(
          host: configuration.host, port: configuration.port, services: core.services,
          responder: { await probes.answer($0) },
          limits: configuration.limits, certificates: certificates)
      } catch {
        throw StoreError(
          .unavailable, "cannot listen on \(configuration.host):\(configuration.port): \(error); choose another address with --listen",
          cause: error)
      }
      core.port.store(transport.port, ordering: .relaxed)
      logger.info("serving", metadata: ["address": "\(configuration.host):\(transport.port)", "store": "\(store.path)"])
      return EtcdServer(core, transport, certificates, logger)
    }

    /// The port that it listens on.
    public var port: Int { transport.port }

    /// Serves until its task is cancelled, then lets calls end for as long as the configuration says, and ends the server.
    ///
    /// Looks after the store meanwhile if the configuration says so: ends leases, compacts by policy.
    public func run() async throws {
      let outcome: Result<Void, any Error>
      do {
        try await serve()
        outcome = .success(())
      } catch {
        outcome = .failure(error)
      }
      await shutDown()
      if case .failure(let error) = outcome, !(error is CancellationError) { throw error }
    }

    private func serve() async throws {
      try await withThrowingTaskGroup(of: Void.self) { group in
        if core.configuration.keepsStore { group.addTask { try await self.keepStore() } }
        if let certificates { group.addTask { try await self.follow(certificates) } }
        group.addTask { while true { try await Task.sleep(for: .seconds(86_400)) } }
        try await group.next()
      }
    }

    private func keepStore() async throws {
      var policy = KeeperPolicy()
      policy.report = { [logger] event in logger.info("keeper", metadata: ["event": "\(event)"]) }
      try await core.store.runKeeper(policy)
    }

    /// Reads the files again when they have changed. One that is half written is read again at the next look; until then the old ones serve.
    private func follow(_ certificates: ServerCertificates) async throws {
      while true {
        try await Task.sleep(for: core.configuration.certificateInterval)
        do {
          if try certificates.reloadIfChanged() { logger.info("certificates reloaded") }
        } catch {
          logger.warning("the certificates cannot be reloaded; those from before serve on", metadata: ["reason": "\(error)"])
        }
      }
    }

    /// Takes no new connections, lets calls end for as long as the configuration says, and closes what is left.
    public func shutDown() async {
      await transport.shutDown(within: core.configuration.shutdownPatience)
      logger.info("stopped serving")
    }
  }

  extension ServerCore {
    /// Every method that there is.
    var services: GRPCServices {
      var table = ServiceTable(observedBy: { [metrics] in metrics.method($0) })
      KeyValueService(core: self).add(to: &table)
      WatchService(core: self).add(to: &table)
      LeaseService(core: self).add(to: &table)
      MaintenanceService(core: self).add(to: &table)
      SnapshotService(core: self).add(to: &table)
      ClusterService(core: self).add(to: &table)
      AuthService(core: self).add(to: &table)
      LockService(core: self).add(to: &table)
      ElectionService(core: self).add(to: &table)
      ReflectionService().add(to: &table)
      HealthService(core: self).add(to: &table)
      return table.services
    }
  }

  extension EtcdServerConfiguration {
    /// Where members are said to be reached.
    func clientURLs(port: Int) -> [String] {
      if !advertisedClientURLs.isEmpty { return advertisedClientURLs }
      return ["\(certificateFile == nil ? "http" : "https")://\(host.contains(":") ? "[\(host)]" : host):\(port)"]
    }

    var limits: TransportLimits {
      var limits = TransportLimits()
      limits.maximumRequestBytes = maximumRequestBytes
      limits.maximumConnections = maximumConnections
      limits.maximumConcurrentStreams = maximumConcurrentStreams
      limits.maximumOutstandingBytes = maximumOutstandingBytes
      limits.keepalive.minimumPingInterval = minimumPingInterval
      limits.keepalive.idleInterval = keepaliveInterval
      limits.keepalive.timeout = keepaliveTimeout
      return limits
    }

    private var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

    /// - Throws: `StoreError` with code `invalidArgument` for an address that others can reach without TLS.
    func requireSafety() throws {
      guard certificateFile == nil, !isLoopback, !allowsPlaintextBeyondLoopback else { return }
      throw StoreError(
        .invalidArgument,
        "\(host) can be reached from other machines, and without a certificate anybody there could read and write the store; listen on 127.0.0.1, give --cert-file and --key-file, or say --allow-plaintext"
      )
    }

    func certificates() throws -> ServerCertificates? {
      guard let certificateFile, let keyFile else {
        if certificateFile == nil, keyFile == nil, clientAuthorityFile == nil { return nil }
        throw StoreError(.invalidArgument, "TLS needs both a certificate and its key; give --cert-file and --key-file")
      }
      let files = ServerCertificates.Files(certificate: certificateFile, key: keyFile, clientAuthorities: clientAuthorityFile)
      do {
        return try ServerCertificates(files)
      } catch {
        throw StoreError(
          .invalidArgument, "the files for TLS cannot be used: \(error); check --cert-file, --key-file and --trusted-ca-file", cause: error)
      }
    }
  }
#endif
