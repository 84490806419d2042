#if Network
  public import CoreMetrics
  internal import GRPCTransport
  public import Logging
  public import MVCC
  internal import NIOCore
  public import ServiceLifecycle
  internal import Synchronization

  #if canImport(Glibc)
    internal import Glibc
  #elseif canImport(Musl)
    internal import Musl
  #elseif canImport(Darwin)
    internal import Darwin
  #endif

  /// Serves a store to etcd's clients: a single member of etcd, version 3, on one port.
  ///
  /// ```swift
  /// let server = try await EtcdServer.start(store.keyValues)
  /// print("listening on port \(server.port)")
  /// try await server.run()
  /// ```
  ///
  /// It is a service of swift-service-lifecycle as well: a `ServiceGroup` runs it beside others and ends it in order.
  ///
  /// The store stays its owner's, who may go on to use it in any way and closes it after the server has ended.
  public final class EtcdServer: Service {
    /// The version of etcd whose behaviour clients find: Kubernetes asks for progress of watches from this one on.
    public static let etcdVersion = "3.6.11"

    /// The version that the cluster of this one member is said to have.
    static let clusterVersion = "3.6"

    private let core: ServerCore
    /// Those for clients, of which the first is the one that `port` is about.
    private let transports: [GRPCServer]
    private let probes: [GRPCServer]
    private let certificates: ServerCertificates?
    private let logger: Logger

    private init(
      _ core: ServerCore, _ transports: [GRPCServer], _ probes: [GRPCServer], _ certificates: ServerCertificates?, _ logger: Logger
    ) {
      self.core = core
      self.certificates = certificates
      self.transports = transports
      self.probes = probes
      self.logger = logger
    }

    /// Starts to serve a store; calls are answered when this returns, at any size of the store.
    ///
    /// - Parameter metrics: where the server's counts go besides its page `/metrics`; nil for swift-metrics' system of the whole process, if there is
    ///   one by now.
    /// - Throws: `StoreError` with code `invalidArgument` for a configuration that is not safe or names files that cannot be used, `unavailable` when
    ///   an address cannot be had.
    public static func start(
      _ store: RevisionStore, configuration: EtcdServerConfiguration = EtcdServerConfiguration(),
      logger: Logger = Logger(label: "isdb.etcd"), metrics: (any MetricsFactory)? = nil
    ) async throws -> EtcdServer {
      try configuration.requireSafety()
      let certificates = try configuration.certificates()
      let core = try ServerCore(store, configuration, metrics: metrics ?? MetricsSystem.factory)
      var transports: [GRPCServer] = []
      var probes: [GRPCServer] = []
      do {
        let services = core.services
        for address in configuration.addresses {
          transports.append(try await listen(on: address, services, core, certificates, flag: "--listen"))
        }
        for address in configuration.probeAddresses {
          probes.append(try await listen(on: address, GRPCServices(), core, nil, flag: "--listen-metrics-urls"))
        }
      } catch {
        for transport in transports + probes { await transport.shutDown(within: .zero) }
        throw error
      }
      if let first = transports.first { core.port.store(first.port, ordering: .relaxed) }
      for (address, transport) in zip(configuration.addresses, transports) {
        let bound = ListenAddress(host: address.host, port: transport.port)
        logger.info("serving", metadata: ["address": "\(bound)", "store": "\(store.path)"])
      }
      for (address, transport) in zip(configuration.probeAddresses, probes) {
        logger.info("answering probes", metadata: ["address": "\(ListenAddress(host: address.host, port: transport.port))"])
      }
      return EtcdServer(core, transports, probes, certificates, logger)
    }

    private static func listen(
      on address: ListenAddress, _ services: GRPCServices, _ core: ServerCore, _ certificates: ServerCertificates?, flag: String
    ) async throws -> GRPCServer {
      let probes = Probes(core: core)
      do {
        return try await GRPCServer.start(
          host: address.host, port: address.port, services: services, responder: { await probes.answer($0) },
          limits: core.configuration.limits, certificates: certificates)
      } catch {
        throw StoreError(
          .unavailable, "cannot listen on \(address): \(Self.reason(error)); choose another address with \(flag)", cause: error)
      }
    }

    /// Why an address cannot be had.
    private static func reason(_ error: any Error) -> String {
      switch error {
      case let error as IOError where error.errnoCode == EADDRINUSE: "another process, or another server of this one, listens there"
      case let error as IOError where error.errnoCode == EADDRNOTAVAIL: "this machine does not have that address"
      case let error as IOError where error.errnoCode == EACCES: "this user may not listen on ports below 1024"
      case is SocketAddressError, is SocketAddressError.UnknownHost: "nothing is known by that name"
      default: "\(error)"
      }
    }

    /// The port that it listens on, the first if there are several.
    public var port: Int { transports.first?.port ?? 0 }

    /// The ports of `probeAddresses`.
    public var probePorts: [Int] { probes.map(\.port) }

    /// Serves until its task is cancelled or its service group shuts down gracefully, then lets calls end for as long as the configuration says, and ends
    /// the server.
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

    /// Returns when the service group wants the server to end, and throws when its task is cancelled or the store cannot be looked after any more.
    private func serve() async throws {
      try await withThrowingTaskGroup(of: Void.self) { group in
        if core.configuration.keepsStore { group.addTask { try await self.keepStore() } }
        if let certificates { group.addTask { try await self.follow(certificates) } }
        group.addTask { try await gracefulShutdown() }
        try await group.next()
        group.cancelAll()
      }
    }

    private func keepStore() async throws {
      var policy = core.configuration.keeperPolicy
      if let mode = core.configuration.autoCompaction {
        if try core.store.retentionClasses().contains(where: { $0.prefix.isEmpty && $0.policy != nil }) {
          logger.warning("the store has a retention policy for all keys, which counts instead of auto-compaction")
        }
        policy.duties.append(AutoCompaction.Duty(mode: mode))
      }
      let report = policy.report
      policy.report = { [logger] event in
        logger.log(event)
        report(event)
      }
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

    /// Takes no new connections, lets calls end for as long as the configuration says, and closes what is left. Probes answer until the calls have ended.
    public func shutDown() async {
      let patience = core.configuration.shutdownPatience
      await withTaskGroup(of: Void.self) { group in
        for transport in transports { group.addTask { await transport.shutDown(within: patience) } }
      }
      for probe in probes { await probe.shutDown(within: .zero) }
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

  extension Logger {
    /// Tells what the store's keeper tells.
    fileprivate func log(_ event: KeeperEvent) {
      switch event {
      case .tookRole: info("keeping the store")
      case .standsBy(let holder): info("another process keeps the store", metadata: holder.map { ["process": "\($0)"] })
      case .dutyFailed(let duty, let error, let delay):
        warning("a duty of the keeper failed", metadata: ["duty": "\(duty)", "reason": "\(error)", "retry": "\(delay)"])
      case .dutyRecovered(let duty): info("a duty of the keeper goes on", metadata: ["duty": "\(duty)"])
      }
    }
  }

  extension ListenAddress {
    fileprivate var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }
  }

  extension EtcdServerConfiguration {
    /// Where members are said to be reached.
    func clientURLs(port: Int) -> [String] {
      if !advertisedClientURLs.isEmpty { return advertisedClientURLs }
      let reached = [ListenAddress(host: host, port: port)] + otherAddresses
      return reached.map { "\(certificateFile == nil ? "http" : "https")://\($0)" }
    }

    /// Where clients are listened for.
    var addresses: [ListenAddress] { [ListenAddress(host: host, port: port)] + otherAddresses }

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

    /// - Throws: `StoreError` with code `invalidArgument` for an address that others can reach without TLS.
    func requireSafety() throws {
      guard certificateFile == nil, !allowsPlaintextBeyondLoopback, let address = addresses.first(where: { !$0.isLoopback }) else { return }
      throw StoreError(
        .invalidArgument,
        "\(address.host) can be reached from other machines, and without a certificate anybody there could read and write the store; listen on 127.0.0.1, give --cert-file and --key-file, or say --allow-plaintext"
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
