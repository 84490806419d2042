internal import LMDB

/// What a check of every record and rule of a store found.
public struct ConsistencyReport: Hashable, Sendable {
  /// The revision that was checked.
  public let revision: Revision
  /// Live keys looked at.
  public let keyCount: Int
  /// Superseded versions looked at.
  public let historyCount: Int
  /// Rows of the log looked at.
  public let logCount: Int
  /// What is wrong, at most `ConsistencyCheck.maximumFindings` sentences; empty when the store is whole.
  public let findings: [String]

  /// Whether nothing is wrong.
  public var isConsistent: Bool { findings.isEmpty }
}

/// Derives every invariant of the trees again from what is stored.
///
///     current   each record passes its checksum, restores to its length and hash, and has mod <= store revision
///     history   mod < end <= store revision; the versions of a key do not overlap; none is invisible once its class is compacted
///     log       revisions without a gap from the greatest compact revision to the newest, places in each from 0 without a gap; before it,
///               no row of a class that is compacted further; each put has its version in current or history, and each version its
///               put; what a row replaced is in history
///     time      never goes back, and covers the newest revision
///     state     the state hash is the sum over current
///     dictionaries  each passes its SHA-256 and can be loaded; with current and history: each that a record names is there
///     leases    see LeaseCheck
struct ConsistencyCheck {
  /// Findings beyond this number are counted as one.
  static let maximumFindings = 100

  private(set) var findings: [String] = []
  private let retention: RetentionTable
  private var keyCount = 0
  private var historyCount = 0
  private var logCount = 0
  private var leasedKeyCount = 0
  // Each put of the log leads to one version and each replacement to one end; that the numbers are equal proves that none is without its row.
  private var versionsSinceCompaction = 0
  private var endsSinceCompaction = 0
  private var putsSinceCompaction = 0
  private var replacementsSinceCompaction = 0

  private init(_ retention: RetentionTable) { self.retention = retention }

  static func run(_ store: StoreParts) throws -> ConsistencyReport {
    let snapshot = try store.beginRead()
    let state = snapshot.state
    var check = ConsistencyCheck(try RetentionTable.loadAll(state, in: store.tables.system, snapshot.transaction))
    check.flags(state)
    try check.dictionaries(snapshot.transaction, store)
    try check.current(snapshot.transaction, state, store)
    try check.history(snapshot.transaction, state, store)
    try check.log(snapshot.transaction, state, store)
    try check.times(snapshot.transaction, state, store)
    try LeaseCheck.run(snapshot.transaction, store, leasedKeyCount: check.leasedKeyCount) { check.find($0) }
    return ConsistencyReport(
      revision: state.revision, keyCount: check.keyCount, historyCount: check.historyCount, logCount: check.logCount,
      findings: check.findings)
  }

  private mutating func find(_ what: String) {
    if findings.count < Self.maximumFindings { findings.append(what) }
    if findings.count == Self.maximumFindings { findings.append("there is more") }
  }

  /// Notes a bad record as a finding, so that it does not hide the next; other errors end the check.
  private mutating func note(_ error: any Error) throws {
    guard let error = error as? StoreError else { throw error }
    find(error.message)
  }

  private mutating func dictionaries(_ transaction: borrowing ReadTransaction, _ store: StoreParts) throws {
    try transaction.withCursor(on: store.tables.dictionaries) { cursor in
      var isThere = try cursor.first()
      while isThere {
        do {
          let identifier = try DictionaryRow.identifier(cursor.key)
          let row = try DictionaryRow.decode(cursor.value, identifier: identifier)
          var coder = try ValueCoder([])
          try coder.adopt(identifier: identifier, bytes: row.dictionary)
        } catch {
          try note(error)
        }
        isThere = try cursor.next()
      }
    }
  }

  /// The flags say of the classes what their rows say.
  private mutating func flags(_ state: StateRecord) {
    let classes = retention.rows.dropFirst()
    if state.flags.contains(.hasClasses) == classes.isEmpty
      || state.flags.contains(.classesAreCompacting) != classes.contains(where: \.isCompacting)
    {
      find("the state record does not say of the retention classes what their rows say")
    }
    for row in retention.rows where row.progress > row.compactRevision || row.compactRevision > state.revision {
      find("the class \"\(printable(row.prefix))\" is compacted to \(row.compactRevision), done to \(row.progress)")
    }
  }

  private mutating func current(
    _ transaction: borrowing ReadTransaction, _ state: StateRecord, _ store: StoreParts
  ) throws {
    var sum = StateHash.empty
    try transaction.withCursor(on: store.tables.current) { cursor in
      var isThere = try cursor.first()
      while isThere {
        keyCount += 1
        let key = [UInt8](copying: cursor.key)
        do {
          let record = try Record.decode(cursor.value, key: key)
          _ = try store.value(of: record, in: cursor.value, key: key, transaction)
          sum += record.contentHash(key: key, in: cursor.value)
          if record.modRevision > state.revision {
            find("key \"\(printable(key))\" has mod revision \(record.modRevision), after the store's \(state.revision)")
          }
          if record.lease != 0 { leasedKeyCount += 1 }
          if record.version < 1 { find("key \"\(printable(key))\" has version \(record.version)") }
          if record.modRevision > retention.compactRevision(of: key) { versionsSinceCompaction += 1 }
        } catch {
          try note(error)
        }
        isThere = try cursor.next()
      }
    }
    if sum != state.stateHash { find("the state hash is \(state.stateHash), but the live keys sum up to \(sum)") }
  }

  private mutating func history(
    _ transaction: borrowing ReadTransaction, _ state: StateRecord, _ store: StoreParts
  ) throws {
    var lastKey: [UInt8] = []
    var lastEnd = Revision.zero
    try transaction.withCursor(on: store.tables.history) { cursor in
      var isThere = try cursor.first()
      while isThere {
        historyCount += 1
        guard let (key, modRevision) = HistoryKey.parse(cursor.key) else {
          find("a history key cannot be read")
          isThere = try cursor.next()
          continue
        }
        let name = printable(key)
        let end = HistoryRow.endRevision(cursor.value)
        do {
          let bytes = cursor.value.extracting(HistoryRow.record(in: cursor.value.count))
          let record = try Record.decode(bytes, key: key)
          _ = try store.value(of: record, in: bytes, key: key, transaction)
          if record.modRevision != modRevision { throw StoreError.corruptRecord(key: key, "has another mod revision than its history key") }
        } catch {
          try note(error)
        }
        // A transaction may put a key and then delete it: such a version ends where it began.
        if end < modRevision || end > state.revision { find("version \(modRevision) of key \"\(name)\" ends at \(end)") }
        if key == lastKey, modRevision < lastEnd { find("versions of key \"\(name)\" overlap at \(modRevision)") }
        let row = retention.rows[retention.place(of: key)]
        if end <= row.compactRevision, !row.isCompacting {
          find("version \(modRevision) of key \"\(name)\" outlived the compaction to \(row.compactRevision)")
        }
        if end > row.compactRevision { endsSinceCompaction += 1 }
        if modRevision > row.compactRevision { versionsSinceCompaction += 1 }
        let live = try store.lookup.current(key, transaction) { bytes in (try? Record.decode(bytes, key: key))?.modRevision }
        if let live = live ?? nil, live < end { find("version \(modRevision) of key \"\(name)\" ends at \(end), after the live one began") }
        (lastKey, lastEnd) = (key, end)
        isThere = try cursor.next()
      }
    }
  }

  private mutating func log(_ transaction: borrowing ReadTransaction, _ state: StateRecord, _ store: StoreParts) throws {
    var last: (revision: Revision, index: Int)?
    let complete = max(retention.highestCompactRevision, Revision.initial + 1)
    try transaction.withCursor(on: store.tables.log) { cursor in
      var isThere = try cursor.first()
      while isThere {
        logCount += 1
        guard let place = LogKey.parse(cursor.key) else {
          find("a key of the log cannot be read")
          isThere = try cursor.next()
          continue
        }
        if place.revision >= complete, !follows(place, last, from: complete) {
          find("the log goes from \(last.map { "\($0.revision).\($0.index)" } ?? "its beginning") to \(place.revision).\(place.index)")
        }
        last = (place.revision, place.index)
        do {
          let row = try LogRow.decode(cursor.value, revision: place.revision)
          let keeper = retention.rows[retention.place(of: row.key)]
          if place.revision < keeper.compactRevision, !keeper.isCompacting {
            find("the log row \(place.revision).\(place.index) outlived the compaction to \(keeper.compactRevision)")
          }
          if place.revision > keeper.compactRevision {
            if row.kind == .put { putsSinceCompaction += 1 }
            if row.previousRevision > .zero { replacementsSinceCompaction += 1 }
          }
          try check(row, place.revision, since: keeper.compactRevision, transaction, store)
        } catch {
          try note(error)
        }
        isThere = try cursor.next()
      }
    }
    if putsSinceCompaction != versionsSinceCompaction {
      find("the log has \(putsSinceCompaction) puts since the compaction, the trees \(versionsSinceCompaction) versions")
    }
    if replacementsSinceCompaction != endsSinceCompaction {
      find("the log has \(replacementsSinceCompaction) replacements since the compaction, the history \(endsSinceCompaction) ends")
    }
    let end = last?.revision ?? max(retention.highestCompactRevision, .initial)
    if end != state.revision {
      find("the log ends at \(end), the store at \(state.revision)")
    }
  }

  /// Whether a row of the log comes next after `last`; rows before `complete` can be gone.
  private func follows(_ place: (revision: Revision, index: Int), _ last: (revision: Revision, index: Int)?, from complete: Revision)
    -> Bool
  {
    guard let last, last.revision >= complete else { return place.revision == complete && place.index == 0 }
    return place.revision == last.revision ? place.index == last.index + 1 : place.revision == last.revision + 1 && place.index == 0
  }

  private func check(
    _ row: LogRow, _ revision: Revision, since compactRevision: Revision, _ transaction: borrowing ReadTransaction, _ store: StoreParts
  ) throws {
    if row.kind == .put {
      let isVisible = try store.lookup.version(row.key, changedAt: revision, transaction) { record, bytes in
        row.record == nil || row.record == [UInt8](copying: bytes)
      }
      // A version that was put and replaced at or before the compact revision may be gone.
      if isVisible == nil, revision > compactRevision {
        throw StoreError.corruptRecord(key: row.key, "of revision \(revision) is missing")
      }
      if isVisible == false { throw StoreError.corruptRecord(key: row.key, "of revision \(revision) is not the one in the log") }
    }
    if row.previousRevision > .zero, revision > compactRevision {
      let previous = try store.lookup.version(row.key, changedAt: row.previousRevision, transaction) { _, _ in true }
      if previous == nil {
        throw StoreError.corruptRecord(key: row.key, "of revision \(row.previousRevision), replaced at \(revision), is missing")
      }
    }
  }

  private mutating func times(_ transaction: borrowing ReadTransaction, _ state: StateRecord, _ store: StoreParts) throws {
    var last: Timestamp?
    var covered: Revision?
    try transaction.withCursor(on: store.tables.time) { cursor in
      var isThere = try cursor.first()
      while isThere {
        let time = TimeRow.decode(cursor.value)
        covered = TimeRow.revision(cursor.key)
        if time == nil || covered == nil { find("a commit time cannot be read") }
        if let last, let time, time < last { find("the commit time goes back from \(last) to \(time) at revision \(covered ?? .zero)") }
        last = time ?? last
        isThere = try cursor.next()
      }
    }
    if state.revision > .initial, covered != state.revision {
      find("the commit times end at revision \(covered ?? .zero), the store at \(state.revision)")
    }
  }
}

extension RevisionStore {
  /// Checks every record and every rule of the store. Reads all of it in one transaction; use it on a store that is not written heavily.
  public func check() throws -> ConsistencyReport {
    try StoreError.translating(path) { try ConsistencyCheck.run(parts) }
  }
}
