#if Network
  /// What proves to a registry who asks. Its text forms never hold the secret.
  public struct Credentials: Sendable {
    package enum Kind: Hashable, Sendable {
      case password(user: String, password: String)
      case identityToken(String)
      case registryToken(String)
    }

    package let kind: Kind

    private init(_ kind: Kind) { self.kind = kind }

    /// A user name and a password.
    public static func password(user: String, password: String) -> Credentials { Credentials(.password(user: user, password: password)) }

    /// A token to be exchanged for others at the registry's token service (OAuth 2 refresh token).
    public static func identityToken(_ token: String) -> Credentials { Credentials(.identityToken(token)) }

    /// A token to be shown to the registry itself.
    public static func registryToken(_ token: String) -> Credentials { Credentials(.registryToken(token)) }
  }

  extension Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The user's name, or the kind of token.
    public var description: String {
      switch kind {
      case .password(let user, _): "password of \(user)"
      case .identityToken: "identity token"
      case .registryToken: "registry token"
      }
    }

    /// The same as `description`.
    public var debugDescription: String { description }

    /// Nothing, lest `dump` print a secret.
    public var customMirror: Mirror { Mirror(self, children: []) }
  }

  /// Where a client finds credentials.
  public struct CredentialSource: Sendable {
    private let lookup: @Sendable (_ registry: String, _ repository: String?) async throws -> Credentials?

    /// A source that asks the closure, once for each authentication.
    ///
    /// `registry` is the host and port as references have it (`docker.io` for Docker Hub), `repository` the path within it; nil means that
    /// the request is not for a repository. The closure answers nil when it knows none. Credentials go to that registry and its token service
    /// only.
    public init(_ lookup: @escaping @Sendable (_ registry: String, _ repository: String?) async throws -> Credentials?) {
      self.lookup = lookup
    }

    /// No credentials.
    public static let anonymous = CredentialSource { _, _ in nil }

    /// The files in which Docker and Podman keep them; see `CredentialFiles`.
    public static let standard = CredentialSource.files(CredentialFiles())

    /// Those files.
    public static func files(_ files: CredentialFiles) -> CredentialSource {
      CredentialSource { registry, repository in try await files.credentials(registry: registry, repository: repository) }
    }

    /// These credentials for one registry, and none for any other.
    public static func fixed(_ credentials: Credentials, for registry: String) -> CredentialSource {
      CredentialSource { asked, _ in asked == registry ? credentials : nil }
    }

    func credentials(registry: String, repository: String?) async throws -> Credentials? { try await lookup(registry, repository) }
  }
#endif
