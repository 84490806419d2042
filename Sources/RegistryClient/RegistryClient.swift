#if Network
  internal import Synchronization

  /// Reads manifests, configurations and tags from registries that speak the OCI distribution API.
  ///
  /// One client serves any number of registries and tasks. What it returns has been verified against its digest and read; what it throws is
  /// a `RegistryError`, or `CancellationError`, or whatever a `CredentialSource` threw.
  ///
  /// Three rules keep credentials where they belong. They are sent to the registry they are for and to its token service, over HTTPS unless
  /// the registry was allowed to be insecure. A redirect never carries them to another host. And a host that only a registry has named is
  /// not reached at a private address, unless that registry is at one itself.
  public final class RegistryClient: Sendable {
    /// How this client behaves.
    public let configuration: Configuration

    let transport: HTTPTransport
    let tokens = TokenStore()

    /// Schemes that registries which may be insecure have answered on.
    let knownSchemes = Mutex<[String: String]>([:])

    /// A client that behaves so. It opens no connection yet.
    public init(configuration: Configuration = Configuration()) {
      self.configuration = configuration
      transport = HTTPTransport(requestTimeout: configuration.requestTimeout, connectTimeout: configuration.connectTimeout)
    }

    /// Closes all connections; every later request fails with `RegistryError.Code.closed`. A client that is dropped does this by itself, but
    /// does not wait for it.
    public func shutdown() async { await transport.shutdown() }
  }
#endif
