#if Network
  internal import NIOHTTP1
  internal import OCI

  #if canImport(FoundationEssentials)
    internal import FoundationEssentials
  #else
    internal import Foundation
  #endif

  extension RegistryClient {
    /// Answers a registry's challenges with an `Authorization` header for the repository.
    /// - Parameter refusal: what to throw when there is no way to answer.
    func authenticate(
      _ request: RegistryRequest, challenges: [AuthenticationChallenge], origin: Origin, refusal: RegistryError
    ) async throws -> TokenStore.Entry {
      let credentials = try await configuration.credentials.credentials(registry: request.registry, repository: request.repository)
      if case .registryToken(let token) = credentials?.kind {
        return TokenStore.Entry(authorization: "Bearer " + (try checked(token, request)), expiry: nil)
      }
      if let bearer = challenges.first(where: { $0.scheme == "bearer" }) {
        return try await fetchToken(request, challenge: bearer, credentials: credentials, origin: origin)
      }
      if challenges.contains(where: { $0.scheme == "basic" }), case .password(let user, let password) = credentials?.kind {
        return TokenStore.Entry(authorization: Self.basic(user, password), expiry: nil)
      }
      throw refusal
    }

    private static func basic(_ user: String, _ password: String) -> String {
      "Basic " + Data((user + ":" + password).utf8).base64EncodedString()
    }

    private struct TokenAnswer: Decodable {
      let token: String?
      let accessToken: String?
      let expiresIn: Int?

      private enum CodingKeys: String, CodingKey {
        case token
        case accessToken = "access_token"
        case expiresIn = "expires_in"
      }
    }

    /// Gets a token from the service that the challenge names (distribution's token authentication specification).
    private func fetchToken(
      _ request: RegistryRequest, challenge: AuthenticationChallenge, credentials: Credentials?, origin: Origin
    ) async throws -> TokenStore.Entry {
      let (realm, service) = try tokenService(request, challenge: challenge, credentials: credentials, origin: origin)
      // The scope asked for is ours, pull and no more, whatever the challenge suggests.
      var parameters: [(String, String)] = []
      if let name = challenge.parameters["service"] { parameters.append(("service", name)) }
      if let repository = request.repository { parameters.append(("scope", "repository:\(repository):pull")) }
      var headers = HTTPHeaders()
      headers.add(name: "User-Agent", value: configuration.userAgent)
      headers.add(name: "Accept", value: "application/json")
      var url = realm
      var body: [UInt8]?
      switch credentials?.kind {
      case .identityToken(let token):
        parameters += [("grant_type", "refresh_token"), ("client_id", configuration.userAgent), ("refresh_token", token)]
        headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        body = Array(Self.form(parameters).utf8)
      case .password(let user, let password):
        headers.add(name: "Authorization", value: Self.basic(user, password))
        url = try Self.appending(parameters, to: realm, request)
      case .registryToken, nil: url = try Self.appending(parameters, to: realm, request)
      }
      let answer = try await ask(
        HTTPQuestion(
          method: body == nil ? .GET : .POST, url: url, headers: headers, body: body, maximumBytes: Self.maximumTokenBytes,
          verifiesTLS: verifiesTLS(at: service), reach: await reach(of: service, from: origin)),
        for: request)
      let now = configuration.environment.now()
      guard answer.status == 200 else {
        throw tokenFailure(request, answer, service: service, hadCredentials: credentials != nil, now: now)
      }
      guard (try? JSONGuard(maximumBytes: Self.maximumTokenBytes).check(answer.body, subject: "token")) != nil,
        let decoded = try? JSONDecoder().decode(TokenAnswer.self, from: Data(answer.body)),
        let token = [decoded.token, decoded.accessToken].compactMap(\.self).first(where: { !$0.isEmpty })
      else {
        throw request.failure(.badResponse, "the token service \(service.authority) does not answer with a token")
      }
      // A minute is what the specification has for services that do not say; a tenth is kept for the request itself.
      let lifetime = min(max(decoded.expiresIn ?? 60, 1), 86_400)
      return TokenStore.Entry(authorization: "Bearer " + (try checked(token, request)), expiry: now + Double(lifetime) * 0.9)
    }

    /// Tokens have a few kilobytes.
    private static let maximumTokenBytes = 256 << 10

    private func tokenFailure(
      _ request: RegistryRequest, _ answer: HTTPAnswer, service: Origin, hadCredentials: Bool, now: Double
    ) -> RegistryError {
      let isRefusal = (400..<404).contains(answer.status)
      guard isRefusal else {
        let failure = request.failure(of: answer, now: now)
        return request.failure(
          failure.code == .notFound || failure.code == .forbidden ? .badResponse : failure.code,
          "the token service \(service.authority) of \(request.registry) answers \(answer.status)", httpStatus: answer.status,
          retryAfter: failure.retryAfter, isRetryable: failure.isRetryable)
      }
      let reason = hadCredentials ? "does not accept these credentials" : "gives no token without credentials"
      return request.failure(
        .unauthorized, "the token service \(service.authority) \(reason) (\(answer.status)); log in to \(request.registry) again",
        httpStatus: answer.status)
    }

    /// The token service that a challenge names, if it may have what would be sent.
    private func tokenService(
      _ request: RegistryRequest, challenge: AuthenticationChallenge, credentials: Credentials?, origin: Origin
    ) throws -> (realm: URL, service: Origin) {
      guard let text = challenge.parameters["realm"], text.utf8.count <= 2048, let realm = URL(string: text), let service = Origin(realm)
      else {
        throw request.failure(.badResponse, "\(request.registry) names no usable token service")
      }
      if service.scheme == "http", origin.scheme != "http" {
        throw request.failure(
          .untrustedTokenService, "\(request.registry) names a token service without TLS, \(service.authority.quotedForMessage)")
      }
      let isTrusted =
        TokenServiceTrust.sharesDomain(service.host, origin.host)
        || configuration.trustedTokenHosts[request.registry]?.contains(service.authority) ?? false
      if credentials != nil, !isTrusted {
        throw request.failure(
          .untrustedTokenService,
          "\(request.registry) wants its credentials sent to \(service.authority.quotedForMessage), which is not of its domain; if that is right, "
            + "add it to the trusted token hosts")
      }
      return (realm, service)
    }

    /// A token becomes part of a header: visible ASCII only.
    private func checked(_ token: String, _ request: RegistryRequest) throws -> String {
      guard !token.isEmpty, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
        throw request.failure(.badResponse, "the token for \(request.registry) has characters that no token has")
      }
      return token
    }

    private static func appending(_ parameters: [(String, String)], to url: URL, _ request: RegistryRequest) throws -> URL {
      guard !parameters.isEmpty else { return url }
      let text = url.absoluteString.prefix { $0 != "#" }
      guard let result = URL(string: text + (text.contains("?") ? "&" : "?") + form(parameters)) else {
        throw request.failure(.badResponse, "\(request.registry) names no usable token service")
      }
      return result
    }

    static func form(_ parameters: [(String, String)]) -> String {
      parameters.map { escape($0.0) + "=" + escape($0.1) }.joined(separator: "&")
    }

    /// Percent-encodes everything but RFC 3986's unreserved characters.
    private static func escape(_ text: String) -> String {
      var result = ""
      for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
          UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
          result.unicodeScalars.append(Unicode.Scalar(byte))
        default:
          let digits = String(byte, radix: 16, uppercase: true)
          result += digits.utf8.count == 1 ? "%0" + digits : "%" + digits
        }
      }
      return result
    }
  }
#endif
