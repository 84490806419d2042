#if Network
  internal import NIOSSL
  internal import Synchronization

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

    private let files: Files
    private let current: Mutex<NIOSSLContext>

    /// The files' contents.
    ///
    /// - Throws: what is wrong with one of them.
    package init(_ files: Files) throws {
      self.files = files
      current = Mutex(try Self.load(files))
    }

    /// Reads the files again; connections that begin from now on see what they hold. Those that are open stay.
    ///
    /// - Throws: what is wrong with one of them; what was there before stays in use.
    package func reload() throws {
      let context = try Self.load(files)
      current.withLock { $0 = context }
    }

    var context: NIOSSLContext { current.withLock { $0 } }

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
