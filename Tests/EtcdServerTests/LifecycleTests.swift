#if Network
  import EtcdServer
  import Logging
  import MVCC
  import ServiceLifecycle
  import Synchronization
  import TestSupport
  import Testing

  /// A server among an application's other services.
  @Suite(.serialized) struct LifecycleTests {
    /// Writes into the served store until it is to end, and notes when that was.
    private final class Writer: Service {
      let store: RevisionStore
      private let ended = Atomic<Bool>(false)
      var hasEnded: Bool { ended.load(ordering: .sequentiallyConsistent) }

      init(_ store: RevisionStore) { self.store = store }

      func run() async throws {
        try await store.put(Array("k".utf8), Array("1".utf8))
        try await gracefulShutdown()
        ended.store(true, ordering: .sequentiallyConsistent)
      }
    }

    private struct Broken: Service, Error {
      func run() async throws { throw self }
    }

    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func start(_ store: RevisionStore) async throws -> EtcdServer {
      var configuration = EtcdServerConfiguration()
      configuration.port = 0
      configuration.shutdownPatience = .seconds(20)
      return try await EtcdServer.start(store, configuration: configuration, logger: Self.logger)
    }

    /// A watch of the key `k` that the server has confirmed.
    private func watch(_ connection: GRPCTestConnection) async throws -> AsyncStream<GRPCTestConnection.Event>.Iterator {
      let watch = try await connection.open("/etcdserverpb.Watch/Watch")
      try await watch.send([0x0A, 5, 0x0A, 1, UInt8(ascii: "k"), 0x18, 2])
      var events = watch.events.makeAsyncIterator()
      guard case .message = await events.next() else { throw Broken() }
      return events
    }

    @Test func `a group that shuts down gracefully ends a server's watches with a word, and the other services after it`() async throws {
      try await withStore { store in
        let server = try await start(store)
        let writer = Writer(store)
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [writer, server], logger: Self.logger))
        async let running: Void = group.run()
        let connection = try await GRPCTestConnection.connect(port: server.port)
        var events = try await watch(connection)
        guard case .message(let event) = await events.next() else {
          Issue.record("the service's write did not reach the watch")
          return
        }
        #expect(event.contains(UInt8(ascii: "k")))
        // Services end in the reverse of their order: as long as the server has a call, the writer goes on.
        let call = try await connection.open("/etcdserverpb.KV/Put")
        // What is answered came after it.
        #expect(try await connection.call("/etcdserverpb.KV/Range", [0x0A, 1, UInt8(ascii: "k")]).status == 0)
        await group.triggerGracefulShutdown()
        #expect(await events.next() == .end(status: 14, message: "etcdserver: server stopped"))
        #expect(!writer.hasEnded)
        try await call.cancel()
        try await connection.waitUntilClosed()
        try await running
        #expect(writer.hasEnded)
        // The store stays its owner's.
        try await store.put(Array("k".utf8), Array("2".utf8))
      }
    }

    @Test func `a service that fails ends the server beside it`() async throws {
      try await withStore { store in
        let server = try await start(store)
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [server, Broken()], logger: Self.logger))
        await #expect(throws: Broken.self) { try await group.run() }
        await #expect(throws: (any Error).self) { try await GRPCTestConnection.connect(port: server.port) }
      }
    }

    @Test func `a server serves on several ports, and on those for probes it answers no calls`() async throws {
      try await withStore { store in
        var configuration = EtcdServerConfiguration()
        configuration.port = 0
        configuration.otherAddresses = [ListenAddress(host: "localhost", port: 0)]
        configuration.probeAddresses = [ListenAddress(host: "127.0.0.1", port: 0)]
        let server = try await EtcdServer.start(store, configuration: configuration, logger: Self.logger)
        let port = try #require(server.probePorts.first)
        #expect(server.probePorts.count == 1 && port != server.port)
        let probe = try await ProgramRun.of("/usr/bin/curl", ["-s", "http://127.0.0.1:\(port)/health"], limit: 20)
        #expect(probe.output == #"{"health":"true","reason":""}"#)
        let connection = try await GRPCTestConnection.connect(port: port)
        #expect(try await connection.call("/etcdserverpb.KV/Range", [0x0A, 1, 1]).status == 12)
        try await connection.close()
        await server.shutDown()
        await #expect(throws: (any Error).self) { try await GRPCTestConnection.connect(port: port) }
      }
    }

    @Test func `a server that gets one of its addresses and not the other does not start, and leaves the first`() async throws {
      try await withStore { store in
        let first = try await start(store)
        var configuration = EtcdServerConfiguration()
        // Below the range that systems give to outgoing connections.
        configuration.port = Int.random(in: 10_000..<30_000)
        configuration.probeAddresses = [ListenAddress(host: "127.0.0.1", port: first.port)]
        let settings = configuration
        do {
          _ = try await EtcdServer.start(store, configuration: settings, logger: Self.logger)
          Issue.record("a port was had twice")
        } catch let error as StoreError {
          #expect(error.code == .unavailable && error.message.contains("--listen-metrics-urls"), "\(error)")
        }
        await #expect(throws: (any Error).self) { try await GRPCTestConnection.connect(port: settings.port) }
        await first.shutDown()
      }
    }
  }
#endif
