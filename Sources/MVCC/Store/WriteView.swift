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
  /// Set while a range at an older revision is read, which sees nothing of the overlay.
  private var pastRevision: Revision?
  /// Whether a put and a deletion of one key both become events, as in etcd's transactions.
  private var keepsEveryChange = false

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

  public mutating func forEach(
    in range: KeyRange, order: RangeQuery.Order, keysOnly: Bool, _ body: (KeyValue) throws -> Bool
  ) throws {
    if range.isEmpty { return }
    if pastRevision != nil || overlay.isUntouched {
      let revision = pastRevision ?? batch.state.revision
      return try batch.store.lookup.walk(range, order, at: revision, newest: batch.state.revision, batch.transaction) {
        key, record, bytes in
        try body(keysOnly ? ReadView.withoutValue(record, key) : decoded(record, bytes, key))
      }
    }
    var changed = overlay.keys(in: range, order)[...]
    try batch.transaction.withCursor(on: batch.store.tables.current) { cursor in
      var walker = KeyWalker(range, order)
      var stored = try walker.start(&cursor)
      while stored != nil || !changed.isEmpty {
        if let next = changed.first, stored == nil || stored == next || order.places(next, before: stored) {
          changed.removeFirst()
          if stored == next { stored = try walker.advance(&cursor) }
          guard let entry = overlay.entry(next), let keyValue = keyValue(entry, keysOnly: keysOnly) else { continue }
          guard try body(keyValue) else { return }
        } else if let key = stored {
          let record = try Record.decode(cursor.value, key: key)
          guard try body(keysOnly ? ReadView.withoutValue(record, key) : decoded(record, cursor.value, key)) else { return }
          stored = try walker.advance(&cursor)
        }
      }
    }
  }

  public mutating func range(_ query: RangeQuery) throws -> RangeResult { try answer(query) }

  public mutating func count(_ range: KeyRange) throws -> Int {
    if pastRevision != nil || overlay.isUntouched {
      let newest = batch.state.revision
      return try batch.store.lookup.count(range, at: pastRevision ?? newest, newest: newest, batch.transaction)
    }
    var count = 0
    try forEach(in: range, order: .ascending, keysOnly: true) { _ in
      count += 1
      return true
    }
    return count
  }

  /// A range as it was committed at a readable revision, without this body's changes.
  mutating func range(_ query: RangeQuery, at revision: Revision) throws -> RangeResult {
    pastRevision = revision
    defer { pastRevision = nil }
    return try answer(query)
  }

  /// Refuses a revision at which a range that a request names cannot be read; 0 is this body's own view.
  func checkReadable(_ range: KeyRange, at asked: Revision) throws {
    if asked == .zero { return }
    let retention = try RetentionTable.load(batch.state, in: batch.store.tables.system, batch.transaction)
    _ = try ReadView.readable(asked, from: retention.compactRevision(of: range), batch.state)
  }

  /// Refuses what would put keys while the alarm NOSPACE is raised.
  func checkRoom() throws(StoreError) {
    if batch.state.flags.contains(.noSpace) { throw .quotaReached(batch.store) }
  }

  // MARK: Writing

  /// Sets the value of `key`. Setting the same value again is a change too.
  ///
  /// - Throws: `StoreError` with code `invalidArgument` for an empty key, `tooLarge` for a key over 480 bytes, a value over the configured
  ///   limit, or more changes than one write may have; `notFound` for a lease that does not exist.
  public mutating func put(_ key: [UInt8], _ value: [UInt8], lease: Int64 = 0) throws {
    try put(key, value, encoded: nil, lease: lease)
  }

  /// Sets the value of `key` to one that was encoded beforehand, off the writer's thread, by `RevisionStore.encode`.
  ///
  /// One that another store encoded is encoded again: it may name a dictionary that this store does not have.
  public mutating func put(_ key: [UInt8], _ value: [UInt8], encoded: EncodedValue?, lease: Int64 = 0) throws {
    if lease != 0 { try requireLease(lease) }
    try set(key, value, encoded: encoded, lease: lease)
  }

  /// A put whose lease is known to exist.
  mutating func set(_ key: [UInt8], _ value: [UInt8], encoded: EncodedValue?, lease: Int64) throws {
    try StoreLimits.check(key: key)
    let maximum = batch.store.configuration.maximumValueBytes
    guard value.count <= maximum else { throw StoreLimits.valueTooLarge(key: key, value.count, maximum: maximum) }
    try batch.requireRoom(forPutting: key.count + value.count)
    let fitting = encoded.flatMap { batch.coder.accepts($0) ? $0 : nil }
    try change(key, to: .put(fitting ?? batch.coder.encode(value, key: key), value: value, lease: lease))
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
    try forEach(in: range, order: .ascending, keysOnly: true) { keyValue in
      keys.append(keyValue.key)
      return keys.count <= room
    }
    for key in keys { try change(key, to: .delete) }
    return keys.count
  }

  private mutating func change(_ key: [UInt8], to change: Overlay.Change) throws {
    if overlay.replace(key, change, keepsEarlier: keepsEveryChange) { return }
    let maximum = batch.store.configuration.maximumChangesPerWrite
    guard overlay.count < maximum else {
      throw StoreError(.tooLarge, "a write changes more than \(maximum) keys; split it into several writes")
    }
    overlay.add(key, change, prior: try TreeWriter.prior(key, batch.transaction, batch.store.lookup))
  }

  /// Runs the steps of a transaction given as a value: all of them, or none if one is refused.
  mutating func keepingEveryChange<R>(_ steps: (inout WriteView) throws -> R) throws -> R {
    let before = overlay
    keepsEveryChange = true
    defer { keepsEveryChange = false }
    do {
      return try steps(&self)
    } catch {
      overlay = before
      throw error
    }
  }

  /// Refuses a lease that was not granted or is gone.
  func requireLease(_ lease: Int64) throws { try batch.requireLease(lease) }

  /// The limits on requests.
  var limits: RequestLimits { RequestLimits(batch.store.configuration) }

  /// The revision that an answer given now names: this write's own once it has changed something.
  var currentRevision: Revision { overlay.isEmpty ? revision : nextRevision }

  // MARK: Applying

  /// Writes the overlay into the batch as one revision; answers whether there was anything to write.
  ///
  /// Everything that could be refused was refused before: what can fail now is the disk, and then the whole batch is given up.
  mutating func apply() throws -> Bool {
    if overlay.isEmpty { return false }
    var index = 0
    var latest: [[UInt8]: Overlay.Prior] = [:]
    for entry in overlay.entries where !entry.isVoid {
      let prior = entry.predecessor == nil ? entry.prior : latest[entry.key]
      let change = self.change(of: entry, prior: prior)
      try TreeWriter.apply(
        change, revision: nextRevision, index: index, to: &batch.transaction, batch.store.tables, &batch.state.stateHash)
      if overlay.keepsSeveralChangesOfAKey {
        latest[entry.key] = try change.record.map { Overlay.Prior(record: try Record.decode($0.span, key: entry.key), bytes: $0) }
      }
      index += 1
    }
    batch.state.revision = nextRevision
    batch.state.time = batch.time
    batch.hasChanges = true
    return true
  }

  private func change(of entry: Overlay.Entry, prior: Overlay.Prior?) -> TreeWriter.Change {
    guard case .put(let encoded, _, let lease) = entry.change else {
      return TreeWriter.Change(key: entry.key, record: nil, lease: 0, hash: .empty, prior: prior)
    }
    let createRevision = prior?.record.createRevision ?? nextRevision
    let version = (prior?.record.version ?? 0) + 1
    let record = Record.encode(
      key: entry.key, value: encoded, createRevision: createRevision, modRevision: nextRevision, version: version, lease: lease)
    let hash = StateHash(
      key: entry.key, createRevision: createRevision, modRevision: nextRevision, version: version, lease: lease,
      valueHash: encoded.valueHash)
    return TreeWriter.Change(key: entry.key, record: record, lease: lease, hash: hash, prior: prior)
  }

  consuming func finish() -> Batch { batch }

  // MARK: Versions

  private func keyValue(_ entry: Overlay.Entry, keysOnly: Bool) -> KeyValue? {
    guard case .put(_, let value, let lease) = entry.change else { return nil }
    // After a deletion in the same body `prior` is nil: the key is created anew.
    return KeyValue(
      key: entry.key, value: keysOnly ? [] : value, createRevision: entry.prior?.record.createRevision ?? nextRevision,
      modRevision: nextRevision, version: (entry.prior?.record.version ?? 0) + 1, lease: lease)
  }

  private func decoded(_ record: Record, _ bytes: Span<UInt8>, _ key: [UInt8]) throws -> KeyValue {
    KeyValue(
      key: key, value: try batch.store.value(of: record, in: bytes, key: key, batch.transaction), createRevision: record.createRevision,
      modRevision: record.modRevision, version: record.version, lease: record.lease)
  }
}

extension RangeQuery.Order {
  fileprivate func places(_ key: [UInt8], before other: [UInt8]?) -> Bool {
    guard let other else { return true }
    return self == .ascending ? key.lexicographicallyPrecedes(other) : other.lexicographicallyPrecedes(key)
  }
}
