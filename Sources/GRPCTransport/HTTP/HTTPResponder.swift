#if Network
  /// A plain request: what a probe or a browser asks.
  package struct HTTPRequest: Hashable, Sendable {
    /// Such as `GET`.
    package let method: String

    /// The path, with what is behind a question mark.
    package let target: String

    /// The path alone.
    package var path: String { String(target.prefix { $0 != "?" }) }

    /// The value of a parameter behind the question mark, as it is written there.
    package func parameter(_ name: String) -> String? {
      guard let start = target.firstIndex(of: "?") else { return nil }
      for pair in target[target.index(after: start)...].split(separator: "&") {
        let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        if parts[0] == name { return parts.count > 1 ? String(parts[1]) : "" }
      }
      return nil
    }

    /// Whether there is such a parameter, with any value or none.
    package func hasParameter(_ name: String) -> Bool { parameter(name) != nil }

    /// Every value of a parameter that may be given more than once.
    package func parameters(_ name: String) -> [String] {
      guard let start = target.firstIndex(of: "?") else { return [] }
      return target[target.index(after: start)...].split(separator: "&").compactMap { pair in
        let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return parts[0] == name && parts.count > 1 ? String(parts[1]) : nil
      }
    }

    /// A request.
    package init(method: String, target: String) {
      self.method = method
      self.target = target
    }
  }

  /// What it is answered with.
  package struct HTTPAnswer: Hashable, Sendable {
    /// Such as 200.
    package let status: Int

    /// Such as `application/json`.
    package let contentType: String

    /// The content.
    package let body: [UInt8]

    /// An answer of that text.
    package init(_ status: Int, _ text: String, contentType: String = "text/plain; charset=utf-8") {
      self.status = status
      self.contentType = contentType
      body = Array(text.utf8)
    }
  }

  /// Answers plain requests, on whatever thread it is called.
  package typealias HTTPResponder = @Sendable (HTTPRequest) async -> HTTPAnswer
#endif
