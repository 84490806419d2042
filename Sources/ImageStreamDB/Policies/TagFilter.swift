public import MVCC
internal import OCI

/// Which tags a policy looks at, and which part of a tag it orders them by.
///
///     try TagFilter(pattern: #"^main-[0-9a-f]{7}-(?P<build>\d+)$"#, extract: "$build")
public struct TagFilter: Hashable, Sendable {
  /// What a tag has to match; anywhere in it, unless anchored.
  public let pattern: TagPattern

  private let template: ExtractTemplate?

  /// A filter with that pattern, and a template of what is taken from a tag: `$1`, `$name` or `${name}`, `$$` for a dollar sign. The whole
  /// tag is taken when it is nil or empty.
  /// - Throws: `StoreError` with code `invalidArgument`, which names the place, and `tooLarge` for a pattern beyond its limits.
  public init(pattern: String, extract: String? = nil) throws(StoreError) {
    let pattern = try TagPattern(pattern)
    self.pattern = pattern
    guard let extract, !extract.isEmpty else {
      template = nil
      return
    }
    do {
      template = try ExtractTemplate(extract, groupNames: pattern.program.groupNames)
    } catch {
      throw StoreError(
        .invalidArgument,
        "\(extract.quotedForMessage) does not extract from \(pattern.text.quotedForMessage): at character \(error.place), \(error.problem)",
        cause: error)
    }
  }

  /// The template of what is taken from a tag; nil for the whole tag.
  public var extract: String? { template?.text }

  /// What is taken from the tag; nil when it does not match.
  public func value(of tag: String) -> String? {
    guard let groups = pattern.match(tag) else { return nil }
    return template.map { $0.expand(groups) } ?? tag
  }
}

extension TagFilter: CustomStringConvertible {
  /// The pattern, and the template if there is one.
  public var description: String { pattern.text + (extract.map { " as \($0)" } ?? "") }
}
