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

    /// What is wrong with one of them, with its path.
    package struct Failure: Error, CustomStringConvertible {
      /// A sentence's part.
      package let description: String
    }

    /// What the files hold.
    private struct Contents: Equatable {
      let certificate: Data?
      let key: Data?
      let clientAuthorities: Data?

      init(_ files: Files) {
        func content(_ path: String) -> Data? { try? Data(contentsOf: URL(fileURLWithPath: path)) }
        certificate = content(files.certificate)
        key = content(files.key)
        clientAuthorities = files.clientAuthorities.flatMap { content($0) }
      }
    }

    private struct State {
      var context: NIOSSLContext
      /// What the context was made of.
      var contents: Contents
    }

    private let files: Files
    private let current: Mutex<State>

    /// The files' contents.
    ///
    /// - Throws: what is wrong with one of them.
    package init(_ files: Files) throws(Failure) {
      self.files = files
      let contents = Contents(files)
      current = Mutex(State(context: try Self.context(files, contents), contents: contents))
    }

    /// Reads the files again if they hold something else; connections that begin from now on see it, and those that are open stay.
    ///
    /// - Returns: whether they did.
    /// - Throws: what is wrong with one of them; what was there before stays in use.
    package func reloadIfChanged() throws(Failure) -> Bool {
      let contents = Contents(files)
      guard contents != current.withLock({ $0.contents }) else { return false }
      let context = try Self.context(files, contents)
      current.withLock { $0 = State(context: context, contents: contents) }
      return true
    }

    var context: NIOSSLContext { current.withLock { $0.context } }

    private static func context(_ files: Files, _ contents: Contents) throws(Failure) -> NIOSSLContext {
      let chain = try certificates(contents.certificate, files.certificate)
      guard let keyBytes = contents.key else { throw unreadable(files.key) }
      guard let key = try? NIOSSLPrivateKey(bytes: Array(keyBytes), format: .pem) else {
        throw Failure(description: "\(files.key) has no private key in PEM form that can be used without a passphrase")
      }
      var configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
      configuration.minimumTLSVersion = .tlsv12
      configuration.applicationProtocols = ["h2", "http/1.1"]
      if let authorities = files.clientAuthorities {
        configuration.trustRoots = .certificates(try certificates(contents.clientAuthorities, authorities))
        // Clients are known by who vouches for them, not by a name.
        configuration.certificateVerification = .noHostnameVerification
      }
      do {
        return try NIOSSLContext(configuration: configuration)
      } catch {
        throw Failure(
          description:
            "the key \(files.key) and the certificate \(files.certificate) do not belong together, or are of a kind that is not known (\(error))"
        )
      }
    }

    private static func certificates(_ bytes: Data?, _ path: String) throws(Failure) -> [NIOSSLCertificate] {
      guard let bytes else { throw unreadable(path) }
      guard let certificates = try? NIOSSLCertificate.fromPEMBytes(Array(bytes)), !certificates.isEmpty else {
        throw Failure(description: "\(path) has no certificate in PEM form")
      }
      return certificates
    }

    private static func unreadable(_ path: String) -> Failure {
      let isThere = FileManager.default.fileExists(atPath: path)
      return Failure(description: isThere ? "\(path) cannot be read by this user" : "there is no file \(path)")
    }
  }
#endif
