#if Network
  import CoreMetrics
  import EtcdServer
  import Logging
  import MVCC
  import TestSupport

  /// Serves a new store on a free loopback port for as long as `body` runs, and checks the store's every invariant afterwards.
  @discardableResult
  func withServer<Value>(
    _ configuration: EtcdServerConfiguration = EtcdServerConfiguration(), store: StoreConfiguration = StoreConfiguration(),
    metrics: (any MetricsFactory)? = nil,
    _ body: (EtcdServer, RevisionStore) async throws -> Value
  ) async throws -> Value {
    var configuration = configuration
    configuration.port = 0
    configuration.shutdownPatience = .seconds(1)
    let settings = configuration
    return try await withStore(store) { store in
      let server = try await EtcdServer.start(
        store, configuration: settings, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, metrics: metrics)
      let running = Task { try await server.run() }
      do {
        let value = try await body(server, store)
        running.cancel()
        try await running.value
        return value
      } catch {
        running.cancel()
        try? await running.value
        throw error
      }
    }
  }
#endif
