internal import ImageRecords
internal import MVCC
public import OCI

// Invariants of a use u:
//   users/h(t)/u exists exactly for the tags and images t that u names

extension ImageStreamWriter {
  /// The most tags, images and pull specs of one use together.
  public static let maximumTargetsPerUse = 1_000

  /// Notes what an object outside of the store uses, in place of what it used before.
  ///
  /// Pull specs are kept as they are, also those that cannot be read: pruning says so, and goes on.
  ///
  /// - Throws: `StoreError` with code `tooLarge` beyond `maximumTargetsPerUse`, or for a pull spec or author over its limit.
  @discardableResult
  public mutating func registerUse(
    by object: UsingObject, tags: [ImageStreamTagName] = [], images: [Digest] = [], pullSpecs: [String] = [], author: String = ""
  ) throws -> RegisteredUse {
    let count = tags.count + images.count + pullSpecs.count
    guard count <= Self.maximumTargetsPerUse else {
      throw StoreError(
        .tooLarge, "\(object) uses \(count) tags and images; the limit is \(Self.maximumTargetsPerUse): register it in parts")
    }
    for (text, limit) in pullSpecs.map({ ($0, Self.maximumSourceBytes) }) + [(author, Self.maximumNoteBytes)]
    where text.utf8.count > limit {
      throw StoreError(.tooLarge, "the use of \(object) has a text of \(text.utf8.count) bytes; the limit is \(limit)")
    }
    let before = try registeredUse(of: object)
    if let before, before.tags == tags, before.images == images, before.pullSpecs == pullSpecs, before.by == author { return before }
    let use = RegisteredUse(
      object: object, tags: tags, images: images, pullSpecs: pullSpecs, by: author, created: time, revision: nextRevision)
    let (old, new) = (before?.targets ?? [], use.targets)
    for target in old.subtracting(new) { try view.delete(Keyspace.user(object, of: target)) }
    for target in new.subtracting(old) { try view.put(Keyspace.user(object, of: target), []) }
    try view.put(Keyspace.use(object), try RecordCoding.encode(Isdb_V1_UseRecord(use)))
    return use
  }

  /// Forgets what an object uses.
  ///
  /// - Throws: `StoreError` with code `notFound`.
  public mutating func removeUse(of object: UsingObject) throws {
    guard let use = try registeredUse(of: object) else {
      throw StoreError(.notFound, "nothing is registered for \(object); see isdb use list")
    }
    for target in use.targets { try view.delete(Keyspace.user(object, of: target)) }
    try view.delete(Keyspace.use(object))
  }
}
