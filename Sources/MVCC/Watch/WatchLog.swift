internal import LMDB

/// What a watch answers with, beyond which keys.
public struct WatchOptions: Hashable, Sendable {
  /// Whether events carry the key as it was before, when that is not compacted.
  public var includesPrevious = false

  /// Whether puts are left out.
  public var excludesPuts = false

  /// Whether deletions are left out.
  public var excludesDeletes = false

  /// How long a watch stays silent before it tells how far it is, by a batch without events; nil is for ever (etcd's `progress_notify`).
  public var progressInterval: Duration?

  /// Everything, without previous values.
  public init() {}

  /// Everything, with or without previous values.
  public init(includesPrevious: Bool) { self.includesPrevious = includesPrevious }
}

/// Consecutive events, whole revisions only.
public struct WatchBatch: Hashable, Sendable {
  /// In revision order, and in the order of changes inside a revision; empty when it only tells of progress.
  public var events: [Event]

  /// Everything up to here was delivered: a watch that goes on after this revision misses and repeats nothing.
  public var revision: Revision

  /// The newest revision of the store when this was read, at or after the last event's.
  public var storeRevision: Revision

  /// A batch with every field given.
  public init(events: [Event], revision: Revision, storeRevision: Revision) {
    self.events = events
    self.revision = revision
    self.storeRevision = storeRevision
  }
}

/// Reads of the log: the one way in which watches, triggers, backups and followers learn what happened.
enum WatchLog {
  /// Events in one batch, unless a single revision has more.
  static let maximumBatchEvents = 1000

  /// Bytes of keys and values in one batch, unless a single revision has more: what one watcher that is behind keeps in memory.
  /// Clients of gRPC in most languages take messages of 4 MiB at most.
  static let maximumBatchBytes = 1 << 20

  /// Rows looked at in one read transaction, which bounds how long it pins pages when few rows match.
  static let maximumRowsRead = 10_000

  /// The events after `revision`, as far as one bounded read goes.
  ///
  /// `batch.revision` tells how far that was, also when no event matched.
  /// - Throws: `StoreError` with code `compacted` when the log does not reach back to `revision` any more.
  static func read(
    _ range: KeyRange, after revision: Revision, _ options: WatchOptions, _ store: StoreParts
  ) throws -> WatchBatch {
    let snapshot = try store.beginRead()
    let view = try ReadView(snapshot, at: .latest, store: store)
    let oldest = try view.compactRevision(of: range)
    guard revision + 1 >= oldest else {
      throw StoreError(
        .compacted,
        "revision \(revision + 1) is compacted, so events from it on are incomplete; the oldest revision that can be watched is \(oldest)",
        compactRevision: oldest)
    }
    return try view.events(in: range, after: revision, options)
  }
}

extension ReadView {
  /// The events of `range` after `revision`, as far as one bounded read goes.
  borrowing func events(in range: KeyRange, after revision: Revision, _ options: WatchOptions) throws -> WatchBatch {
    let place = RecentBatches.Key(
      range: range, after: revision, options: options, newest: state.revision, transaction: state.transaction)
    if let recent = recentBatches.batch(for: place) { return recent }
    var batch = WatchBatch(events: [], revision: max(revision, state.revision), storeRevision: state.revision)
    var rows = 0
    var byteCount = 0
    let start = LogKey.make(revision + 1, 0)
    let retention = try retentionTable()
    try transaction.withCursor(on: tables.log) { cursor in
      var isThere = try cursor.seek(toAtLeast: start.span)
      var last = revision
      while isThere {
        guard let (rowRevision, _) = LogKey.parse(cursor.key) else { throw StoreError.corruptLog(last) }
        let isFull =
          batch.events.count >= WatchLog.maximumBatchEvents || byteCount >= WatchLog.maximumBatchBytes || rows >= WatchLog.maximumRowsRead
        if rowRevision != last, isFull {
          batch.revision = last
          return
        }
        last = rowRevision
        rows += 1
        let row = try LogRow.decode(cursor.value, revision: rowRevision)
        if range.contains(row.key), !(row.kind == .put ? options.excludesPuts : options.excludesDeletes) {
          let event = try event(row, rowRevision, options, retention)
          byteCount += event.keyValue.key.count + event.keyValue.value.count + (event.previous?.value.count ?? 0)
          batch.events.append(event)
        }
        isThere = try cursor.next()
      }
    }
    recentBatches.keep(batch, for: place)
    return batch
  }

  private borrowing func event(
    _ row: LogRow, _ revision: Revision, _ options: WatchOptions, _ retention: RetentionTable
  ) throws -> Event {
    var previous: KeyValue?
    if options.includesPrevious, row.previousRevision > .zero, revision > retention.compactRevision(of: row.key) {
      previous =
        row.previousRevision < revision
        ? try version(row.key, changedAt: row.previousRevision) : try visible(row.key, at: revision - 1)
    }
    guard row.kind == .put else {
      let deleted = KeyValue(key: row.key, value: [], createRevision: .zero, modRevision: revision, version: 0)
      return Event(kind: .delete, keyValue: deleted, previous: previous)
    }
    if let inline = row.record {
      return Event(
        kind: .put, keyValue: try decoded(try Record.decode(inline.span, key: row.key), inline.span, row.key), previous: previous)
    }
    guard let keyValue = try version(row.key, changedAt: revision) else {
      throw StoreError(
        .corrupt, "the log names version \(revision) of key \"\(printable(row.key))\", which is missing; restore the store from a backup")
    }
    return Event(kind: .put, keyValue: keyValue, previous: previous)
  }
}
