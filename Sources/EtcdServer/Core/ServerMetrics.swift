#if Network
  internal import CoreMetrics
  internal import GRPCTransport
  internal import MVCC
  internal import PrometheusText
  internal import Synchronization

  /// What the server counts about itself: for its page `/metrics`, and for the metrics system of the application that it is part of.
  final class ServerMetrics: Sendable {
    /// What the page shows.
    let registry: PrometheusRegistry
    private let methodsShare: MethodMetrics.Shared
    private let methods = Mutex<[MethodMetrics]>([])

    let watchers: Meter
    let watchStreams: Meter
    let events: Counter
    let operations: OperationCounts
    let leasesGranted: Counter
    let leasesRenewed: Counter
    let leasesRevoked: Counter
    let leaseSeconds: Recorder
    let healthSuccesses: Counter
    let healthFailures: Counter
    let hashTime: Timer
    let hashAtRevisionTime: Timer
    let defragmentationTime: Timer
    let defragmentations: Meter
    let snapshotTime: Timer

    /// - Parameter application: where counts go besides the page; nil or a factory that drops them for nowhere.
    init(level: EtcdServerConfiguration.MetricsLevel, application: (any MetricsFactory)?) {
      let registry = PrometheusRegistry()
      registry.describeServer()
      var factory: any MetricsFactory = registry
      if let application, !(application is NOOPMetricsHandler) { factory = MultiplexMetricsHandler(factories: [registry, application]) }
      self.registry = registry
      watchers = Meter(label: "etcd_debugging_mvcc_watcher_total", factory: factory)
      watchStreams = Meter(label: "etcd_debugging_mvcc_watch_stream_total", factory: factory)
      events = Counter(label: "etcd_debugging_mvcc_events_total", factory: factory)
      operations = OperationCounts(factory)
      leasesGranted = Counter(label: "etcd_debugging_lease_granted_total", factory: factory)
      leasesRenewed = Counter(label: "etcd_debugging_lease_renewed_total", factory: factory)
      leasesRevoked = Counter(label: "etcd_debugging_lease_revoked_total", factory: factory)
      leaseSeconds = Recorder(label: "etcd_debugging_lease_ttl_total", factory: factory)
      healthSuccesses = Counter(label: "etcd_server_health_success", factory: factory)
      healthFailures = Counter(label: "etcd_server_health_failures", factory: factory)
      hashTime = Timer(label: "etcd_mvcc_hash_duration_seconds", factory: factory)
      hashAtRevisionTime = Timer(label: "etcd_mvcc_hash_rev_duration_seconds", factory: factory)
      defragmentationTime = Timer(label: "etcd_disk_backend_defrag_duration_seconds", factory: factory)
      defragmentations = Meter(label: "etcd_disk_defrag_inflight", factory: factory)
      snapshotTime = Timer(label: "etcd_disk_backend_snapshot_duration_seconds", factory: factory)
      methodsShare = MethodMetrics.Shared(
        factory: factory, receivedBytes: Counter(label: "etcd_network_client_grpc_received_bytes_total", factory: factory),
        sentBytes: Counter(label: "etcd_network_client_grpc_sent_bytes_total", factory: factory), measuresTime: level == .extensive)
    }

    /// The counts of one method's calls.
    func method(_ path: String) -> MethodMetrics {
      let method = MethodMetrics(path, methodsShare)
      methods.withLock { $0.append(method) }
      return method
    }

    /// Has the page show every method, called or not.
    func makeCounters() {
      for method in methods.withLock({ $0 }) { _ = method.counters }
    }
  }

  /// The operations that clients had done, those in transactions too.
  struct OperationCounts: Sendable {
    private let ranges: Counter
    private let rangesUnderOldName: Counter
    private let puts: Counter
    private let deletes: Counter
    private let transactions: Counter

    fileprivate init(_ factory: any MetricsFactory) {
      ranges = Counter(label: "etcd_mvcc_range_total", factory: factory)
      rangesUnderOldName = Counter(label: "etcd_debugging_mvcc_range_total", factory: factory)
      puts = Counter(label: "etcd_mvcc_put_total", factory: factory)
      deletes = Counter(label: "etcd_mvcc_delete_total", factory: factory)
      transactions = Counter(label: "etcd_mvcc_txn_total", factory: factory)
    }

    func countRange() {
      ranges.increment()
      rangesUnderOldName.increment()
    }

    func countPut() { puts.increment() }

    func countDelete() { deletes.increment() }

    /// A transaction counts as one only if it did more than one operation, as in etcd.
    func count(_ response: TransactionResponse) {
      if countOperations(response.responses) > 1 { transactions.increment() }
    }

    private func countOperations(_ responses: [OperationResponse]) -> Int {
      var count = 0
      for response in responses {
        count += 1
        switch response {
        case .range: countRange()
        case .put: countPut()
        case .delete: countDelete()
        case .transaction(let nested): count += countOperations(nested.responses) - 1
        }
      }
      return count
    }
  }

  extension Timer {
    /// Runs `body` and records how long it took, whether it succeeds or not.
    func measure<Value>(_ body: () async throws -> Value) async rethrows -> Value {
      let start = ContinuousClock.now
      defer { record(.now - start) }
      return try await body()
    }

    func record(_ duration: Duration) {
      let (seconds, attoseconds) = duration.components
      recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
  }
#endif
