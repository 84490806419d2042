internal import LMDB

// Invariants:
//   transaction sees `state`; state.transaction == transaction.id
//   state.compactRevision <= revision <= state.revision, unless the store is new and both are 1 and 0

/// A committed store at one revision, lent to the body of a read.
///
/// It takes no lock and blocks no writer. Keep a body short: pages that writers replace meanwhile are not reused until it ends.
public struct ReadView: ~Copyable, KeySpaceReader {
  /// The revision that reads see.
  public let revision: Revision

  let state: StateRecord
  let transaction: ReadTransaction
  private let store: StoreParts

  private var lookup: Lookup { store.lookup }

  var tables: Tables { store.tables }

  /// Fixes the revision; the only place where `compacted` and `futureRevision` come from.
  init(_ snapshot: consuming Snapshot, at point: ReadPoint, store: StoreParts) throws {
    revision = try Self.revision(at: point, snapshot, store)
    self.store = store
    state = snapshot.state
    transaction = snapshot.transaction
  }

  private static func revision(at point: ReadPoint, _ snapshot: borrowing Snapshot, _ store: StoreParts) throws -> Revision {
    let state = snapshot.state
    switch point {
    case .latest: return state.revision
    case .revision(let asked):
      guard asked <= state.revision else { throw StoreError.futureRevision(asked, newest: state.revision) }
      let oldest = max(state.compactRevision, .initial)
      guard asked >= oldest else { throw StoreError.compacted(asked, oldest: oldest) }
      return asked
    case .time(let time): return try revision(at: time, snapshot.transaction, state, store)
    }
  }

  /// The newest revision of the store, whichever one is read.
  public var newestRevision: Revision { state.revision }

  /// The oldest readable revision; 0 when nothing was compacted.
  public var compactRevision: Revision { state.compactRevision }

  private var isLatest: Bool { revision == state.revision }

  /// When `revision` was committed; nil for a store that has not been written.
  public func commitTime() throws -> Timestamp? { try commitTime(of: revision) }

  /// When a readable revision was committed; nil when that is not known any more, or never happened.
  public func commitTime(of revision: Revision) throws -> Timestamp? {
    let key = [UInt8].bigEndian(revision.rawValue)
    return try transaction.withCursor(on: lookup.tables.time) { cursor in
      try cursor.seek(toAtLeast: key.span) ? TimeRow.decode(cursor.value) : nil
    }
  }

  public mutating func get(_ key: [UInt8]) throws -> KeyValue? {
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
    try transaction.withCursor(on: lookup.tables.history) { cursor in
      var isThere = try cursor.seek(toAtLeast: next.span) ? cursor.previous() : cursor.last()
      while isThere, limit == 0 || versions.count < limit, cursor.key.hasPrefix(prefix.span), cursor.key.count == prefix.count + 8 {
        guard HistoryRow.endRevision(cursor.value) > state.compactRevision else { break }
        versions.append(try stored(key, cursor.value.extracting(HistoryRow.record(in: cursor.value.count))))
        isThere = try cursor.previous()
      }
    }
    return versions
  }

  public mutating func forEach(_ query: RangeQuery, _ body: (KeyValue) throws -> Bool) throws {
    var visited = 0
    try walk(query.range, query.order) { key, record, bytes in
      let keyValue = query.keysOnly ? Self.withoutValue(record, key) : try decoded(record, bytes, key)
      visited += 1
      return try body(keyValue) && (query.limit == 0 || visited < query.limit)
    }
  }

  public mutating func count(_ range: KeyRange) throws -> Int {
    if isLatest, range == .all { return try transaction.entryCount(of: lookup.tables.current) }
    var count = 0
    if isLatest {
      try transaction.withCursor(on: lookup.tables.current) { cursor in
        var isThere = try cursor.seek(toAtLeast: range.lower.span)
        while isThere, range.isAbove(cursor.key) {
          count += 1
          isThere = try cursor.next()
        }
      }
    } else {
      try walk(range, .ascending) { _, _, _ in
        count += 1
        return true
      }
    }
    return count
  }

  /// Visits every visible version in key order, as stored.
  func walk(_ range: KeyRange, _ order: RangeQuery.Order, _ visit: ([UInt8], Record, Span<UInt8>) throws -> Bool) throws {
    if range.isEmpty { return }
    let revision = revision
    let isLatest = isLatest
    try transaction.withCursor(on: lookup.tables.current) { current in
      if isLatest {
        var walker = KeyWalker(range, order)
        var key = try walker.start(&current)
        while let present = key {
          let record = try Record.decode(current.value, key: present)
          guard try visit(present, record, current.value) else { return }
          key = try walker.advance(&current)
        }
        return
      }
      try transaction.withCursor(on: lookup.tables.history) { history in
        try Self.merge(range, order, revision, &current, &history, visit)
      }
    }
  }

  /// A merge of the live keys with those that history alone still knows, each at `revision`.
  private static func merge(
    _ range: KeyRange, _ order: RangeQuery.Order, _ revision: Revision, _ current: inout Cursor, _ history: inout Cursor,
    _ visit: ([UInt8], Record, Span<UInt8>) throws -> Bool
  ) throws {
    var live = KeyWalker(range, order)
    var past = HistoryWalker(range, order)
    var liveKey = try live.start(&current)
    var pastKey = try past.start(&history)
    while let key = order.first(liveKey, pastKey) {
      var goesOn = true
      var isVisible = false
      if liveKey == key {
        let record = try Record.decode(current.value, key: key)
        if record.modRevision <= revision {
          isVisible = true
          goesOn = try visit(key, record, current.value)
        }
      }
      if !isVisible, pastKey == key {
        let answer = try Lookup.history(key, at: revision, &history) { bytes in try visit(key, try Record.decode(bytes, key: key), bytes) }
        goesOn = answer ?? true
      }
      guard goesOn else { return }
      if pastKey == key { pastKey = try past.advance(&history, after: key) }
      if liveKey == key { liveKey = try live.advance(&current) }
    }
  }

  /// The version that `key` had right after its change at `revision`, wherever it is now; nil when it is compacted.
  func version(_ key: [UInt8], changedAt revision: Revision) throws -> KeyValue? {
    try lookup.version(key, changedAt: revision, transaction) { record, bytes in try decoded(record, bytes, key) }
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
    at time: Timestamp, _ transaction: borrowing ReadTransaction, _ state: StateRecord, _ store: StoreParts
  ) throws -> Revision {
    if time >= state.time {
      guard time <= max(store.clock(), state.time) else {
        throw StoreError(.futureRevision, "the time \(time) is in the future; the newest commit is of \(state.time)")
      }
      return state.revision
    }
    return try transaction.withCursor(on: store.lookup.tables.time) { cursor in
      // Every commit below `lower` is at or before the time; none from `upper` on is.
      var lower = max(state.compactRevision, .initial)
      var upper = state.revision + 1
      var found: Revision?
      while lower < upper {
        let middle = Revision(lower.rawValue + (upper.rawValue - lower.rawValue) / 2)
        let key = [UInt8].bigEndian(middle.rawValue)
        guard try cursor.seek(toAtLeast: key.span), let last = TimeRow.revision(cursor.key), let committed = TimeRow.decode(cursor.value)
        else {
          upper = middle
          continue
        }
        if committed <= time {
          found = last
          lower = last + 1
        } else {
          upper = middle
        }
      }
      if let found { return found }
      guard state.compactRevision == .zero else {
        throw StoreError(
          .compacted, "the time \(time) is before the oldest readable revision, \(state.compactRevision); later times can be read")
      }
      return .initial
    }
  }
}

extension RangeQuery.Order {
  /// Whichever key comes first in this order.
  fileprivate func first(_ left: [UInt8]?, _ right: [UInt8]?) -> [UInt8]? {
    guard let left else { return right }
    guard let right else { return left }
    let leftIsLower = left.lexicographicallyPrecedes(right)
    return leftIsLower == (self == .ascending) ? left : right
  }
}

extension StoreError {
  static func compacted(_ asked: Revision, oldest: Revision) -> StoreError {
    StoreError(.compacted, "revision \(asked) is compacted; the oldest readable revision is \(oldest)")
  }

  static func futureRevision(_ asked: Revision, newest: Revision) -> StoreError {
    StoreError(.futureRevision, "revision \(asked) is in the future; the newest revision is \(newest)")
  }
}
