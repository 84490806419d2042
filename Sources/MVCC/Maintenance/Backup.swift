internal import LMDB

/// What a backup or restore came to.
public struct BackupSummary: Hashable, Sendable {
  /// The file.
  public let path: String
  /// The store that was backed up.
  public let store: Identifier
  /// The oldest revision in it, of keys outside of all retention classes; 0 when nothing was compacted.
  public let base: Revision
  /// The newest revision in it.
  public let revision: Revision
  /// When the backup was begun.
  public let created: Timestamp
  /// Records and changes in it.
  public let entryCount: Int
  /// The file's size.
  public let byteCount: Int
  /// Equal to that of the store at `revision`.
  public let stateHash: StateHash
}

/// How far a backup or restore is.
public struct BackupProgress: Hashable, Sendable {
  /// Records and changes done.
  public let entryCount: Int
  /// How many there are in all, as far as that can be known beforehand.
  public let expectedCount: Int
}

extension RevisionStore {
  /// Writes a consistent copy of the store, as it is when this is called, to `path`, while it is in use.
  ///
  /// It holds every readable revision, the log, the commit times, the durable consumers and the leases. It is compressed and checksummed, read back and
  /// verified, and appears under its name only when whole. Nothing is pinned while it runs: it reads in short transactions and holds
  /// compaction back meanwhile.
  ///
  /// - Parameter path: a file that does not exist, or an existing directory, in which the file is named for the store and the revision.
  /// - Throws: `StoreError` with code `alreadyExists`, `noSpace`, `permissionDenied`, or `compacted` when a forced compaction went past it.
  public func backup(to path: String, progress: @escaping @Sendable (BackupProgress) -> Void = { _ in }) async throws -> BackupSummary {
    let name = Identifier.random().description
    _ = try await CompactionHold.claim(name, from: nil, self)
    do {
      let snapshot = try parts.beginRead()
      let retention = try RetentionTable.loadAll(snapshot.state, in: parts.tables.system, snapshot.transaction)
      let leases = try Backup.leaseFrames(snapshot.transaction, LeaseTable(parts.tables))
      let backup = Backup(
        store: self, hold: name, state: snapshot.state, retention: retention, leases: leases, progress: progress)
      _ = consume snapshot
      let summary = try await backup.write(to: path)
      try await CompactionHold.release(name, self)
      return summary
    } catch {
      try? await CompactionHold.release(name, self)
      throw StoreError.backup(error, path: path)
    }
  }

  /// Reads a backup from end to end, checking every frame and the whole.
  ///
  /// - Throws: `StoreError` with code `corrupt`, `newerFormat` or `invalidArgument` when it is not a backup.
  public static func verifyBackup(at path: String) throws -> BackupSummary {
    do {
      return try Backup.verify(path)
    } catch {
      throw StoreError.backup(error, path: path)
    }
  }
}

/// One backup being written.
private struct Backup {
  let store: RevisionStore
  let hold: String
  /// What is backed up, and from which revision on of which keys: fixed when the backup began.
  let state: StateRecord
  let retention: RetentionTable
  /// Payloads of frames.
  let leases: [[UInt8]]
  let progress: @Sendable (BackupProgress) -> Void

  func write(to path: String) async throws -> BackupSummary {
    let parts = store.parts
    let base = state.compactRevision
    let statistics = try store.statistics()
    let target = try destination(path, state)
    let partial = "\(target).part"
    let header = BackupHeader(
      format: UInt64(Schema.formatVersion), store: state.store, lineage: state.lineage, created: parts.clock(), base: base,
      isCompacted: state.compactRevision > .zero, revision: state.revision, time: state.time, stateHash: state.stateHash)
    var counter = EntryCounter(expected: statistics.keyCount + statistics.logCount, report: progress)
    let file = try DurableFile.create(at: partial)
    let byteCount: Int
    do {
      var writer = try BackupFileWriter(file)
      try writer.frame(.header, header.encode())
      try writeRetention(&writer)
      try writeDictionaries(&writer)
      for frame in leases { try writer.frame(.leases, frame) }
      try await writeBase(&writer, &counter)
      try await writeChanges(&writer, &counter, through: state.revision)
      try writeTimes(&writer, through: state.revision)
      try writeConsumers(&writer)
      var trailer: [UInt8] = []
      trailer.appendVarint(UInt64(counter.count))
      try writer.frame(.trailer, trailer)
      try writer.finish()
      byteCount = writer.byteCount
      _ = try Backup.verify(partial)
      try FileSystem.renameNoReplace(from: partial, to: target)
      try FileSystem.syncDirectory(at: FileSystem.parent(of: target))
    } catch {
      try? FileSystem.removeFile(at: partial)
      throw error
    }
    return BackupSummary(
      path: target, store: state.store, base: base, revision: state.revision, created: header.created, entryCount: counter.count,
      byteCount: byteCount, stateHash: state.stateHash)
  }

  private func destination(_ path: String, _ state: StateRecord) throws -> String {
    var target = path
    if FileSystem.isDirectory(path) {
      let digits = String(state.revision.rawValue)
      let number = String(repeating: "0", count: max(0, 12 - digits.count)) + digits
      target = "\(path)/isdb-\(state.store.description.prefix(8))-\(number).backup"
    }
    guard !FileSystem.exists(target) else {
      throw StoreError(.alreadyExists, "there is a file at \(target) already; name another file or remove it")
    }
    return target
  }

  /// The state to be backed up with the leases of that moment, in frames: a lease that is revoked meanwhile still has its keys in the backup.
  static func leaseFrames(_ transaction: borrowing ReadTransaction, _ leases: LeaseTable) throws -> [[UInt8]] {
    var frames: [[UInt8]] = []
    var payload: [UInt8] = []
    try leases.forEachDeadline(transaction) { _, id in
      guard let row = try leases.row(id, transaction) else { return true }
      payload.appendBigEndian(id)
      payload.appendVarint(UInt64(row.grantedSeconds))
      if payload.count >= BackupFormat.targetFrameBytes {
        frames.append(payload)
        payload = []
      }
      return true
    }
    if !payload.isEmpty { frames.append(payload) }
    return frames
  }

  private func writeDictionaries(_ writer: inout BackupFileWriter) throws {
    let snapshot = try store.parts.beginRead()
    var rows: [[UInt8]] = []
    try snapshot.transaction.withCursor(on: store.parts.tables.dictionaries) { cursor in
      var isThere = try cursor.first()
      while isThere {
        rows.append([UInt8](copying: cursor.key) + [UInt8](copying: cursor.value))
        isThere = try cursor.next()
      }
    }
    for row in rows { try writer.frame(.dictionary, row) }
  }

  private func writeRetention(_ writer: inout BackupFileWriter) throws {
    var payload: [UInt8] = []
    for row in retention.rows where !row.prefix.isEmpty || row.policy != nil {
      for bytes in [row.name, row.encode()] {
        payload.appendVarint(UInt64(bytes.count))
        payload += bytes
      }
    }
    if !payload.isEmpty { try writer.frame(.retention, payload) }
  }

  /// The versions of each class's keys visible at its compact revision, frame by frame, each read in a transaction of its own.
  private func writeBase(_ writer: inout BackupFileWriter, _ counter: inout EntryCounter) async throws {
    for segment in retention.segments where segment.compactRevision > .initial {
      try await writeBase(segment.range, at: segment.compactRevision, &writer, &counter)
    }
  }

  private func writeBase(
    _ segment: KeyRange, at base: Revision, _ writer: inout BackupFileWriter, _ counter: inout EntryCounter
  ) async throws {
    var range = segment
    while true {
      try await renewHold(&counter)
      var payload: [UInt8] = []
      var last: [UInt8]?
      var count = 0
      try store.read(at: .revision(base)) { view in
        try view.walk(range, .ascending) { key, _, bytes in
          payload.appendVarint(UInt64(key.count))
          payload += key
          payload.appendVarint(UInt64(bytes.count))
          payload += [UInt8](copying: bytes)
          last = key
          count += 1
          return payload.count < BackupFormat.targetFrameBytes
        }
      }
      guard let last else { return }
      try writer.frame(.base, payload)
      counter.add(count)
      range = range.after(last)
    }
  }

  /// The rows of the log from each class's compact revision on. Those of that revision itself are already in the versions and go into the log only.
  private func writeChanges(_ writer: inout BackupFileWriter, _ counter: inout EntryCounter, through newest: Revision) async throws {
    var start = LogKey.make(max(retention.lowestCompactRevision, .initial), 0)
    while true {
      try await renewHold(&counter)
      let chunk = try changes(from: start, through: newest)
      guard let last = chunk.last else { return }
      try writer.frame(.changes, chunk.payload)
      counter.add(chunk.count)
      start = last + [0]
    }
  }

  private func changes(from start: [UInt8], through newest: Revision) throws -> (payload: [UInt8], last: [UInt8]?, count: Int) {
    let parts = store.parts
    let snapshot = try parts.beginRead()
    let now = try RetentionTable.load(snapshot.state, in: parts.tables.system, snapshot.transaction)
    guard now.keeps(retention) else {
      throw StoreError(
        .compacted, "revisions from \(retention.lowestCompactRevision) on were compacted while they were backed up; begin the backup again")
    }
    var payload: [UInt8] = []
    var last: [UInt8]?
    var count = 0
    try snapshot.transaction.withCursor(on: parts.tables.log) { cursor in
      var isThere = try cursor.seek(toAtLeast: start.span)
      while isThere, payload.count < BackupFormat.targetFrameBytes {
        guard let place = LogKey.parse(cursor.key) else { throw StoreError.corruptLog(newest) }
        guard place.revision <= newest else { return }
        var row = try LogRow.decode(cursor.value, revision: place.revision)
        // What a compaction was still to delete when the backup began is not part of it.
        guard place.revision >= retention.compactRevision(of: row.key) else {
          isThere = try cursor.next()
          continue
        }
        if row.kind == .put, row.record == nil {
          row.record = try parts.lookup.version(row.key, changedAt: place.revision, snapshot.transaction) { _, bytes in
            [UInt8](copying: bytes)
          }
        }
        let bytes = row.encode(revision: place.revision)
        last = [UInt8](copying: cursor.key)
        payload += last ?? []
        payload.appendVarint(UInt64(bytes.count))
        payload += bytes
        count += 1
        isThere = try cursor.next()
      }
    }
    return (payload, last, count)
  }

  private func writeTimes(_ writer: inout BackupFileWriter, through newest: Revision) throws {
    var start: [UInt8]? = .bigEndian(retention.lowestCompactRevision.rawValue)
    while let from = start {
      let snapshot = try store.parts.beginRead()
      var payload: [UInt8] = []
      start = nil
      try snapshot.transaction.withCursor(on: store.parts.tables.time) { cursor in
        var isThere = try cursor.seek(toAtLeast: from.span)
        while isThere, let revision = TimeRow.revision(cursor.key), revision <= newest {
          if payload.count >= BackupFormat.targetFrameBytes {
            start = .bigEndian(revision.rawValue)
            return
          }
          payload += [UInt8](copying: cursor.key) + [UInt8](copying: cursor.value)
          isThere = try cursor.next()
        }
      }
      if !payload.isEmpty { try writer.frame(.times, payload) }
    }
  }

  private func writeConsumers(_ writer: inout BackupFileWriter) throws {
    var payload: [UInt8] = []
    for consumer in try store.consumers() {
      let name = Array(consumer.name.utf8)
      payload.appendVarint(UInt64(name.count))
      payload += name
      payload.appendBigEndian(consumer.revision.rawValue)
      payload.appendBigEndian(consumer.updated.millisecondsSinceEpoch)
    }
    if !payload.isEmpty { try writer.frame(.consumers, payload) }
  }

  private func renewHold(_ counter: inout EntryCounter) async throws {
    try Task.checkCancellation()
    let now = ContinuousClock.now
    guard now - counter.holdRenewed > CompactionHold.lifetime / 3 else { return }
    _ = try await CompactionHold.claim(hold, from: retention.lowestCompactRevision, store)
    counter.holdRenewed = now
  }

  static func verify(_ path: String) throws -> BackupSummary {
    var reader = try BackupFileReader(path: path)
    var header: BackupHeader?
    while true {
      let (kind, payload) = try reader.frame()
      if kind == .header { header = try BackupHeader.decode(payload.span) }
      guard kind == .trailer else { continue }
      var fields = FieldReader()
      guard let header, let count = fields.varint(of: payload.span) else { throw StoreError.damagedBackup("it has no header") }
      try reader.finish()
      return BackupSummary(
        path: path, store: header.store, base: header.base, revision: header.revision, created: header.created,
        entryCount: Int(clamping: count), byteCount: try FileSystem.byteCount(of: path), stateHash: header.stateHash)
    }
  }
}

private struct EntryCounter {
  private(set) var count = 0
  let expected: Int
  let report: @Sendable (BackupProgress) -> Void
  var holdRenewed = ContinuousClock.now

  init(expected: Int, report: @escaping @Sendable (BackupProgress) -> Void) {
    self.expected = expected
    self.report = report
  }

  mutating func add(_ more: Int) {
    count += more
    report(BackupProgress(entryCount: count, expectedCount: max(expected, count)))
  }
}

extension StoreError {
  /// A failure while a backup is written or read, in the store's terms.
  static func backup(_ error: any Error, path: String) -> any Error {
    if let error = error as? LMDBError { return StoreError(error, path: path) }
    return error
  }
}
