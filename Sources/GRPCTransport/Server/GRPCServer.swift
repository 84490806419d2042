#if Network
  internal import NIOCore
  internal import NIOPosix
  internal import NIOSSL
  internal import Synchronization

  // Invariants:
  //   connections has every accepted connection that is not closed
  //   once isClosing is set, no connection is added

  /// Listens on a port and serves calls and plain requests on it.
  package final class GRPCServer: Sendable {
    private struct State {
      var connections: [ObjectIdentifier: any Channel] = [:]
      var isClosing = false
      var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    private let limits: TransportLimits
    private let listener: Mutex<(any Channel)?> = Mutex(nil)

    private init(_ limits: TransportLimits) { self.limits = limits }

    /// Starts to listen.
    ///
    /// - Parameters:
    ///   - port: 0 for any that is free.
    ///   - certificates: nil for connections without TLS.
    /// - Throws: what the system says when the address cannot be had.
    package static func start(
      host: String, port: Int, services: GRPCServices, responder: @escaping HTTPResponder, limits: TransportLimits = TransportLimits(),
      certificates: ServerCertificates? = nil
    ) async throws -> GRPCServer {
      let server = GRPCServer(limits)
      let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
        .serverChannelOption(.backlog, value: 1024)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            guard server.add(channel) else { throw ChannelError.eof }
            if let certificates {
              try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: certificates.context))
            }
            try channel.pipeline.syncOperations.addHandler(ProtocolSniffer(services, responder: responder, limits: limits))
          }
        }
        .bind(host: host, port: port).get()
      server.listener.withLock { $0 = channel }
      return server
    }

    /// The port that it listens on.
    package var port: Int { listener.withLock { $0?.localAddress?.port } ?? 0 }

    /// The connections that are open.
    package var connectionCount: Int { state.withLock { $0.connections.count } }

    /// Takes no new connections, asks the present ones to end, and returns when they have, or closes them when they take too long.
    package func shutDown(within patience: Duration) async {
      let channel = listener.withLock { $0 }
      try? await channel?.close()
      let connections = state.withLock { state in
        state.isClosing = true
        return Array(state.connections.values)
      }
      for connection in connections { connection.pipeline.fireUserInboundEventTriggered(DrainRequest()) }
      let timer = Task {
        try await Task.sleep(for: patience)
        for connection in state.withLock({ Array($0.connections.values) }) { connection.close(promise: nil) }
      }
      await withCheckedContinuation { continuation in
        let isEmpty = state.withLock { state in
          if state.connections.isEmpty { return true }
          state.waiter = continuation
          return false
        }
        if isEmpty { continuation.resume() }
      }
      timer.cancel()
    }

    private func add(_ channel: any Channel) -> Bool {
      let identifier = ObjectIdentifier(channel)
      let isAdded = state.withLock { state in
        guard !state.isClosing, state.connections.count < limits.maximumConnections else { return false }
        state.connections[identifier] = channel
        return true
      }
      if isAdded { channel.closeFuture.whenComplete { _ in self.remove(identifier) } }
      return isAdded
    }

    private func remove(_ identifier: ObjectIdentifier) {
      let waiter = state.withLock { state in
        state.connections[identifier] = nil
        return state.connections.isEmpty ? state.waiter.take() : nil
      }
      waiter?.resume()
    }
  }
#endif
