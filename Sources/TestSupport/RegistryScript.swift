#if Network
  internal import OCI

  /// What a scripted registry holds and does: a pure value, so that its HTTP shell has nothing to decide.
  struct RegistryScript {
    /// A request as it came.
    struct Request: Sendable {
      let method: String
      let path: String
      let query: [String: String]
      let headers: [(name: String, value: String)]
      let body: [UInt8]

      func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name.lowercased() }?.value }
    }

    struct Rule {
      let method: String?
      let path: String
      let step: ScriptedRegistry.Step
      var remaining: Int
    }

    struct Content {
      let bytes: [UInt8]
      let mediaType: String
    }

    var manifests: [String: Content] = [:]
    var blobs: [String: [UInt8]] = [:]
    var tags: [String: [String]] = [:]
    var pageSize: Int?
    var authentication = ScriptedRegistry.Authentication.none
    var rules: [Rule] = []
    var requests: [ScriptedRegistry.Recorded] = []
    var issuedTokens: [String: String] = [:]
    var tokenCount = 0
    var address = ""

    /// The step that the script has for the request, or the registry's own answer.
    mutating func respond(to request: Request) -> ScriptedRegistry.Step {
      requests.append(
        ScriptedRegistry.Recorded(
          method: request.method, path: request.path, query: request.query, authorization: request.header("Authorization"),
          accept: request.headers.filter { $0.name.lowercased() == "accept" }.map(\.value),
          body: String(decoding: request.body, as: UTF8.self)))
      let index = rules.firstIndex { rule in
        rule.remaining > 0 && request.path.contains(rule.path) && (rule.method == nil || rule.method == request.method)
      }
      guard let index else { return .answer(answer(to: request)) }
      rules[index].remaining -= 1
      switch rules[index].step {
      case .modify(let change):
        var answer = answer(to: request)
        change(&answer)
        return .answer(answer)
      case .truncate(let count):
        var answer = answer(to: request)
        answer.headers["Content-Length"] = String(answer.body.count)
        answer.body = Array(answer.body.prefix(count))
        return .answer(answer)
      default: return rules[index].step
      }
    }

    private mutating func answer(to request: Request) -> ScriptedRegistry.Answer {
      if request.path == "/token" { return token(for: request) }
      if let refusal = refusal(of: request) { return refusal }
      if request.path == "/v2/" { return .init(200, headers: ["Docker-Distribution-API-Version": "registry/2.0"], body: Array("{}".utf8)) }
      let parts = request.path.split(separator: "/").map(String.init)
      guard parts.count >= 4, parts[0] == "v2" else { return .failure(404, "NAME_UNKNOWN", "no such page") }
      let repository = parts[1..<parts.count - 2].joined(separator: "/")
      switch (parts[parts.count - 2], parts[parts.count - 1]) {
      case ("manifests", let name): return manifest(name, in: repository, accept: request)
      case ("blobs", let digest):
        guard let bytes = blobs[repository + "@" + digest] else { return .failure(404, "BLOB_UNKNOWN", "blob unknown to registry") }
        return .init(200, headers: ["Content-Type": "application/octet-stream", "Docker-Content-Digest": digest], body: bytes)
      case ("tags", "list"): return tagPage(of: repository, request)
      default: return .failure(404, "UNSUPPORTED", "no such page")
      }
    }

    private func manifest(_ name: String, in repository: String, accept request: Request) -> ScriptedRegistry.Answer {
      guard let content = manifests[repository + (name.contains(":") ? "@" : ":") + name] else {
        return .failure(404, "MANIFEST_UNKNOWN", "manifest unknown")
      }
      let accepted = request.headers.filter { $0.name.lowercased() == "accept" }.map(\.value)
      guard accepted.contains(content.mediaType) || content.mediaType.isEmpty else {
        return .failure(404, "MANIFEST_UNKNOWN", "accept header does not support \(content.mediaType)")
      }
      var headers = ["Docker-Content-Digest": Digest(of: content.bytes).description]
      if !content.mediaType.isEmpty { headers["Content-Type"] = content.mediaType }
      return .init(200, headers: headers, body: content.bytes)
    }

    private func tagPage(of repository: String, _ request: Request) -> ScriptedRegistry.Answer {
      guard let all = tags[repository] else { return .failure(404, "NAME_UNKNOWN", "repository name not known to registry") }
      let start = request.query["last"].flatMap { last in all.firstIndex(of: last).map { $0 + 1 } } ?? 0
      let page = Array(all[start...].prefix(pageSize ?? all.count))
      var headers = ["Content-Type": "application/json"]
      if let last = page.last, start + page.count < all.count {
        headers["Link"] = "</v2/\(repository)/tags/list?last=\(last)&n=\(page.count)>; rel=\"next\""
      }
      let list = page.map { "\"\($0)\"" }.joined(separator: ",")
      return .init(200, headers: headers, body: Array("{\"name\":\"\(repository)\",\"tags\":[\(list)]}".utf8))
    }

    private func refusal(of request: Request) -> ScriptedRegistry.Answer? {
      let given = request.header("Authorization")
      switch authentication {
      case .none: return nil
      case .basic(let user, let password):
        if given == ScriptedRegistry.basic(user, password) { return nil }
        var refusal = ScriptedRegistry.Answer.failure(401, "UNAUTHORIZED", "authentication required")
        refusal.headers["WWW-Authenticate"] = "Basic realm=\"test\""
        return refusal
      case .bearer(let realm, _, _, _):
        let parts = request.path.split(separator: "/")
        let scope = parts.count >= 4 ? "repository:\(parts[1..<parts.count - 2].joined(separator: "/")):pull" : ""
        if let given, given.hasPrefix("Bearer "), issuedTokens[String(given.dropFirst(7))] == scope { return nil }
        var refusal = ScriptedRegistry.Answer.failure(401, "UNAUTHORIZED", "authentication required")
        let service = "realm=\"\(realm ?? "http://\(address)/token")\",service=\"scripted, with comma\""
        refusal.headers["WWW-Authenticate"] = "Bearer \(service)" + (scope.isEmpty ? "" : ",scope=\"\(scope),push\"")
        return refusal
      }
    }

    private mutating func token(for request: Request) -> ScriptedRegistry.Answer {
      guard case .bearer(_, let user, let password, let lifetime) = authentication else { return .failure(404, "UNSUPPORTED", "no tokens") }
      let form = RegistryScript.parameters(String(decoding: request.body, as: UTF8.self))
      let isRefresh = request.method == "POST" && form["grant_type"] == "refresh_token" && form["refresh_token"] == password
      if let user, !isRefresh, request.header("Authorization") != ScriptedRegistry.basic(user, password) {
        return .failure(401, "UNAUTHORIZED", "wrong user")
      }
      tokenCount += 1
      let token = "token-\(tokenCount)"
      issuedTokens[token] = (isRefresh ? form["scope"] : request.query["scope"]) ?? ""
      let expiry = lifetime.map { ",\"expires_in\":\($0)" } ?? ""
      return .init(200, headers: ["Content-Type": "application/json"], body: Array("{\"token\":\"\(token)\"\(expiry)}".utf8))
    }

    /// The parameters of a query or form, percent-decoded.
    static func parameters(_ text: String) -> [String: String] {
      var result: [String: String] = [:]
      for pair in text.split(separator: "&") {
        let parts = pair.split(separator: "=", maxSplits: 1).map { decode(String($0)) }
        if let name = parts.first { result[name] = parts.count == 2 ? parts[1] : "" }
      }
      return result
    }

    private static func decode(_ text: String) -> String {
      var bytes: [UInt8] = []
      var rest = Array(text.utf8)[...]
      while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "%"), rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
          bytes.append(value)
          rest = rest.dropFirst(2)
        } else {
          bytes.append(byte)
        }
      }
      return String(decoding: bytes, as: UTF8.self)
    }
  }
#endif
