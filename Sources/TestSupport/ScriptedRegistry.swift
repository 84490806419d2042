#if Network
  public import OCI
  internal import NIOCore
  internal import NIOHTTP1
  internal import NIOPosix
  internal import Synchronization

  #if canImport(FoundationEssentials)
    internal import FoundationEssentials
  #else
    internal import Foundation
  #endif

  /// A registry on this machine that serves what a test gives it and misbehaves as the test says.
  public final class ScriptedRegistry: Sendable {
    /// What is done with one request.
    public enum Step: Sendable {
      /// This answer is sent.
      case answer(Answer)
      /// The registry's own answer is sent after this change.
      case modify(@Sendable (inout Answer) -> Void)
      /// The registry's own answer is sent up to here, with the length of the whole, and the connection closed.
      case truncate(after: Int)
      /// The connection is reset.
      case reset
      /// The connection is closed without an answer.
      case close
      /// Nothing is sent, ever.
      case hang
      /// A status and then one byte after another, without end.
      case drip
      /// These bytes are sent instead of HTTP.
      case garbage([UInt8])
      /// A body without a stated length, as long as the client reads.
      case endless
    }

    /// An answer.
    public struct Answer: Sendable {
      /// The HTTP status.
      public var status: Int
      /// The headers; a `Content-Length` other than the body's leaves the client waiting, or closes the connection when it is greater.
      public var headers: [String: String]
      /// The body.
      public var body: [UInt8]

      /// An answer with those parts.
      public init(_ status: Int, headers: [String: String] = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
      }

      /// An answer with an error body as registries send.
      public static func failure(_ status: Int, _ code: String, _ message: String, headers: [String: String] = [:]) -> Answer {
        Answer(status, headers: headers, body: Array("{\"errors\":[{\"code\":\"\(code)\",\"message\":\"\(message)\"}]}".utf8))
      }
    }

    /// Whom the registry lets in.
    public enum Authentication: Sendable {
      /// Everyone.
      case none
      /// This user.
      case basic(user: String, password: String)
      /// Holders of tokens, which its own `/token` gives to this user, or to everyone; `realm` replaces that address in challenges. The
      /// password is a refresh token as well.
      case bearer(realm: String? = nil, user: String? = nil, password: String = "", lifetimeSeconds: Int? = 300)
    }

    /// A request that came.
    public struct Recorded: Sendable {
      /// The method.
      public let method: String
      /// The path, without the query.
      public let path: String
      /// The query.
      public let query: [String: String]
      /// The `Authorization` header.
      public let authorization: String?
      /// The `Accept` headers.
      public let accept: [String]
      /// The body.
      public let body: String
    }

    private let script: Mutex<RegistryScript>
    private let channel: any Channel

    /// Host and port, as a reference has them.
    public let address: String

    private init(channel: any Channel, script: consuming Mutex<RegistryScript>) {
      self.channel = channel
      self.script = script
      address = "127.0.0.1:\(channel.localAddress?.port ?? 0)"
    }

    /// Runs the body with a registry and stops it afterwards.
    public static func run<Result>(_ body: (ScriptedRegistry) async throws -> Result) async throws -> Result {
      let registry = try await start()
      do {
        let result = try await body(registry)
        try await registry.stop()
        return result
      } catch {
        try? await registry.stop()
        throw error
      }
    }

    private static func start() async throws -> ScriptedRegistry {
      // The handler needs the registry and the registry the bound channel.
      let box = Box()
      let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: false)
            try channel.pipeline.syncOperations.addHandler(ScriptedRegistryHandler(respond: { box.respond(to: $0) }))
          }
        }
        .bind(host: "127.0.0.1", port: 0).get()
      let registry = ScriptedRegistry(channel: channel, script: Mutex(RegistryScript()))
      registry.script.withLock { $0.address = registry.address }
      box.registry.withLock { $0 = registry }
      return registry
    }

    private final class Box: Sendable {
      let registry = Mutex<ScriptedRegistry?>(nil)

      func respond(to request: RegistryScript.Request) -> Step {
        registry.withLock { $0 }?.script.withLock { $0.respond(to: request) } ?? .close
      }
    }

    private func stop() async throws {
      try await channel.close()
    }

    /// A reference to a repository here.
    public func reference(_ rest: String) throws -> Reference { try Reference(address + "/" + rest) }

    /// Adds a manifest, by digest and by tag. An empty media type is not declared.
    @discardableResult
    public func addManifest(_ bytes: [UInt8], mediaType: MediaType, to repository: String, tag: String? = nil) -> Digest {
      let digest = Digest(of: bytes)
      script.withLock { script in
        let content = RegistryScript.Content(bytes: bytes, mediaType: mediaType.rawValue)
        script.manifests[repository + "@" + digest.description] = content
        if let tag {
          script.manifests[repository + ":" + tag] = content
          if script.tags[repository]?.contains(tag) != true { script.tags[repository, default: []].append(tag) }
        }
      }
      return digest
    }

    /// Adds a blob.
    @discardableResult
    public func addBlob(_ bytes: [UInt8], to repository: String) -> Digest {
      let digest = Digest(of: bytes)
      script.withLock { $0.blobs[repository + "@" + digest.description] = bytes }
      return digest
    }

    /// Replaces a repository's list of tags.
    public func setTags(_ tags: [String], of repository: String, pageSize: Int? = nil) {
      script.withLock { script in
        script.tags[repository] = tags
        script.pageSize = pageSize
      }
    }

    /// Lets in no one else from now on. Tokens given before are worth nothing.
    public func require(_ authentication: Authentication) {
      script.withLock { script in
        script.authentication = authentication
        script.issuedTokens = [:]
      }
    }

    /// Does this with the next requests whose path contains the text; steps for one path happen in the order in which they were added.
    public func script(_ step: Step, at path: String, method: String? = nil, times: Int = 1) {
      script.withLock { $0.rules.append(RegistryScript.Rule(method: method, path: path, step: step, remaining: times)) }
    }

    /// The requests so far.
    public var requests: [Recorded] { script.withLock { $0.requests } }

    static func basic(_ user: String, _ password: String) -> String {
      "Basic " + Data("\(user):\(password)".utf8).base64EncodedString()
    }
  }
#endif
