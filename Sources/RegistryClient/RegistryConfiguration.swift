#if Network
  extension RegistryClient {
    /// How a client behaves; the defaults suit an importer.
    public struct Configuration: Sendable {
      /// Registries that may be talked to without verified TLS.
      public enum InsecureRegistries: Hashable, Sendable {
        /// None: HTTPS with a verified certificate, always.
        case none
        /// These, each host or host:port as references have it.
        case named(Set<String>)
        /// Every one.
        case all

        func contains(_ registry: String) -> Bool {
          switch self {
          case .none: false
          case .named(let names): names.contains(registry)
          case .all: true
          }
        }
      }

      /// Where user names and passwords come from.
      public var credentials: CredentialSource

      /// Registries that may be talked to without verified TLS, and over plain HTTP when they do not answer HTTPS.
      public var insecureRegistries: InsecureRegistries

      /// Hosts that may receive credentials beside the registry's own domain: token services by registry.
      ///
      /// A token service on the registry's host, or within the same registered domain (`auth.docker.io` for `docker.io`), needs no entry.
      public var trustedTokenHosts: [String: Set<String>]

      /// What is tried again and when.
      public var retryPolicy: RetryPolicy

      /// How long one request may take, its whole answer included.
      public var requestTimeout: Duration

      /// How long a connection may take to come about.
      public var connectTimeout: Duration

      /// The most bytes of a page of a tag list.
      public var maximumTagPageBytes: Int

      /// The most pages of a tag list.
      public var maximumTagPages: Int

      /// The most tags of a repository.
      public var maximumTags: Int

      /// What the client calls itself.
      public var userAgent: String

      /// Time and chance, which tests replace.
      package var environment = ClientEnvironment()

      /// The defaults: credentials where Docker and Podman keep them, no insecure registries, 30 s for a request, 10 s to connect.
      public init(
        credentials: CredentialSource = .standard, insecureRegistries: InsecureRegistries = .none,
        trustedTokenHosts: [String: Set<String>] = [:], retryPolicy: RetryPolicy = RetryPolicy(), requestTimeout: Duration = .seconds(30),
        connectTimeout: Duration = .seconds(10), maximumTagPageBytes: Int = 16 << 20, maximumTagPages: Int = 1000,
        maximumTags: Int = 1_000_000, userAgent: String = "isdb"
      ) {
        self.credentials = credentials
        self.insecureRegistries = insecureRegistries
        self.trustedTokenHosts = trustedTokenHosts
        self.retryPolicy = retryPolicy
        self.requestTimeout = requestTimeout
        self.connectTimeout = connectTimeout
        self.maximumTagPageBytes = maximumTagPageBytes
        self.maximumTagPages = maximumTagPages
        self.maximumTags = maximumTags
        self.userAgent = userAgent
      }
    }
  }

  /// Time and chance as the client sees them.
  package struct ClientEnvironment: Sendable {
    /// Seconds since 1970.
    package var now: @Sendable () -> Double

    /// Waits between tries.
    package var sleep: @Sendable (Duration) async throws -> Void

    /// A number from 0 up to 1, for jitter.
    package var random: @Sendable () -> Double

    /// Whether a host lies in the public internet.
    package var isPublicHost: @Sendable (String) async -> Bool

    /// Replaces any of them.
    package init(
      now: @escaping @Sendable () -> Double = { WallClock.secondsSince1970 },
      sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
      random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
      isPublicHost: @escaping @Sendable (String) async -> Bool = { await HostResolver.isPublic($0) }
    ) {
      self.now = now
      self.sleep = sleep
      self.random = random
      self.isPublicHost = isPublicHost
    }
  }
#endif
