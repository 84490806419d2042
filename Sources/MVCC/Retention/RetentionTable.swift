internal import LMDB

// Invariants:
//   rows[0] has the empty prefix, and its revisions are those of the state record; the others follow by prefix
//   flags.hasClasses: there are rows with a prefix; flags.classesAreCompacting: one of those has progress < compact revision
//   a version of a key is readable from the compact revision of the key's class on; its log rows are kept from there on too

/// What is kept of which keys, as one transaction sees it.
struct RetentionTable: Sendable {
  /// Classes besides that of the whole store, which bounds what each read at an older revision looks through.
  static let maximumClasses = 64

  private(set) var rows: [RetentionRow]

  /// The table of a store without classes, which needs no look into `system`; the policy of the whole store is then not known.
  init(storeWide state: StateRecord) {
    rows = [
      RetentionRow(prefix: [], policy: nil, compactRevision: state.compactRevision, progress: state.compactionProgress)
    ]
  }

  /// As far as reads and compaction need it: without a look into `system` in a store without classes.
  static func load<T: Transaction & ~Copyable>(
    _ state: StateRecord, in table: Table, _ transaction: borrowing T
  ) throws -> RetentionTable {
    state.flags.contains(.hasClasses) ? try loadAll(state, in: table, transaction) : RetentionTable(storeWide: state)
  }

  /// With all policies.
  static func loadAll<T: Transaction & ~Copyable>(
    _ state: StateRecord, in table: Table, _ transaction: borrowing T
  ) throws -> RetentionTable {
    var result = RetentionTable(storeWide: state)
    for (name, body) in try SystemRow.all(SystemRow.retention, in: table, transaction) {
      result.add(try RetentionRow.decode(body, name: name))
    }
    return result
  }

  // MARK: Looking up

  var lowestCompactRevision: Revision { rows.reduce(rows[0].compactRevision) { min($0, $1.compactRevision) } }

  var highestCompactRevision: Revision { rows.reduce(rows[0].compactRevision) { max($0, $1.compactRevision) } }

  /// The place in `rows` of the class of `key`.
  func place(of key: [UInt8]) -> Int {
    if rows.count == 1 { return 0 }
    var best = 0
    for place in rows.indices where rows[place].prefix.count > rows[best].prefix.count && key.starts(with: rows[place].prefix) {
      best = place
    }
    return best
  }

  /// The place of the class with exactly that prefix.
  func place(withPrefix prefix: [UInt8]) -> Int? { rows.firstIndex { $0.prefix == prefix } }

  /// The oldest revision at which `key` can be read; 0 when nothing was compacted.
  func compactRevision(of key: [UInt8]) -> Revision { rows[place(of: key)].compactRevision }

  /// The oldest revision at which all of `range` can be read: the greatest of the classes that it overlaps.
  func compactRevision(of range: KeyRange) -> Revision {
    if rows.count == 1 { return rows[0].compactRevision }
    var greatest = Revision.zero
    for segment in segments where segment.range.overlaps(range) { greatest = max(greatest, segment.compactRevision) }
    return greatest
  }

  /// The key space cut where classes begin and end, in key order and without a gap.
  var segments: [(range: KeyRange, compactRevision: Revision)] {
    var cuts: Set<[UInt8]> = [[]]
    for row in rows.dropFirst() {
      cuts.insert(row.prefix)
      if let end = KeyRange.prefix(row.prefix).upper { cuts.insert(end) }
    }
    let lowers = cuts.sorted { $0.lexicographicallyPrecedes($1) }
    return lowers.indices.map { index in
      let lower = lowers[index]
      let upper = index + 1 < lowers.count ? lowers[index + 1] : nil
      return (KeyRange(from: lower, upTo: upper), compactRevision(of: lower))
    }
  }

  /// Whether every key is still readable from where it was in `earlier` on.
  func keeps(_ earlier: RetentionTable) -> Bool {
    (segments.map(\.range.lower) + earlier.segments.map(\.range.lower)).allSatisfy {
      compactRevision(of: $0) <= earlier.compactRevision(of: $0)
    }
  }

  // MARK: Changing

  /// Adds a class, or gives one another policy. A new class begins where the class around it is.
  mutating func set(_ policy: RetentionPolicy, forPrefix prefix: [UInt8]) throws(StoreError) {
    if let place = place(withPrefix: prefix) {
      rows[place].policy = policy
      return
    }
    guard rows.count <= Self.maximumClasses else {
      throw StoreError(.tooLarge, "the store has \(Self.maximumClasses) retention classes, which is the limit; remove one")
    }
    let around = rows[place(of: prefix)]
    rows.append(
      RetentionRow(prefix: prefix, policy: policy, compactRevision: around.compactRevision, progress: around.progress))
    rows.sort { $0.prefix.lexicographicallyPrecedes($1.prefix) }
  }

  /// Takes a row as it was stored, in the order of prefixes.
  mutating func add(_ row: RetentionRow) {
    if row.prefix.isEmpty { rows[0].policy = row.policy } else { rows.append(row) }
  }

  mutating func compact(_ place: Int, to revision: Revision) { rows[place].compactRevision = revision }

  mutating func progress(_ place: Int, to revision: Revision) { rows[place].progress = revision }

  mutating func removePolicy(_ place: Int) { rows[place].policy = nil }

  /// Brings classes without a policy on with the class around them, and lets them go once both have come equally far.
  ///
  /// Before that the class around one would promise revisions of its keys that are gone, or forget versions that are to be deleted.
  mutating func settle() {
    for place in rows.indices.reversed() where place > 0 && rows[place].policy == nil {
      let around = rows[self.place(around: place)]
      if rows[place].compactRevision < around.compactRevision { rows[place].compactRevision = around.compactRevision }
      if rows[place].compactRevision == around.compactRevision, !rows[place].isCompacting, !around.isCompacting {
        rows.remove(at: place)
      }
    }
  }

  /// The class that the keys of `place` would be in without it.
  private func place(around place: Int) -> Int {
    var best = 0
    for other in rows.indices
    where other != place && rows[other].prefix.count > rows[best].prefix.count && rows[place].prefix.starts(with: rows[other].prefix) {
      best = other
    }
    return best
  }

  /// Writes what differs from `before` into a batch.
  func store(insteadOf before: RetentionTable, _ batch: inout Batch) throws {
    batch.state.compactRevision = rows[0].compactRevision
    batch.state.compactionProgress = rows[0].progress
    let table = batch.store.tables.system
    for old in before.rows where !old.prefix.isEmpty && place(withPrefix: old.prefix) == nil {
      _ = try batch.transaction.delete(old.name.span, in: table)
    }
    for row in rows where before.place(withPrefix: row.prefix).map({ before.rows[$0] }) != row {
      if !row.prefix.isEmpty {
        try batch.transaction.put(row.encode().span, for: row.name.span, in: table)
      } else if row.policy != before.rows[0].policy {
        try Self.storePolicy(row.policy, &batch)
      }
    }
    batch.state.flags.set(.hasClasses, rows.count > 1)
    batch.state.flags.set(.classesAreCompacting, rows.dropFirst().contains(where: \.isCompacting))
    batch.hasChanges = true
  }

  private static func storePolicy(_ policy: RetentionPolicy?, _ batch: inout Batch) throws {
    let row = RetentionRow(prefix: [], policy: policy, compactRevision: .zero, progress: .zero)
    if policy == nil {
      _ = try batch.transaction.delete(row.name.span, in: batch.store.tables.system)
    } else {
      try batch.transaction.put(row.encode().span, for: row.name.span, in: batch.store.tables.system)
    }
  }
}
