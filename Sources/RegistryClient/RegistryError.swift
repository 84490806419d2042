#if Network
  /// Why a registry did not give what was asked of it, in one sentence.
  public struct RegistryError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it is; branch on this, not on the sentence.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
      package let kind: Kind

      package init(_ kind: Kind) { self.kind = kind }

      /// The code's name in words.
      public var description: String { kind.rawValue }
    }

    /// What kind of failure it is.
    public let code: Code

    /// What failed, on what, the reason and the remedy: lower case, no full stop, never a secret.
    public let message: String

    /// The registry, host and port as the reference has it.
    public let registry: String

    /// The repository within the registry, or nil when the request was not for one.
    public let repository: String?

    /// The HTTP status that the registry answered, or nil when it did not answer.
    public let httpStatus: Int?

    /// The code in the registry's own error body, such as `MANIFEST_UNKNOWN`; nil when it sent none.
    public let registryCode: String?

    /// How long the registry asked to be left alone; nil when it did not say.
    public let retryAfter: Duration?

    /// Whether the same request may succeed later: the registry was busy, failing or out of reach, and retries are used up.
    public let isRetryable: Bool

    /// The failure underneath, if there was one.
    public let cause: (any Error)?

    /// An error with those parts.
    public init(
      _ code: Code, _ message: String, registry: String, repository: String? = nil, httpStatus: Int? = nil, registryCode: String? = nil,
      retryAfter: Duration? = nil, isRetryable: Bool = false, cause: (any Error)? = nil
    ) {
      self.code = code
      self.message = message
      self.registry = registry
      self.repository = repository
      self.httpStatus = httpStatus
      self.registryCode = registryCode
      self.retryAfter = retryAfter
      self.isRetryable = isRetryable
      self.cause = cause
    }

    /// The sentence.
    public var description: String { message }
  }

  extension RegistryError.Code {
    /// Every code there is; one switch over it gives each its exit status.
    package enum Kind: String, CaseIterable, Sendable {
      case badCredentials = "bad credentials"
      case badResponse = "bad response"
      case closed
      case contentRefused = "content refused"
      case digestMismatch = "digest mismatch"
      case forbidden
      case notFound = "not found"
      case rateLimited = "rate limited"
      case refusedRedirect = "refused redirect"
      case timedOut = "timed out"
      case tooLarge = "too large"
      case unauthorized
      case unavailable
      case unreachable
      case untrustedTokenService = "untrusted token service"
    }

    /// A credential file or helper could not be used.
    public static let badCredentials = Self(.badCredentials)
    /// The answer is not what the distribution API prescribes.
    public static let badResponse = Self(.badResponse)
    /// The client was shut down.
    public static let closed = Self(.closed)
    /// The content came and is not readable; `cause` is the `OCIError`.
    public static let contentRefused = Self(.contentRefused)
    /// The content is not what its digest names.
    public static let digestMismatch = Self(.digestMismatch)
    /// The registry knows who asks and refuses (403).
    public static let forbidden = Self(.forbidden)
    /// The registry has no such repository, manifest or blob (404).
    public static let notFound = Self(.notFound)
    /// The registry wants fewer requests (429).
    public static let rateLimited = Self(.rateLimited)
    /// The registry pointed elsewhere and following would be unsafe, or never ends.
    public static let refusedRedirect = Self(.refusedRedirect)
    /// The request took longer than it may.
    public static let timedOut = Self(.timedOut)
    /// The answer exceeds a limit.
    public static let tooLarge = Self(.tooLarge)
    /// The registry wants credentials, or others (401).
    public static let unauthorized = Self(.unauthorized)
    /// The registry failed (5xx).
    public static let unavailable = Self(.unavailable)
    /// The registry could not be connected to, or the connection broke.
    public static let unreachable = Self(.unreachable)
    /// The registry sends credentials to a host that has nothing to do with it.
    public static let untrustedTokenService = Self(.untrustedTokenService)
  }
#endif
