internal import LMDB

/// A temporary claim on the versions from a revision on, which a backup renews as it goes and which ends by itself if its owner dies.
///
/// Kept in `system` under "hold/" and a name:
///
///     revision         8 bytes: the first that is claimed
///     end              8 bytes: when the hold ends, in milliseconds since 1970
///     beginning        8 bytes: when it was first claimed
///     newest revision  8 bytes: the newest then
struct CompactionHold {
  /// How long a hold lasts without being renewed.
  static let lifetime = Duration.seconds(60)

  var name: [UInt8]
  var revision: Revision
  var end: Timestamp
  var beginning: Timestamp
  var newestRevision: Revision

  static func key(_ name: String) -> [UInt8] { SystemRow.holds + Array(name.utf8) }

  /// What it looks like beside durable consumers: as one that needs `revision` next.
  private var cursor: ConsumerCursor {
    ConsumerCursor(name: String(decoding: name, as: UTF8.self), revision: revision - 1, updated: end)
  }

  func encode() -> [UInt8] {
    var bytes: [UInt8] = []
    for number in [revision.rawValue, end.millisecondsSinceEpoch, beginning.millisecondsSinceEpoch, newestRevision.rawValue] {
      bytes.appendBigEndian(number)
    }
    return SystemRow.seal(bytes, name: name)
  }

  private static func decode(_ body: [UInt8], name: [UInt8]) throws(StoreError) -> CompactionHold {
    guard body.count == 32 else { throw SystemRow.corrupt(name) }
    func number(_ index: Int) -> Int64 { Int64(bitPattern: body.span.loadBigEndianUInt64(at: 8 * index)) }
    return CompactionHold(
      name: name, revision: Revision(number(0)), end: Timestamp(millisecondsSinceEpoch: number(1)),
      beginning: Timestamp(millisecondsSinceEpoch: number(2)), newestRevision: Revision(number(3)))
  }

  // MARK: Holding back

  /// Consumers and holds that still need revisions below `revision`: those within the limit, and those beyond it. Holds that have ended
  /// are removed.
  static func holders(
    before revision: Revision, _ limit: HoldLimit, _ batch: inout Batch
  ) throws -> (within: [ConsumerCursor], beyond: [ConsumerCursor]) {
    var within: [ConsumerCursor] = []
    var beyond: [ConsumerCursor] = []
    for consumer in try ConsumerRow.all(in: batch.store.tables.consumers, batch.transaction) where consumer.nextRevision < revision {
      if try isBehind(consumer, limit, batch) { beyond.append(consumer) } else { within.append(consumer) }
    }
    for (name, body) in try SystemRow.all(SystemRow.holds, in: batch.store.tables.system, batch.transaction) {
      let hold = try decode(body, name: name)
      if hold.end < batch.time {
        _ = try batch.transaction.delete(name.span, in: batch.store.tables.system)
        batch.hasChanges = true
      } else if hold.revision < revision {
        if hold.isOver(limit, batch) { beyond.append(hold.cursor) } else { within.append(hold.cursor) }
      }
    }
    return (within, beyond)
  }

  /// Whether what a consumer needs next is older than the limit allows.
  private static func isBehind(_ consumer: ConsumerCursor, _ limit: HoldLimit, _ batch: borrowing Batch) throws -> Bool {
    if let revisions = limit.revisions, batch.state.revision.rawValue - consumer.revision.rawValue > revisions { return true }
    guard let age = limit.age, consumer.nextRevision <= batch.state.revision else { return false }
    let committed = try CommitTimes.time(of: consumer.nextRevision, in: batch.store.tables.time, batch.transaction)
    return committed.map { batch.time - $0 > age } ?? false
  }

  /// Whether it lasts longer than the limit allows. What it claims is old by nature, so its age counts from when it began.
  private func isOver(_ limit: HoldLimit, _ batch: borrowing Batch) -> Bool {
    if let revisions = limit.revisions, batch.state.revision.rawValue - newestRevision.rawValue > revisions { return true }
    return limit.age.map { batch.time - beginning > $0 } ?? false
  }

  // MARK: Claiming

  /// Claims everything from the oldest readable revision on, or renews the claim; answers that revision.
  static func claim(_ name: String, from revision: Revision?, _ store: RevisionStore) async throws -> Revision {
    try await store.queue.perform { batch in
      let system = batch.store.tables.system
      let key = key(name)
      let table = try RetentionTable.load(batch.state, in: system, batch.transaction)
      let first = max(revision ?? .zero, table.lowestCompactRevision)
      var hold = CompactionHold(
        name: key, revision: first, end: batch.time + lifetime, beginning: batch.time, newestRevision: batch.state.revision)
      if let old = try batch.transaction.withValue(for: key.span, in: system, { try decode(SystemRow.open($0, name: key), name: key) }) {
        (hold.beginning, hold.newestRevision) = (old.beginning, old.newestRevision)
      }
      try batch.transaction.put(hold.encode().span, for: key.span, in: system)
      batch.hasChanges = true
      return first
    }
  }

  static func release(_ name: String, _ store: RevisionStore) async throws {
    try await store.queue.perform { batch in
      if try batch.transaction.delete(key(name).span, in: batch.store.tables.system) { batch.hasChanges = true }
    }
  }
}
