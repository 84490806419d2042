/// One change of one key.
public struct Event: Hashable, Sendable {
  /// What happened to the key.
  public enum Kind: Hashable, Sendable {
    case put
    case delete
  }

  /// What happened.
  public var kind: Kind

  /// The key after the change. A deletion has the key and `modRevision` only.
  public var keyValue: KeyValue

  /// The key before the change, when it was asked for, existed and is not compacted.
  public var previous: KeyValue?

  /// A change with every field given.
  public init(kind: Kind, keyValue: KeyValue, previous: KeyValue? = nil) {
    self.kind = kind
    self.keyValue = keyValue
    self.previous = previous
  }

  /// Whether the change brought the key into being.
  public var isCreation: Bool { kind == .put && keyValue.createRevision == keyValue.modRevision }
}
