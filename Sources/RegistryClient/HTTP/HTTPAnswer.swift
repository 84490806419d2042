#if Network
  internal import NIOHTTP1

  #if canImport(FoundationEssentials)
    internal import FoundationEssentials
  #else
    internal import Foundation
  #endif

  /// One HTTP request, and where it may go.
  struct HTTPQuestion: Sendable {
    var method: HTTPMethod
    var url: URL
    var headers: HTTPHeaders
    var body: [UInt8]?
    var maximumBytes: Int
    var verifiesTLS: Bool
    var reach: Reach
  }

  /// The whole answer to one HTTP request.
  struct HTTPAnswer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: [UInt8]

    /// The one value of a header, or nil when there is none or several that differ.
    func header(_ name: String) -> String? {
      let values = Set(headers[name])
      return values.count == 1 ? values.first : nil
    }
  }

  /// Scheme, host and port: what credentials are bound to.
  struct Origin: Hashable, Sendable {
    let scheme: String
    let host: String
    let port: Int

    /// Nil when the address is not HTTP or HTTPS, has no host, or carries a user name.
    init?(_ url: URL) {
      guard let scheme = url.scheme?.lowercased(), scheme == "https" || scheme == "http", let host = url.host()?.lowercased(),
        !host.isEmpty,
        url.user() == nil, url.password() == nil
      else { return nil }
      self.scheme = scheme
      self.host = host
      port = url.port ?? (scheme == "https" ? 443 : 80)
    }

    /// Host and port as references have them.
    var authority: String { port == (scheme == "https" ? 443 : 80) ? host : "\(host):\(port)" }

    /// Whether the host is this machine by name or by number.
    var isLoopback: Bool {
      let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
      return bare == "localhost" || IPAddress(bare)?.isLoopback ?? false
    }
  }
#endif
