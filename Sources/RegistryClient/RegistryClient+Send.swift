#if Network
  internal import AsyncHTTPClient
  internal import NIOHTTP1
  internal import NIOSSL
  internal import OCI
  internal import Synchronization

  #if canImport(FoundationEssentials)
    internal import FoundationEssentials
  #else
    internal import Foundation
  #endif

  extension RegistryClient {
    /// More redirects than any registry needs: registry, storage, storage's region.
    static let maximumRedirects = 3

    /// Sends a request, tried again as the retry policy says; the answer's status is between 200 and 299.
    func send(_ request: RegistryRequest) async throws -> HTTPAnswer {
      var attempt = 0
      while true {
        attempt += 1
        do {
          return try await sendOnce(request)
        } catch let error as RegistryError {
          let random = configuration.environment.random()
          guard let delay = configuration.retryPolicy.delay(afterAttempt: attempt, error: error, random: random) else { throw error }
          try await configuration.environment.sleep(delay)
        }
      }
    }

    /// One try, over HTTPS, or over whichever of HTTPS and HTTP a registry that may be insecure answers on.
    private func sendOnce(_ request: RegistryRequest) async throws -> HTTPAnswer {
      let registry = request.registry
      guard configuration.insecureRegistries.contains(registry) else { return try await sendOnce(request, scheme: "https") }
      if let scheme = knownSchemes.withLock({ $0[registry] }) { return try await sendOnce(request, scheme: scheme) }
      do {
        return try await sendOnce(request, scheme: "https")
      } catch let error as RegistryError where error.code == .unreachable || error.code == .timedOut {
        // An answer to HTTPS, whatever it was, has been noted as one.
        if knownSchemes.withLock({ $0[registry] }) != nil { throw error }
        return try await sendOnce(request, scheme: "http")
      }
    }

    private func sendOnce(_ request: RegistryRequest, scheme: String) async throws -> HTTPAnswer {
      guard let url = URL(string: "\(scheme)://\(Self.server(of: request.registry))\(request.path)"), let origin = Origin(url) else {
        throw request.failure(.badResponse, "\(request.registry.quotedForMessage) makes no address")
      }
      let key = TokenStore.Key(registry: request.registry, repository: request.repository)
      let now = configuration.environment.now
      let known = tokens.authorization(for: key, now: now())
      var answer = try await follow(request, from: url, origin: origin, authorization: known)
      if configuration.insecureRegistries.contains(request.registry) { remember(scheme, for: request.registry) }
      if answer.status == 401 {
        if let known { tokens.forget(known, for: key) }
        let challenges = AuthenticationChallenge.parse(answer.headers["WWW-Authenticate"])
        let refusal = request.failure(of: answer, now: now())
        let authorization = try await tokens.authorization(for: key, now: now()) {
          try await self.authenticate(request, challenges: challenges, origin: origin, refusal: refusal)
        }
        answer = try await follow(request, from: url, origin: origin, authorization: authorization)
        if answer.status == 401 { tokens.forget(authorization, for: key) }
      }
      guard (200..<300).contains(answer.status) else { throw request.failure(of: answer, now: now()) }
      return answer
    }

    private func remember(_ scheme: String, for registry: String) {
      // Nobody reads from so many registries; whoever made up the names must not fill the memory.
      let maximumRegistries = 4096
      knownSchemes.withLock { schemes in
        if schemes.count >= maximumRegistries { schemes = [:] }
        schemes[registry] = scheme
      }
    }

    /// Docker Hub's API is not at the name that its references have.
    static func server(of registry: String) -> String {
      registry == Reference.defaultRegistry ? "registry-1.docker.io" : registry
    }

    /// Asks, and follows redirects; the authorization goes to the registry's own scheme, host and port only.
    private func follow(
      _ request: RegistryRequest, from start: URL, origin: Origin, authorization: String?
    ) async throws -> HTTPAnswer {
      var url = start
      var current = origin
      for _ in 0...Self.maximumRedirects {
        var headers = HTTPHeaders()
        headers.add(name: "User-Agent", value: configuration.userAgent)
        for type in request.accept { headers.add(name: "Accept", value: type.rawValue) }
        if let authorization, current == origin { headers.add(name: "Authorization", value: authorization) }
        let answer = try await ask(
          HTTPQuestion(
            method: request.method, url: url, headers: headers, maximumBytes: request.maximumBytes,
            verifiesTLS: verifiesTLS(at: current), reach: await reach(of: current, from: origin)),
          for: request)
        guard [301, 302, 303, 307, 308].contains(answer.status) else {
          guard answer.status == 401, current != origin else { return answer }
          throw request.failure(
            .refusedRedirect, "\(request.registry) redirects to \(current.authority), which wants credentials of its own", httpStatus: 401)
        }
        (url, current) = try target(of: answer, at: url, from: current, request)
      }
      throw request.failure(.refusedRedirect, "\(request.registry) redirects more than \(Self.maximumRedirects) times")
    }

    private func target(
      of answer: HTTPAnswer, at url: URL, from origin: Origin, _ request: RegistryRequest
    ) throws -> (url: URL, origin: Origin) {
      guard let location = answer.header("Location"), location.utf8.count <= 8192,
        let target = URL(string: location, relativeTo: url)?.absoluteURL, let reached = Origin(target)
      else {
        throw request.failure(
          .refusedRedirect, "\(request.registry) redirects without a usable address", httpStatus: answer.status)
      }
      if origin.scheme == "https", reached.scheme == "http" {
        throw request.failure(
          .refusedRedirect, "\(request.registry) redirects from HTTPS to plain HTTP at \(reached.authority.quotedForMessage)",
          httpStatus: answer.status)
      }
      return (target, reached)
    }

    /// References may or may not spell the usual port.
    func verifiesTLS(at origin: Origin) -> Bool {
      let insecure = configuration.insecureRegistries
      return !insecure.contains(origin.authority) && !insecure.contains("\(origin.host):\(origin.port)")
    }

    /// Which addresses a host may have that the registry named.
    func reach(of host: Origin, from registry: Origin) async -> Reach {
      if host.host == registry.host { return .anywhere }
      if await configuration.environment.isPublicHost(registry.host) { return .publicOnly }
      return registry.isLoopback ? .anywhere : .nearby
    }

    /// Sends one HTTP request; what the transport throws becomes a `RegistryError` of `request`.
    func ask(_ question: HTTPQuestion, for request: RegistryRequest) async throws -> HTTPAnswer {
      let host = Origin(question.url)?.authority ?? request.registry
      do {
        return try await transport.answer(to: question)
      } catch let error as TransportFailure {
        switch error {
        case .timedOut: throw request.failure(.timedOut, "\(host) took longer than \(configuration.requestTimeout)", isRetryable: true)
        case .tooLarge:
          throw request.failure(.tooLarge, "\(host) sends more than \(question.maximumBytes) bytes, which is the limit for it")
        case .closed: throw request.failure(.closed, "the registry client was shut down")
        case .addressRefused(let address):
          throw request.failure(
            .refusedRedirect,
            "\(request.registry) sends the request to \(host), which is at the address \(address) and not on the public internet as the "
              + "registry is")
        }
      } catch let error as HTTPClientError {
        if error == .cancelled, Task.isCancelled { throw CancellationError() }
        if [.connectTimeout, .readTimeout, .tlsHandshakeTimeout, .deadlineExceeded, .getConnectionFromPoolTimeout].contains(error) {
          throw request.failure(.timedOut, "\(host) does not answer", isRetryable: true, cause: error)
        }
        if error == .alreadyShutdown { throw request.failure(.closed, "the registry client was shut down") }
        throw request.failure(.unreachable, "the connection to \(host) broke (\(error.shortDescription))", isRetryable: true, cause: error)
      } catch let error as HTTPParserError where error != .invalidEOFState {
        throw request.failure(.badResponse, "\(host) does not speak HTTP", cause: error)
      } catch is CancellationError {
        throw CancellationError()
      } catch {
        throw unreachable(host, error, request)
      }
    }

    private func unreachable(_ host: String, _ error: any Error, _ request: RegistryRequest) -> RegistryError {
      let text = String(describing: error)
      if text.contains("CERTIFICATE_VERIFY_FAILED") || error is NIOSSLExtraError {
        return request.failure(
          .unreachable,
          "the certificate of \(host) cannot be verified; add its authority to the system's, or allow the registry as insecure",
          cause: error)
      }
      if text.contains("WRONG_VERSION_NUMBER") || text.contains("HTTP_REQUEST") {
        return request.failure(
          .unreachable, "\(host) does not speak TLS; if it is plain HTTP, allow the registry as insecure", cause: error)
      }
      return request.failure(.unreachable, "no connection to \(host) (\(text.quotedForMessage))", isRetryable: true, cause: error)
    }
  }
#endif
