#if Network
  internal import NIOSSL
  internal import Synchronization

  #if canImport(FoundationEssentials)
    internal import FoundationEssentials
  #else
    internal import Foundation
  #endif

  /// The certificate that a server shows, and whom it trusts, read from files that may be exchanged while it runs.
  package final class ServerCertificates: Sendable {
    /// Where they are.
    package struct Files: Hashable, Sendable {
      /// The server's certificate and those that vouch for it, PEM.
      package var certificate: String

      /// Its private key, PEM.
      package var key: String

      /// Whose clients are trusted, PEM; nil when clients need no certificate.
      package var clientAuthorities: String?

      /// Those files.
      package init(certificate: String, key: String, clientAuthorities: String? = nil) {
        self.certificate = certificate
        self.key = key
        self.clientAuthorities = clientAuthorities
      }
    }

    private struct State {
      var context: NIOSSLContext
      /// What the files held when the context was made.
      var contents: [Data?]
    }

    private let files: Files
    private let current: Mutex<State>

    /// The files' contents.
    ///
    /// - Throws: what is wrong with one of them.
    package init(_ files: Files) throws {
      self.files = files
      let contents = Self.contents(of: files)
      current = Mutex(State(context: try Self.load(files), contents: contents))
    }

    /// Reads the files again if they hold something else; connections that begin from now on see it, and those that are open stay.
    ///
    /// - Returns: whether they did.
    /// - Throws: what is wrong with one of them; what was there before stays in use.
    package func reloadIfChanged() throws -> Bool {
      // Before they are loaded, so that a change in between is seen the next time.
      let contents = Self.contents(of: files)
      guard contents != current.withLock({ $0.contents }) else { return false }
      let context = try Self.load(files)
      current.withLock { $0 = State(context: context, contents: contents) }
      return true
    }

    var context: NIOSSLContext { current.withLock { $0.context } }

    private static func contents(of files: Files) -> [Data?] {
      [files.certificate, files.key, files.clientAuthorities].map { path in
        path.flatMap { try? Data(contentsOf: URL(fileURLWithPath: $0)) }
      }
    }

    private static func load(_ files: Files) throws -> NIOSSLContext {
      let chain = try NIOSSLCertificate.fromPEMFile(files.certificate)
      let key = try NIOSSLPrivateKey(file: files.key, format: .pem)
      var configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
      configuration.minimumTLSVersion = .tlsv12
      configuration.applicationProtocols = ["h2", "http/1.1"]
      if let authorities = files.clientAuthorities {
        configuration.trustRoots = .file(authorities)
        // Clients are known by who vouches for them, not by a name.
        configuration.certificateVerification = .noHostnameVerification
      }
      return try NIOSSLContext(configuration: configuration)
    }
  }
#endif
