public import MVCC

/// A rule that keeps tags from being moved or removed.
public struct ProtectionRule: Hashable, Sendable {
  /// What a rule forbids.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Moves and removals, unless whoever asks for one says that the protection is meant (`overridesProtection`). Automation never does.
    case protected
    /// Every move and removal of a tag that points at an image; nobody overrides it but by removing the rule.
    case immutable
  }

  /// The namespace that it is about.
  public let namespace: String
  /// Which tags: `stream:tag`, each with `*` for any characters and `?` for one, such as `web:v*`.
  public let pattern: String
  /// What it forbids.
  public let kind: Kind
  /// Who made it, as they said.
  public let by: String
  /// Why, as they said.
  public let because: String
  /// Since when.
  public let created: Timestamp

  /// Whether it is about this tag.
  public func covers(_ tag: ImageStreamTagName) -> Bool {
    tag.stream.namespace == namespace && Glob(pattern).matches("\(tag.stream.name):\(tag.tag)")
  }
}
