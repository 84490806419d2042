#if Network
  import OCI
  import RegistryClient
  import Synchronization
  import Testing

  /// Waits that a client wanted and a clock that only they move.
  final class Pauses: Sendable {
    private let state = Mutex<(pauses: [Duration], now: Double)>(([], 1_767_225_600))

    var all: [Duration] { state.withLock { $0.pauses } }

    func advance(bySeconds seconds: Double) { state.withLock { $0.now += seconds } }

    var environment: ClientEnvironment {
      ClientEnvironment(
        now: { self.state.withLock { $0.now } },
        sleep: { pause in
          try Task.checkCancellation()
          self.state.withLock { state in
            state.pauses.append(pause)
            state.now += pause / .seconds(1)
          }
        },
        random: { 1 })
    }
  }

  /// A client for registries on this machine: plain HTTP allowed, no credentials, no real waits.
  func makeClient(
    _ pauses: Pauses = Pauses(), credentials: CredentialSource = .anonymous,
    _ change: (inout RegistryClient.Configuration) -> Void = { _ in }
  ) -> RegistryClient {
    var configuration = RegistryClient.Configuration(credentials: credentials, insecureRegistries: .all)
    configuration.environment = pauses.environment
    change(&configuration)
    return RegistryClient(configuration: configuration)
  }

  /// The error of a body that must fail, or nil, with an issue, when it did not.
  func failure<Result>(sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Result) async -> RegistryError? {
    do {
      _ = try await body()
      Issue.record("nothing failed", sourceLocation: sourceLocation)
    } catch let error as RegistryError {
      return error
    } catch {
      Issue.record(error, sourceLocation: sourceLocation)
    }
    return nil
  }

  /// A small image: its configuration's bytes and its manifest's.
  enum SmallImage {
    static let configuration = Array(
      #"{"architecture":"amd64","os":"linux","config":{"Cmd":["/a"]},"rootfs":{"type":"layers","diff_ids":[]}}"#.utf8)

    static let manifest = Array(
      #"""
      {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"\#(Digest(of: configuration))","size":\#(configuration.count)},"layers":[]}
      """#.utf8)

    static let index = Array(
      #"""
      {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"\#(Digest(of: manifest))","size":\#(manifest.count),"platform":{"os":"linux","architecture":"amd64"}}]}
      """#.utf8)
  }
#endif
