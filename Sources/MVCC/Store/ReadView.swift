internal import LMDB

// Invariants:
//   transaction sees `state`; state.transaction == transaction.id
//   state.compactRevision <= revision <= state.revision, unless the store is new and both are 1 and 0

/// A committed store at one revision, lent to the body of a read.
///
/// It takes no lock and blocks no writer. Keep a body short: pages that writers replace meanwhile are not reused until it ends.
public struct ReadView: ~Copyable, KeySpaceReader {
  /// The revision that reads see.
  public private(set) var revision: Revision

  let state: StateRecord
  let transaction: ReadTransaction
  private let store: StoreParts

  var lookup: Lookup { store.lookup }

  var tables: Tables { store.tables }

  var recentBatches: RecentBatches { store.recentBatches }

  /// The retention classes; nil when there are none, and for reads of the newest revision, which none of them limits.
  let retention: RetentionTable?

  /// Fixes the revision; where `compacted` and `futureRevision` come from, but for ranges that retention classes keep for less long.
  init(_ snapshot: consuming Snapshot, at point: ReadPoint, store: StoreParts) throws {
    var retention: RetentionTable?
    if point != .latest, snapshot.state.flags.contains(.hasClasses) {
      retention = try RetentionTable.load(snapshot.state, in: store.tables.system, snapshot.transaction)
    }
    revision = try Self.revision(at: point, from: retention?.lowestCompactRevision ?? snapshot.state.compactRevision, snapshot, store)
    self.retention = revision == snapshot.state.revision ? nil : retention
    self.store = store
    state = snapshot.state
    transaction = snapshot.transaction
  }

  private static func revision(
    at point: ReadPoint, from lowest: Revision, _ snapshot: borrowing Snapshot, _ store: StoreParts
  ) throws -> Revision {
    let state = snapshot.state
    switch point {
    case .latest: return state.revision
    case .revision(let asked): return try readable(asked, from: lowest, state)
    case .time(let time): return try revision(at: time, from: lowest, snapshot.transaction, state, store)
    }
  }

  /// The revision, if it is neither in the future nor before `lowest`, to which all was compacted.
  static func readable(_ asked: Revision, from lowest: Revision, _ state: StateRecord) throws(StoreError) -> Revision {
    guard asked <= state.revision else { throw .futureRevision(asked, newest: state.revision) }
    let oldest = max(lowest, .initial)
    guard asked >= oldest else { throw .compacted(asked, oldest: oldest) }
    return asked
  }

  /// The newest revision of the store, whichever one is read.
  public var newestRevision: Revision { state.revision }

  /// The oldest revision at which keys outside of all retention classes can be read; 0 when nothing was compacted.
  public var compactRevision: Revision { state.compactRevision }

  /// The oldest revision at which all of `range` can be read: the greatest of the retention classes in it; 0 when nothing was compacted.
  public func compactRevision(of range: KeyRange) throws -> Revision { try retentionTable().compactRevision(of: range) }

  /// What each key is kept for.
  func retentionTable() throws -> RetentionTable {
    try retention ?? RetentionTable.load(state, in: tables.system, transaction)
  }

  private func requireReadable(_ range: KeyRange) throws {
    guard let oldest = retention?.compactRevision(of: range), revision < oldest else { return }
    throw StoreError.compacted(revision, oldest: oldest)
  }

  private func requireReadable(_ key: [UInt8]) throws {
    guard let oldest = retention?.compactRevision(of: key), revision < oldest else { return }
    throw StoreError.compacted(revision, oldest: oldest)
  }

  private var isLatest: Bool { revision == state.revision }

  /// When `revision` was committed; nil for a store that has not been written.
  public func commitTime() throws -> Timestamp? { try commitTime(of: revision) }

  /// When a readable revision was committed; nil when that is not known any more, or never happened.
  public func commitTime(of revision: Revision) throws -> Timestamp? {
    try CommitTimes.time(of: revision, in: lookup.tables.time, transaction)
  }

  public mutating func get(_ key: [UInt8]) throws -> KeyValue? {
    try requireReadable(key)
    let revision = revision
    let newest = try lookup.current(key, transaction) { bytes -> KeyValue? in
      let record = try Record.decode(bytes, key: key)
      return record.modRevision <= revision ? try decoded(record, bytes, key) : nil
    }
    if let visible = newest ?? nil { return visible }
    if isLatest { return nil }
    return try lookup.history(key, at: revision, transaction) { bytes in
      try decoded(try Record.decode(bytes, key: key), bytes, key)
    }
  }

  /// The versions of `key` up to this revision, newest first. A deletion is not a version.
  ///
  /// - Parameter limit: the most to answer with; 0 means all that are not compacted.
  /// - Complexity: O(answer).
  public mutating func versions(of key: [UInt8], limit: Int = 0) throws -> [KeyValue] {
    var versions: [KeyValue] = []
    let newest = try lookup.current(key, transaction) { bytes -> KeyValue? in
      let record = try Record.decode(bytes, key: key)
      return record.modRevision <= revision ? try decoded(record, bytes, key) : nil
    }
    if let newest = newest ?? nil { versions.append(newest) }
    let prefix = HistoryKey.prefix(of: key)
    let next = prefix + [UInt8].bigEndian(revision.rawValue + 1)
    let compactRevision = try retentionTable().compactRevision(of: key)
    try transaction.withCursor(on: lookup.tables.history) { cursor in
      var isThere = try cursor.seek(toAtLeast: next.span) ? cursor.previous() : cursor.last()
      while isThere, limit == 0 || versions.count < limit, cursor.key.hasPrefix(prefix.span), cursor.key.count == prefix.count + 8 {
        let end = HistoryRow.endRevision(cursor.value)
        guard end > compactRevision else { break }
        let version = try stored(key, cursor.value.extracting(HistoryRow.record(in: cursor.value.count)))
        // One that was put and deleted by the same transaction was never visible.
        if version.modRevision < end { versions.append(version) }
        isThere = try cursor.previous()
      }
    }
    return versions
  }

  public mutating func forEach(
    in range: KeyRange, order: RangeQuery.Order, keysOnly: Bool, _ body: (KeyValue) throws -> Bool
  ) throws {
    try walk(range, order) { key, record, bytes in
      try body(keysOnly ? Self.withoutValue(record, key) : decoded(record, bytes, key))
    }
  }

  public mutating func range(_ query: RangeQuery) throws -> RangeResult { try answer(query) }

  public mutating func count(_ range: KeyRange) throws -> Int {
    try requireReadable(range)
    return try lookup.count(range, at: revision, newest: state.revision, transaction)
  }

  /// A range as it was at another readable revision than the view's own.
  mutating func range(_ query: RangeQuery, at other: Revision) throws -> RangeResult {
    let own = revision
    revision = other
    defer { revision = own }
    return try answer(query)
  }

  /// Refuses a revision at which a range that a request names cannot be read; 0 is the view's own.
  func checkReadable(_ range: KeyRange, at asked: Revision) throws {
    if asked != .zero { _ = try Self.readable(asked, from: compactRevision(of: range), state) }
  }

  /// Visits every visible version in key order, as stored.
  func walk(_ range: KeyRange, _ order: RangeQuery.Order, _ visit: ([UInt8], Record, Span<UInt8>) throws -> Bool) throws {
    try requireReadable(range)
    try lookup.walk(range, order, at: revision, newest: state.revision, transaction, visit)
  }

  /// The version that `key` had right after its change at `revision`, wherever it is now; nil when it is compacted.
  func version(_ key: [UInt8], changedAt revision: Revision) throws -> KeyValue? {
    try lookup.version(key, changedAt: revision, transaction) { record, bytes in try decoded(record, bytes, key) }
  }

  /// The version of a key of the history that was visible at a revision.
  func visible(_ key: [UInt8], at revision: Revision) throws -> KeyValue? {
    try lookup.history(key, at: revision, transaction) { bytes in try stored(key, bytes) }
  }

  private func stored(_ key: [UInt8], _ bytes: Span<UInt8>) throws -> KeyValue {
    try decoded(try Record.decode(bytes, key: key), bytes, key)
  }

  func decoded(_ record: Record, _ bytes: Span<UInt8>, _ key: [UInt8]) throws -> KeyValue {
    KeyValue(
      key: key, value: try store.value(of: record, in: bytes, key: key, transaction), createRevision: record.createRevision,
      modRevision: record.modRevision, version: record.version, lease: record.lease)
  }

  static func withoutValue(_ record: Record, _ key: [UInt8]) -> KeyValue {
    KeyValue(
      key: key, value: [], createRevision: record.createRevision, modRevision: record.modRevision, version: record.version,
      lease: record.lease)
  }

  /// The last revision committed at or before `time`, by bisection over the commit times.
  private static func revision(
    at time: Timestamp, from lowest: Revision, _ transaction: borrowing ReadTransaction, _ state: StateRecord, _ store: StoreParts
  ) throws -> Revision {
    if time >= state.time {
      guard time <= max(store.clock(), state.time) else {
        throw StoreError(.futureRevision, "the time \(time) is in the future; the newest commit is of \(state.time)")
      }
      return state.revision
    }
    let found = try CommitTimes.revision(
      notAfter: time, from: max(lowest, .initial), through: state.revision, in: store.tables.time, transaction)
    if let found { return found }
    guard lowest == .zero else {
      throw StoreError(.compacted, "the time \(time) is before the oldest readable revision, \(lowest); later times can be read")
    }
    return .initial
  }
}

extension StoreError {
  static func compacted(_ asked: Revision, oldest: Revision) -> StoreError {
    StoreError(.compacted, "revision \(asked) is compacted; the oldest readable revision is \(oldest)", compactRevision: oldest)
  }

  static func futureRevision(_ asked: Revision, newest: Revision) -> StoreError {
    StoreError(.futureRevision, "revision \(asked) is in the future; the newest revision is \(newest)")
  }
}
