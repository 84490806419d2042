#if Network
  import EtcdAPI
  import EtcdServer
  import Foundation
  import Synchronization
  import SwiftProtobuf
  import TestSupport
  import Testing

  /// A store that is served, or a real etcd: what a test expects of the one it finds at the others as well.
  enum TestedServer: String, CaseIterable, CustomStringConvertible {
    case store
    case debian = "etcd of Debian"
    case pypi = "etcd of PyPI"

    var description: String { rawValue }

    private var release: EtcdRelease? { EtcdRelease.all.first { $0.description == rawValue } }

    /// Whether tests with it are to run.
    var isExpected: Bool { release?.isExpected ?? true }

    /// Runs a test on a new server, with a connection to it.
    func run(_ body: (GRPCTestConnection) async throws -> Void) async throws {
      guard let release else {
        return try await withServer { (server, _) async throws in try await Self.connected(server.port, body) }
      }
      try release.requirePrograms()
      try await EtcdServerProcess.run(release) { (server) async throws in try await Self.connected(Int(server.port), body) }
    }

    private static func connected(_ port: Int, _ body: (GRPCTestConnection) async throws -> Void) async throws {
      let connection = try await GRPCTestConnection.connect(port: port)
      try await body(connection)
      try await connection.close()
    }
  }

  /// A call that did not end well.
  struct Refusal: Error, Hashable, CustomStringConvertible {
    let code: Int
    let text: String

    init(_ code: Int, _ text: String) {
      self.code = code
      self.text = text.removingPercentEncoding ?? text
    }

    var description: String { "\(code): \(text)" }
  }

  /// A call that has begun, and may not be over for long.
  final class PendingCall<Response: Message>: Sendable {
    private let call: GRPCTestConnection.Call
    private let task: Task<Response, any Error>
    private let isOver = Mutex(false)

    init<Request: Message>(_ connection: GRPCTestConnection, _ path: String, _ request: Request) async throws {
      call = try await connection.open(path)
      // A server may have refused the call by its headers already.
      try? await call.send(try request.serializedBytes(), isLast: true)
      let call = call
      let (stream, continuation) = AsyncStream<Void>.makeStream()
      task = Task {
        defer { continuation.finish() }
        let answer = await call.answer()
        guard answer.status == 0, let message = answer.message else { throw Refusal(answer.status, answer.text) }
        return try Response(serializedBytes: message)
      }
      Task { [weak self] in
        for await _ in stream {}
        self?.isOver.withLock { $0 = true }
      }
    }

    /// Whether no answer is there yet.
    var isWaiting: Bool { !isOver.withLock { $0 } }

    /// The answer, when it comes.
    var answer: Response { get async throws { try await task.value } }

    func cancel() async throws { try await call.cancel() }
  }

  extension GRPCTestConnection {
    /// A call with one request and one answer.
    ///
    /// - Throws: `Refusal` when it ends with another status than 0.
    func ask<Request: Message, Response: Message>(_ path: String, _ request: Request, _ type: Response.Type = Response.self) async throws
      -> Response
    {
      try await begin(path, request, type).answer
    }

    /// Begins such a call.
    func begin<Request: Message, Response: Message>(_ path: String, _ request: Request, _ type: Response.Type = Response.self) async throws
      -> PendingCall<Response>
    {
      try await PendingCall(self, path, request)
    }

    func grant(_ lease: Int64, seconds: Int64 = 60) async throws {
      let request = EtcdLeaseGrantRequest.with {
        $0.id = lease
        $0.ttl = seconds
      }
      #expect(try await ask("/etcdserverpb.Lease/LeaseGrant", request, EtcdLeaseGrantResponse.self).id == lease)
    }

    func revoke(_ lease: Int64) async throws {
      _ = try await ask("/etcdserverpb.Lease/LeaseRevoke", EtcdLeaseRevokeRequest.with { $0.id = lease }, EtcdLeaseRevokeResponse.self)
    }

    func put(_ key: String, _ value: String) async throws -> EtcdPutResponse {
      try await ask(
        "/etcdserverpb.KV/Put",
        EtcdPutRequest.with {
          $0.key = Data(key.utf8)
          $0.value = Data(value.utf8)
        })
    }

    /// The keys that begin so, oldest first.
    func keys(_ prefix: String) async throws -> [String] {
      let response: EtcdRangeResponse = try await ask(
        "/etcdserverpb.KV/Range",
        EtcdRangeRequest.with {
          $0.key = Data(prefix.utf8)
          $0.rangeEnd = Data(prefix.utf8.dropLast() + [prefix.utf8.last! + 1])
          $0.sortTarget = .create
          $0.sortOrder = .ascend
        })
      return response.kvs.map { String(decoding: $0.key, as: UTF8.self) }
    }

    /// Waits until so many keys begin so.
    func waitForKeys(_ prefix: String, _ count: Int) async throws {
      for _ in 0..<5000 { if try await keys(prefix).count == count { return } }
      Issue.record("there are not \(count) keys that begin with \(prefix)")
    }
  }

  /// The refusal that a call ends with.
  func refusal(_ body: () async throws -> some Any) async throws -> Refusal? {
    do {
      _ = try await body()
      return nil
    } catch let refusal as Refusal {
      return refusal
    }
  }
#endif
