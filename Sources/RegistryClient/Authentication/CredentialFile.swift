#if Network
  internal import OCI

  #if canImport(FoundationEssentials)
    internal import FoundationEssentials
  #else
    internal import Foundation
  #endif

  /// The parts of `auth.json` and `config.json` that concern credentials (containers-auth.json(5); Docker's `config.json`).
  struct CredentialFile: Decodable {
    struct Entry: Decodable {
      let auth: String?
      let username: String?
      let password: String?
      let identitytoken: String?
      let registrytoken: String?

      /// The credentials, or nil for the empty entry that Docker writes when a store has them.
      func credentials() throws -> Credentials? {
        if let token = identitytoken, !token.isEmpty { return .identityToken(token) }
        if let token = registrytoken, !token.isEmpty { return .registryToken(token) }
        if let auth, !auth.isEmpty {
          guard let data = Data(base64Encoded: auth), let text = String(validating: Array(data), as: UTF8.self) else {
            throw Malformed(reason: "has an auth that is not base64")
          }
          guard let colon = text.firstIndex(of: ":") else { throw Malformed(reason: "has an auth without a colon") }
          var password = text[text.index(after: colon)...]
          while password.last == "\0" { password.removeLast() }
          return .password(user: String(text[..<colon]), password: String(password))
        }
        guard let username, let password, !username.isEmpty else { return nil }
        return .password(user: username, password: password)
      }
    }

    struct Malformed: Error {
      let reason: String
    }

    let auths: [String: Entry]?
    let credHelpers: [String: String]?
    let credsStore: String?

    /// The names under which a registry may stand in a file, most usual first.
    static func serverNames(of registry: String) -> [String] {
      guard registry == Reference.defaultRegistry else { return [registry] }
      return ["https://index.docker.io/v1/", "docker.io", "index.docker.io", "registry-1.docker.io"]
    }

    /// The entry whose key fits with the longest path: `quay.io/ns/app`, then `quay.io/ns`, then `quay.io`.
    ///
    /// Paths are compared by whole components, so that `quay.io/ns` has nothing to do with `quay.io/nsx`. Keys with a scheme, as Docker
    /// writes them, stand for their host.
    func entry(registry: String, repository: String?) -> Entry? {
      guard let auths else { return nil }
      var best: (length: Int, key: String, entry: Entry)?
      let full = registry + (repository.map { "/" + $0 } ?? "")
      for (key, entry) in auths {
        let normalized = Self.normalize(key)
        guard full == normalized || full.hasPrefix(normalized + "/") else { continue }
        // Two keys may mean the same; the smaller text wins, so that the choice does not depend on chance.
        if let best, (best.length, key) > (normalized.utf8.count, best.key) { continue }
        best = (normalized.utf8.count, key, entry)
      }
      return best?.entry
    }

    static func normalize(_ key: String) -> String {
      var rest = key[...]
      for scheme in ["https://", "http://"] where rest.hasPrefix(scheme) {
        rest = rest.dropFirst(scheme.count).prefix { $0 != "/" }
      }
      while rest.last == "/" { rest.removeLast() }
      let host = rest.prefix { $0 != "/" }.lowercased()
      let path = rest.drop { $0 != "/" }
      return (serverNames(of: Reference.defaultRegistry).contains(host) ? Reference.defaultRegistry : host) + path
    }
  }
#endif
