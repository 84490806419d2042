#if Network
  internal import Dispatch
  internal import NIOCore

  /// Finds out whether a host lies in the public internet.
  enum HostResolver {
    /// Whether the name resolves to a public address; true when it does not resolve, which is the stricter answer for what follows.
    static func isPublic(_ host: String) async -> Bool {
      let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
      if let address = IPAddress(bare) { return address.isPublic }
      return await withCheckedContinuation { continuation in
        // The system's resolver blocks.
        DispatchQueue.global().async {
          let address = try? SocketAddress.makeAddressResolvingHost(bare, port: 443)
          continuation.resume(returning: address?.ipAddress.flatMap { IPAddress($0)?.isPublic } ?? true)
        }
      }
    }
  }
#endif
