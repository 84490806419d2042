/// Names of objects that are views of a stream: `stream:tag` and `stream@digest`.
public enum ObjectNames {
  /// The tag that is meant when none is named.
  public static let defaultTag = "latest"

  /// The stream and tag that a request for an image stream tag names.
  ///
  /// - Throws: `StatusError` 400 unless there is exactly one colon with text on both sides, and no `@`.
  public static func streamAndTag(_ name: String) throws(StatusError) -> (stream: String, tag: String) {
    let parts = name.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard !name.contains("@"), parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
      throw .badRequest("ImageStreamTags must be retrieved with <name>:<tag>")
    }
    return (parts[0], parts[1])
  }

  /// The stream and digest that a request for an image of a stream names.
  ///
  /// - Throws: `StatusError` 400 unless there is exactly one `@` with text on both sides.
  public static func streamAndDigest(_ name: String) throws(StatusError) -> (stream: String, digest: String) {
    let parts = name.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
      throw .badRequest("ImageStreamImages must be retrieved with <name>@<id>")
    }
    return (parts[0], parts[1])
  }

  /// The stream and tag in `text`, where the tag may be missing or empty: then `latest` is meant.
  public static func lenientStreamAndTag(_ text: String) -> (stream: String, tag: String, hasTag: Bool) {
    guard let colon = text.firstIndex(of: ":") else { return (text, defaultTag, false) }
    let tag = String(text[text.index(after: colon)...])
    return (String(text[..<colon]), tag.isEmpty ? defaultTag : tag, true)
  }

  /// `stream:tag`, with `latest` for an empty tag.
  public static func joined(_ stream: String, _ tag: String) -> String { "\(stream):\(tag.isEmpty ? defaultTag : tag)" }
}
