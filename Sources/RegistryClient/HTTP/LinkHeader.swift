#if Network
  /// The target of a `Link` header with `rel="next"`, by which registries page (RFC 8288).
  enum LinkHeader {
    /// The next page's address as it stands between `<` and `>`, or nil when there is none.
    static func next(in headers: [String]) -> String? {
      for header in headers where header.utf8.count <= 8192 {
        var rest = header[...]
        while let open = rest.firstIndex(of: "<"), let close = rest[open...].firstIndex(of: ">") {
          let target = rest[rest.index(after: open)..<close]
          rest = rest[rest.index(after: close)...]
          let end = rest.firstIndex(of: "<") ?? rest.endIndex
          if isNext(rest[..<end]) { return String(target) }
          rest = rest[end...]
        }
      }
      return nil
    }

    private static func isNext(_ parameters: Substring) -> Bool {
      parameters.split(whereSeparator: { $0 == ";" || $0 == "," }).contains { parameter in
        let parts = parameter.split(separator: "=", maxSplits: 1).map { $0.filter { $0 != " " && $0 != "\"" }.lowercased() }
        return parts.count == 2 && parts[0] == "rel" && parts[1] == "next"
      }
    }
  }
#endif
