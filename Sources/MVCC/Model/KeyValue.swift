/// One version of one key.
public struct KeyValue: Hashable, Sendable {
  /// The key, 1 to 480 bytes.
  public var key: [UInt8]

  /// The value; empty in a deletion and where only keys were asked for.
  public var value: [UInt8]

  /// The revision of the put that created the key, or created it again after a deletion.
  public var createRevision: Revision

  /// The revision of the last change of the key.
  public var modRevision: Revision

  /// The number of puts since creation, from 1; 0 in a deletion.
  public var version: Int64

  /// The lease the key is attached to; 0 means none.
  public var lease: Int64

  /// A version with every field given.
  public init(key: [UInt8], value: [UInt8], createRevision: Revision, modRevision: Revision, version: Int64, lease: Int64 = 0) {
    self.key = key
    self.value = value
    self.createRevision = createRevision
    self.modRevision = modRevision
    self.version = version
    self.lease = lease
  }

  /// The key and value as text, with unprintable bytes replaced: for people and logs, never for identity.
  public var keyText: String { String(decoding: key, as: UTF8.self) }
}
