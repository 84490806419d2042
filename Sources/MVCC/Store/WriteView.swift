internal import LMDB

// Invariants:
//   batch holds every earlier write of its transaction, in the trees and in its state
//   overlay.count <= maximumChangesPerWrite; nothing of the overlay is in the batch until `apply`

/// A store as a write body sees it: the last committed state with the body's own changes over it.
///
/// All changes of one body get one revision. They become visible to others together, when they are durable, or not at all.
public struct WriteView: ~Copyable, KeySpaceReader {
  private var batch: Batch
  private var overlay = Overlay()

  init(_ batch: consuming Batch) { self.batch = batch }

  /// The last revision before this write.
  public var revision: Revision { batch.state.revision }

  /// The revision that this write gets if it changes anything.
  public var nextRevision: Revision { batch.state.revision + 1 }

  /// When this write is committed: the wall clock, but never before an earlier commit.
  public var time: Timestamp { batch.time }

  /// The oldest readable revision; 0 when nothing was compacted.
  public var compactRevision: Revision { batch.state.compactRevision }

  // MARK: Reading

  public mutating func get(_ key: [UInt8]) throws -> KeyValue? {
    if let entry = overlay.entry(key) { return keyValue(entry, keysOnly: false) }
    return try batch.store.lookup.current(key, batch.transaction) { bytes in
      let record = try Record.decode(bytes, key: key)
      return try decoded(record, bytes, key)
    }
  }

  public mutating func forEach(_ query: RangeQuery, _ body: (KeyValue) throws -> Bool) throws {
    if query.range.isEmpty { return }
    var changed = overlay.keys(in: query.range, query.order)[...]
    var visited = 0
    func visit(_ keyValue: KeyValue) throws -> Bool {
      visited += 1
      return try body(keyValue) && (query.limit == 0 || visited < query.limit)
    }
    try batch.transaction.withCursor(on: batch.store.tables.current) { cursor in
      var walker = KeyWalker(query.range, query.order)
      var stored = try walker.start(&cursor)
      while stored != nil || !changed.isEmpty {
        if let next = changed.first, stored == nil || stored == next || query.order.places(next, before: stored) {
          changed.removeFirst()
          if stored == next { stored = try walker.advance(&cursor) }
          guard let entry = overlay.entry(next), let keyValue = keyValue(entry, keysOnly: query.keysOnly) else { continue }
          guard try visit(keyValue) else { return }
        } else if let key = stored {
          let record = try Record.decode(cursor.value, key: key)
          guard try visit(query.keysOnly ? ReadView.withoutValue(record, key) : decoded(record, cursor.value, key)) else { return }
          stored = try walker.advance(&cursor)
        }
      }
    }
  }

  public mutating func count(_ range: KeyRange) throws -> Int {
    var count = 0
    try forEach(RangeQuery(range, keysOnly: true)) { _ in
      count += 1
      return true
    }
    return count
  }

  // MARK: Writing

  /// Sets the value of `key`. Setting the same value again is a change too.
  ///
  /// - Throws: `StoreError` with code `invalidArgument` for an empty key, `tooLarge` for a key over 480 bytes, a value over the configured
  ///   limit, or more changes than one write may have.
  public mutating func put(_ key: [UInt8], _ value: [UInt8], lease: Int64 = 0) throws {
    try put(key, value, encoded: nil, lease: lease)
  }

  /// Sets the value of `key` to one that was encoded beforehand, off the writer's thread, by `RevisionStore.encode`.
  public mutating func put(_ key: [UInt8], _ value: [UInt8], encoded: EncodedValue?, lease: Int64 = 0) throws {
    try StoreLimits.check(key: key)
    let maximum = batch.store.configuration.maximumValueBytes
    guard value.count <= maximum else { throw StoreLimits.valueTooLarge(key: key, value.count, maximum: maximum) }
    try change(key, to: .put(encoded ?? batch.coder.encode(value, key: key), value: value, lease: lease))
  }

  /// Removes `key`; answers whether it was there.
  @discardableResult
  public mutating func delete(_ key: [UInt8]) throws -> Bool {
    guard try get(key) != nil else { return false }
    try change(key, to: .delete)
    return true
  }

  /// Removes every key of `range`; answers how many there were.
  ///
  /// - Throws: `StoreError` with code `tooLarge` when one write would change more keys than it may; delete such a range in parts.
  @discardableResult
  public mutating func deleteRange(_ range: KeyRange) throws -> Int {
    var keys: [[UInt8]] = []
    let room = batch.store.configuration.maximumChangesPerWrite
    try forEach(RangeQuery(range, limit: room + 1, keysOnly: true)) { keyValue in
      keys.append(keyValue.key)
      return true
    }
    for key in keys { try change(key, to: .delete) }
    return keys.count
  }

  private mutating func change(_ key: [UInt8], to change: Overlay.Change) throws {
    if overlay.replace(key, change) { return }
    let maximum = batch.store.configuration.maximumChangesPerWrite
    guard overlay.count < maximum else {
      throw StoreError(.tooLarge, "a write changes more than \(maximum) keys; split it into several writes")
    }
    overlay.add(key, change, prior: try TreeWriter.prior(key, batch.transaction, batch.store.lookup))
  }

  // MARK: Applying

  /// Writes the overlay into the batch as one revision; answers whether there was anything to write.
  ///
  /// Everything that could be refused was refused before: what can fail now is the disk, and then the whole batch is given up.
  mutating func apply() throws -> Bool {
    if overlay.isEmpty { return false }
    var index = 0
    for entry in overlay.entries where !entry.isVoid {
      try apply(entry, index: index)
      index += 1
    }
    batch.state.revision = nextRevision
    batch.state.time = batch.time
    batch.hasChanges = true
    return true
  }

  private mutating func apply(_ entry: Overlay.Entry, index: Int) throws {
    var record: [UInt8]?
    var hash = StateHash.empty
    if case .put(let encoded, _, let lease) = entry.change {
      let createRevision = entry.prior?.record.createRevision ?? nextRevision
      let version = (entry.prior?.record.version ?? 0) + 1
      record = Record.encode(
        key: entry.key, value: encoded, createRevision: createRevision, modRevision: nextRevision, version: version, lease: lease)
      hash = StateHash(
        key: entry.key, createRevision: createRevision, modRevision: nextRevision, version: version, lease: lease,
        valueHash: encoded.valueHash)
    }
    try TreeWriter.apply(
      TreeWriter.Change(key: entry.key, record: record, hash: hash, prior: entry.prior), revision: nextRevision, index: index,
      to: &batch.transaction,
      batch.store.tables, &batch.state.stateHash)
  }

  consuming func finish() -> Batch { batch }

  // MARK: Versions

  private func keyValue(_ entry: Overlay.Entry, keysOnly: Bool) -> KeyValue? {
    guard case .put(_, let value, let lease) = entry.change else { return nil }
    return KeyValue(
      key: entry.key, value: keysOnly ? [] : value, createRevision: entry.prior?.record.createRevision ?? nextRevision,
      modRevision: nextRevision, version: (entry.prior?.record.version ?? 0) + 1, lease: lease)
  }

  private func decoded(_ record: Record, _ bytes: Span<UInt8>, _ key: [UInt8]) throws -> KeyValue {
    KeyValue(
      key: key, value: try batch.coder.decode(record, in: bytes, key: key), createRevision: record.createRevision,
      modRevision: record.modRevision, version: record.version, lease: record.lease)
  }
}

extension RangeQuery.Order {
  fileprivate func places(_ key: [UInt8], before other: [UInt8]?) -> Bool {
    guard let other else { return true }
    return self == .ascending ? key.lexicographicallyPrecedes(other) : other.lexicographicallyPrecedes(key)
  }
}
