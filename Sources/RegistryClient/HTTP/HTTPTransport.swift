#if Network
  internal import AsyncHTTPClient
  internal import NIOCore
  internal import NIOHTTP1
  internal import NIOSSL
  internal import Synchronization

  #if canImport(FoundationEssentials)
    internal import FoundationEssentials
  #else
    internal import Foundation
  #endif

  /// Failures of the transport that are not AsyncHTTPClient's own.
  enum TransportFailure: Error {
    case addressRefused(String)
    case timedOut
    case tooLarge
    case closed
  }

  /// Sends one request and collects its answer, within limits of time, size and address.
  ///
  /// Follows no redirect and repeats nothing: those are decisions of the floor above.
  final class HTTPTransport: Sendable {
    // Invariant: every client in `state` is shut down exactly once, by `shutdown` or `deinit`.

    private struct Kind: Hashable {
      let verifiesTLS: Bool
      let reach: Reach
    }

    private struct State {
      var clients: [Kind: HTTPClient] = [:]
      var isClosed = false
    }

    /// Bodies of errors are kept up to here and dropped beyond.
    private static let maximumErrorBytes = 64 << 10

    private let state = Mutex(State())
    private let requestTimeout: Duration
    private let connectTimeout: Duration

    init(requestTimeout: Duration, connectTimeout: Duration) {
      self.requestTimeout = requestTimeout
      self.connectTimeout = connectTimeout
    }

    deinit {
      let clients = state.withLock { $0.clients.values.map(\.self) }
      guard !clients.isEmpty else { return }
      Task { for client in clients { try? await client.shutdown() } }
    }

    func shutdown() async {
      let clients = state.withLock { state in
        state.isClosed = true
        defer { state.clients = [:] }
        return state.clients.values.map(\.self)
      }
      for client in clients { try? await client.shutdown() }
    }

    func answer(to question: HTTPQuestion) async throws -> HTTPAnswer {
      let client = try client(for: Kind(verifiesTLS: question.verifiesTLS, reach: question.reach))
      var request = HTTPClientRequest(url: question.url.absoluteString)
      request.method = question.method
      request.headers = question.headers
      if let body = question.body { request.body = .bytes(body) }
      let (prepared, limit) = (request, requestTimeout)
      return try await Self.within(limit) {
        let response = try await client.execute(prepared, deadline: .distantFuture)
        let isSuccess = (200..<300).contains(response.status.code)
        let body = try await Self.collect(
          response.body, upTo: isSuccess ? question.maximumBytes : Self.maximumErrorBytes, truncates: !isSuccess)
        return HTTPAnswer(status: Int(response.status.code), headers: response.headers, body: body)
      }
    }

    /// Counts what arrives, never what `Content-Length` promises.
    private static func collect(_ body: HTTPClientResponse.Body, upTo maximum: Int, truncates: Bool) async throws -> [UInt8] {
      var bytes: [UInt8] = []
      for try await buffer in body {
        guard bytes.count + buffer.readableBytes <= maximum else {
          guard truncates else { throw TransportFailure.tooLarge }
          return bytes + buffer.readableBytesView.prefix(maximum - bytes.count)
        }
        bytes += buffer.readableBytesView
      }
      return bytes
    }

    private static func within<Result: Sendable>(
      _ limit: Duration, _ body: @concurrent @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
      try await withThrowingTaskGroup(of: Result.self) { group in
        group.addTask(operation: body)
        group.addTask {
          try await Task.sleep(for: limit)
          throw TransportFailure.timedOut
        }
        defer { group.cancelAll() }
        guard let result = try await group.next() else { throw CancellationError() }
        return result
      }
    }

    private func client(for kind: Kind) throws -> HTTPClient {
      try state.withLock { state in
        if state.isClosed { throw TransportFailure.closed }
        if let client = state.clients[kind] { return client }
        let client = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration(for: kind))
        state.clients[kind] = client
        return client
      }
    }

    private func configuration(for kind: Kind) -> HTTPClient.Configuration {
      var tls = TLSConfiguration.makeClientConfiguration()
      if !kind.verifiesTLS { tls.certificateVerification = .none }
      var configuration = HTTPClient.Configuration(
        tlsConfiguration: tls, redirectConfiguration: .disallow,
        timeout: .init(connect: .milliseconds(Int64(connectTimeout / .milliseconds(1)))), decompression: .disabled)
      // A refused connection is an answer; the retry policy decides about another try.
      configuration.connectionPool.retryConnectionEstablishment = false
      guard kind.reach != .anywhere else { return configuration }
      // A name is checked by the address it has led to, since a name can be made to mean one thing when asked and another when used. HTTP/1.1
      // only, so that there is one place for the check.
      configuration.httpVersion = .http1Only
      configuration.http1_1ConnectionDebugInitializer = { channel in
        let text = channel.remoteAddress?.ipAddress ?? ""
        if let address = IPAddress(text), kind.reach.allows(address) { return channel.eventLoop.makeSucceededVoidFuture() }
        channel.close(promise: nil)
        return channel.eventLoop.makeFailedFuture(TransportFailure.addressRefused(text))
      }
      return configuration
    }
  }
#endif
