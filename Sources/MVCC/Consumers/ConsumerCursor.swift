internal import LMDB

/// How far a named consumer of the log has come, kept durably and outside of the revisions: progress makes no events.
public struct ConsumerCursor: Hashable, Sendable {
  /// 1 to 480 bytes of UTF-8.
  public let name: String

  /// Everything up to here is dealt with.
  public let revision: Revision

  /// When it was last moved.
  public let updated: Timestamp

  /// The first revision that it still needs.
  var nextRevision: Revision { revision + 1 }
}

/// The stored form of a cursor: revision (8) and time (8), sealed as the rows of `system` are.
enum ConsumerRow {
  static func encode(_ cursor: ConsumerCursor) -> [UInt8] {
    let body = [UInt8].bigEndian(cursor.revision.rawValue) + [UInt8].bigEndian(cursor.updated.millisecondsSinceEpoch)
    return SystemRow.seal(body, name: Array(cursor.name.utf8))
  }

  static func decode(_ bytes: Span<UInt8>, name: [UInt8]) throws(StoreError) -> ConsumerCursor {
    guard let body = try? SystemRow.open(bytes, name: name), body.count == 16 else {
      throw StoreError(.corrupt, "the cursor of consumer \"\(printable(name))\" fails its checksum; remove it and set it again")
    }
    return ConsumerCursor(
      name: String(decoding: name, as: UTF8.self), revision: Revision(Int64(bitPattern: body.span.loadBigEndianUInt64(at: 0))),
      updated: Timestamp(millisecondsSinceEpoch: Int64(bitPattern: body.span.loadBigEndianUInt64(at: 8))))
  }

  static func all<T: Transaction & ~Copyable>(in table: Table, _ transaction: borrowing T) throws -> [ConsumerCursor] {
    try transaction.withCursor(on: table) { cursor in
      var all: [ConsumerCursor] = []
      var isThere = try cursor.first()
      while isThere {
        all.append(try decode(cursor.value, name: [UInt8](copying: cursor.key)))
        isThere = try cursor.next()
      }
      return all
    }
  }
}

extension RevisionStore {
  /// The cursor of that name, or nil when it was never set.
  public func consumer(_ name: String) throws -> ConsumerCursor? {
    let key = Array(name.utf8)
    let snapshot = try parts.beginRead()
    return try snapshot.transaction.withValue(for: key.span, in: parts.tables.consumers) { try ConsumerRow.decode($0, name: key) }
  }

  /// Every cursor, by name.
  public func consumers() throws -> [ConsumerCursor] {
    return try ConsumerRow.all(in: parts.tables.consumers, parts.beginRead().transaction)
  }

  /// Notes durably that a consumer has dealt with everything up to `revision`. It may also be set back, to replay.
  ///
  /// - Throws: `StoreError` with code `invalidArgument` for an empty name, `tooLarge` for a long one, `futureRevision` beyond the newest.
  public func setConsumer(_ name: String, to revision: Revision) async throws {
    let key = Array(name.utf8)
    try StoreLimits.check(key: key)
    try await queue.perform { batch in
      guard revision <= batch.state.revision else { throw StoreError.futureRevision(revision, newest: batch.state.revision) }
      let row = ConsumerRow.encode(ConsumerCursor(name: name, revision: revision, updated: batch.time))
      try batch.transaction.put(row.span, for: key.span, in: batch.store.tables.consumers)
      batch.hasChanges = true
    }
  }

  /// Forgets a consumer, so that it holds back no compaction. Does nothing when it is not known.
  public func removeConsumer(_ name: String) async throws {
    let key = Array(name.utf8)
    guard !key.isEmpty else { return }
    try await queue.perform { batch in
      if try batch.transaction.delete(key.span, in: batch.store.tables.consumers) { batch.hasChanges = true }
    }
  }
}
