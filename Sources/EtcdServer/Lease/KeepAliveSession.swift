#if Network
  internal import CoreMetrics
  internal import EtcdAPI
  internal import GRPCTransport
  internal import MVCC
  internal import NIOCore
  internal import SwiftProtobuf

  // Invariants:
  //   at most maximumRenewals are under way; those that wait are in `waiting`, each lease once

  /// One stream on which a client keeps leases alive. Everything is on the connection's event loop.
  final class KeepAliveSession: GRPCCallHandler {
    /// Renewals at one time: they share commits.
    private static let maximumRenewals = 64

    private let core: ServerCore
    private let call: GRPCCall
    private var renewalCount = 0
    private var waiting: CircularBuffer<Int64> = []
    private var isWaiting: Set<Int64> = []
    private var isClientDone = false

    init(_ core: ServerCore, _ call: GRPCCall) {
      self.core = core
      self.call = call
    }

    func receive(_ message: ByteBuffer) {
      do {
        let id = try EtcdLeaseKeepAliveRequest(message).id
        // Two wishes for one lease that nobody has looked at yet are one.
        if isWaiting.insert(id).inserted { waiting.append(id) }
        renew()
      } catch {
        call.finish(GRPCStatus(error))
      }
    }

    func receiveEnd() {
      isClientDone = true
      endIfDone()
    }

    func drain() { call.finish(.serverStopped) }

    func becomeWritable() { renew() }

    private func renew() {
      while renewalCount < Self.maximumRenewals, call.isWritable, let id = waiting.popFirst() {
        isWaiting.remove(id)
        renewalCount += 1
        let session = NIOLoopBound(self, eventLoop: call.eventLoop)
        Self.renew(id, core, on: call.eventLoop) { outcome in session.value.finish(outcome) }
      }
    }

    private static func renew(
      _ id: Int64, _ core: ServerCore, on eventLoop: any EventLoop,
      completion: @escaping @Sendable (Result<GRPCMessage, any Error>) -> Void
    ) {
      Task {
        let outcome = await renew(id, core)
        eventLoop.execute { completion(outcome) }
      }
    }

    private static func renew(_ id: Int64, _ core: ServerCore) async -> Result<GRPCMessage, any Error> {
      do {
        let lease = try await core.store.keepLeaseAlive(id)
        if lease != nil { core.metrics.leasesRenewed.increment() }
        let response = try EtcdLeaseKeepAliveResponse.with {
          $0.header = try core.header()
          $0.id = id
          // 0 says that there is no such lease any more.
          $0.ttl = lease?.grantedSeconds ?? 0
        }
        return .success(GRPCMessage(try response.serializedBytes()))
      } catch {
        return .failure(error)
      }
    }

    private func finish(_ outcome: Result<GRPCMessage, any Error>) {
      renewalCount -= 1
      switch outcome {
      case .success(let message): call.send(message)
      case .failure(let error): call.finish(GRPCStatus(error))
      }
      renew()
      endIfDone()
    }

    private func endIfDone() {
      if isClientDone, renewalCount == 0, waiting.isEmpty { call.finish() }
    }
  }
#endif
