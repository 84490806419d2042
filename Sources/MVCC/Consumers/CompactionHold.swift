internal import LMDB

/// A temporary claim on the versions from a revision on, which a backup renews as it goes and which ends by itself if its owner dies.
///
/// Kept in `system` under "hold/<name>" in the form of a cursor, whose time is when the hold ends.
enum CompactionHold {
  /// How long a hold lasts without being renewed.
  static let lifetime = Duration.seconds(60)

  static func key(_ name: String) -> [UInt8] { Array("hold/\(name)".utf8) }

  /// Consumers and holds that still need revisions below `revision`; holds that have ended are removed.
  static func holders(before revision: Revision, _ batch: inout Batch) throws -> [ConsumerCursor] {
    let consumers = try ConsumerRow.all(in: batch.store.tables.consumers, batch.transaction)
    var holders = consumers.filter { $0.nextRevision < revision }
    for hold in try ConsumerRow.all(in: batch.store.tables.system, batch.transaction) where hold.name.hasPrefix("hold/") {
      if hold.updated < batch.time {
        _ = try batch.transaction.delete(Array(hold.name.utf8).span, in: batch.store.tables.system)
        batch.hasChanges = true
      } else if hold.nextRevision < revision {
        holders.append(hold)
      }
    }
    return holders
  }

  /// Claims everything from the oldest readable revision on, or renews the claim; answers that revision.
  static func claim(_ name: String, from revision: Revision?, _ store: RevisionStore) async throws -> Revision {
    try await store.queue.perform { batch in
      let first = max(revision ?? batch.state.compactRevision, batch.state.compactRevision)
      let hold = ConsumerCursor(name: "hold/\(name)", revision: first - 1, updated: batch.time + lifetime)
      try batch.transaction.put(ConsumerRow.encode(hold).span, for: key(name).span, in: batch.store.tables.system)
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
