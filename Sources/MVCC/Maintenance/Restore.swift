internal import LMDB

extension RevisionStore {
  /// Makes a new store from a backup.
  ///
  /// It is built beside `path`, checked from end to end, compared with the state hash of the store it came from, and only then appears at `path`. It has the
  /// same revisions, history, log and times, and an instance identifier of its own.
  ///
  /// - Parameter path: a directory that does not exist, or an empty one.
  /// - Throws: `StoreError` with code `alreadyExists` when something is at `path`, `corrupt` when the backup is damaged, `newerFormat`, `noSpace`.
  public static func restore(
    from backup: String, to path: String, configuration: StoreConfiguration = StoreConfiguration(),
    progress: @escaping @Sendable (BackupProgress) -> Void = { _ in }
  ) throws -> BackupSummary {
    do {
      guard try StoreDirectory(path).isFree else {
        throw StoreError(.alreadyExists, "\(path) is not empty; restore into a new directory")
      }
      let source = try newestBackup(at: backup)
      // The whole file is checked before anything is written.
      let summary = try verifyBackup(at: source)
      let temporary = "\(path).restore-\(Identifier.random().description.prefix(8))"
      do {
        try build(from: source, at: temporary, summary, configuration, progress)
        if FileSystem.exists(path) { try FileSystem.removeEmptyDirectory(at: path) }
        try FileSystem.renameNoReplace(from: temporary, to: path)
        try FileSystem.syncDirectory(at: FileSystem.parent(of: path))
      } catch {
        try? FileSystem.removeTree(at: temporary)
        throw error
      }
      return summary
    } catch {
      throw StoreError.backup(error, path: path)
    }
  }

  /// The file itself, or the one with the greatest name in a directory of backups.
  private static func newestBackup(at path: String) throws -> String {
    guard FileSystem.exists(path) else {
      throw StoreError(.notFound, "there is no backup at \(path); name a backup file or a directory of them")
    }
    guard FileSystem.isDirectory(path) else { return path }
    let names = try FileSystem.contents(ofDirectory: path).filter { $0.hasSuffix(".backup") }.sorted()
    let stores = Set(names.map { $0.split(separator: "-").prefix(2).joined(separator: "-") })
    guard stores.count <= 1 else {
      throw StoreError(.ambiguous, "\(path) holds backups of \(stores.count) stores; name the file to restore")
    }
    guard let newest = names.last else { throw StoreError(.notFound, "there is no file ending in .backup in \(path); name a backup file") }
    return "\(path)/\(newest)"
  }

  private static func build(
    from source: String, at directory: String, _ summary: BackupSummary, _ configuration: StoreConfiguration,
    _ progress: @escaping @Sendable (BackupProgress) -> Void
  ) throws {
    var options = configuration.environmentOptions
    options.isReadOnly = false
    try Environment.create(at: directory, tables: Schema.tableNames, options: options) { _, _ in }
    // Nothing is synced until the end: nobody can open the directory under its final name before that.
    options.durability = .unsynced
    let environment = try Environment.open(at: directory, tables: Schema.tableNames, options: options)
    do {
      var restore = try Restore(environment, summary, progress)
      try restore.run(BackupFileReader(path: source))
      try environment.sync()
      let report = try ConsistencyCheck.run(try StoreParts(environment, configuration))
      if let finding = report.findings.first { throw StoreError.damagedBackup("the restored store fails its check: \(finding)") }
      environment.close()
      try FileSystem.syncDirectory(at: directory)
    } catch {
      environment.close()
      throw error
    }
  }
}

// Invariants:
//   records of the base come in key order, after the retention classes and before any change; changes come in the order of the log
//   state.revision is the revision of the last change applied, and no less than any compact revision

/// One restore being made.
private struct Restore {
  /// Rows applied in one transaction, which keeps LMDB's list of dirty pages short.
  static let maximumRowsPerTransaction = 2_000

  private let environment: Environment
  private let lookup: Lookup
  private let summary: BackupSummary
  private let progress: @Sendable (BackupProgress) -> Void
  private var state = StateRecord(store: .random(), instance: .random(), lineage: .random())
  private var retention: RetentionTable
  private var header: BackupHeader?
  private var count = 0

  init(_ environment: Environment, _ summary: BackupSummary, _ progress: @escaping @Sendable (BackupProgress) -> Void) throws {
    self.environment = environment
    self.summary = summary
    self.progress = progress
    lookup = Lookup(tables: try Tables(environment))
    retention = RetentionTable(storeWide: state)
  }

  mutating func run(_ source: BackupFileReader) throws {
    var source = source
    while true {
      let (kind, payload) = try source.frame()
      switch kind {
      case .header: try begin(payload)
      case .dictionary: try dictionary(payload)
      case .base: try base(payload)
      case .changes: try changes(payload)
      case .times: try times(payload)
      case .consumers: try consumers(payload)
      case .leases: try leases(payload)
      case .retention: try retention(payload)
      case .trailer: return try finish()
      case nil: break
      }
      progress(BackupProgress(entryCount: count, expectedCount: summary.entryCount))
    }
  }

  private mutating func begin(_ payload: [UInt8]) throws {
    let header = try BackupHeader.decode(payload.span)
    state.store = header.store
    state.lineage = header.lineage
    state.revision = max(header.base, .initial)
    state.compactRevision = header.isCompacted ? header.base : .zero
    state.compactionProgress = state.compactRevision
    state.time = header.time
    self.header = header
    retention = RetentionTable(storeWide: state)
  }

  /// Classes begin where those of the backed-up store were, with nothing left to delete.
  private mutating func retention(_ payload: [UInt8]) throws {
    var reader = FieldReader()
    var transaction = try environment.makeWriteTransaction()
    while reader.position < payload.count {
      guard let name = field(&reader, payload.span), name.starts(with: SystemRow.retention), let bytes = field(&reader, payload.span)
      else { throw StoreError.damagedBackup("a retention class is cut off") }
      var row = try RetentionRow.decode(try SystemRow.open(bytes.span, name: name), name: name)
      row.progress = row.compactRevision
      try transaction.put(row.encode().span, for: name.span, in: lookup.tables.system)
      retention.add(row)
    }
    try transaction.commit()
    state.revision = max(retention.highestCompactRevision, .initial)
    state.flags.set(.hasClasses, retention.rows.count > 1)
  }

  private func dictionary(_ payload: [UInt8]) throws {
    guard payload.count > 4 else { throw StoreError.damagedBackup("a dictionary is too short") }
    let key = Array(payload.prefix(4))
    let row = Array(payload.dropFirst(4))
    _ = try DictionaryRow.decode(row.span, identifier: DictionaryRow.identifier(key.span))
    var transaction = try environment.makeWriteTransaction()
    try transaction.put(row.span, for: key.span, in: lookup.tables.dictionaries)
    try transaction.commit()
  }

  private mutating func base(_ payload: [UInt8]) throws {
    var reader = FieldReader()
    let bytes = payload.span
    while reader.position < bytes.count {
      var transaction = try environment.makeWriteTransaction()
      var rows = 0
      while rows < Self.maximumRowsPerTransaction, reader.position < bytes.count {
        guard let key = field(&reader, bytes), let record = field(&reader, bytes) else {
          throw StoreError.damagedBackup("a record is cut off")
        }
        let decoded = try Record.decode(record.span, key: key)
        guard decoded.modRevision <= retention.compactRevision(of: key) else {
          throw StoreError.damagedBackup("a record is newer than its base")
        }
        try transaction.append(record.span, for: key.span, in: lookup.tables.current)
        try LeaseTable(lookup.tables).move(key, from: 0, to: decoded.lease, in: &transaction)
        state.stateHash += decoded.contentHash(key: key, in: record.span)
        rows += 1
      }
      count += rows
      try transaction.commit()
    }
  }

  private mutating func changes(_ payload: [UInt8]) throws {
    var reader = FieldReader()
    let bytes = payload.span
    while reader.position < bytes.count {
      var transaction = try environment.makeWriteTransaction()
      var rows = 0
      while rows < Self.maximumRowsPerTransaction, reader.position < bytes.count {
        guard let place = LogKey.read(&reader, bytes), let rowBytes = field(&reader, bytes)
        else {
          throw StoreError.damagedBackup("a change is cut off")
        }
        try change(try LogRow.decode(rowBytes.span, revision: place.revision), place, &transaction)
        rows += 1
      }
      count += rows
      try transaction.commit()
    }
  }

  private mutating func change(_ row: LogRow, _ place: (revision: Revision, index: Int), _ transaction: inout WriteTransaction) throws {
    if place.revision <= retention.compactRevision(of: row.key) {
      // Already in the base: only the log is to know.
      let inline = row.record.flatMap { $0.count <= LogRow.maximumInlineRecordBytes ? $0 : nil }
      let logRow = LogRow(kind: row.kind, previousRevision: row.previousRevision, key: row.key, record: inline)
      try transaction.append(
        logRow.encode(revision: place.revision).span, for: LogKey.make(place.revision, place.index).span, in: lookup.tables.log)
      return
    }
    // Up to the greatest compact revision there are gaps: what classes that are kept for less long changed.
    guard place.revision <= state.revision + 1 else {
      throw StoreError.damagedBackup("its changes go from revision \(state.revision) to \(place.revision)")
    }
    let prior = try TreeWriter.prior(row.key, transaction, lookup)
    guard (prior?.record.modRevision ?? .zero) == row.previousRevision, row.kind == .delete || row.record != nil else {
      throw StoreError.damagedBackup(
        "the change of key \"\(printable(row.key))\" at revision \(place.revision) does not follow from what is before it")
    }
    let version = try row.record.map { try Record.decode($0.span, key: row.key) }
    let hash = version.flatMap { version in row.record.map { version.contentHash(key: row.key, in: $0.span) } }
    let change = TreeWriter.Change(key: row.key, record: row.record, lease: version?.lease ?? 0, hash: hash ?? .empty, prior: prior)
    try TreeWriter.apply(change, revision: place.revision, index: place.index, to: &transaction, lookup.tables, &state.stateHash)
    state.revision = max(state.revision, place.revision)
  }

  private func times(_ payload: [UInt8]) throws {
    guard payload.count % 16 == 0 else { throw StoreError.damagedBackup("a commit time is cut off") }
    var transaction = try environment.makeWriteTransaction()
    for start in stride(from: 0, to: payload.count, by: 16) {
      let row = payload[start..<start + 16]
      try transaction.append(Array(row.suffix(8)).span, for: Array(row.prefix(8)).span, in: lookup.tables.time)
    }
    try transaction.commit()
  }

  private func consumers(_ payload: [UInt8]) throws {
    var reader = FieldReader()
    var transaction = try environment.makeWriteTransaction()
    while reader.position < payload.count {
      guard let name = field(&reader, payload.span), let revision = reader.bigEndianUInt64(of: payload.span),
        let updated = reader.bigEndianUInt64(of: payload.span)
      else { throw StoreError.damagedBackup("a consumer is cut off") }
      let cursor = ConsumerCursor(
        name: String(decoding: name, as: UTF8.self), revision: Revision(Int64(bitPattern: revision)),
        updated: Timestamp(millisecondsSinceEpoch: Int64(bitPattern: updated)))
      try transaction.put(ConsumerRow.encode(cursor).span, for: name.span, in: lookup.tables.consumers)
    }
    try transaction.commit()
  }

  /// Leases begin anew with their whole time: how long the backup lay about is nothing to them. No time passes until the store's first lease write,
  /// for the clock of leases is not restored.
  private func leases(_ payload: [UInt8]) throws {
    var reader = FieldReader()
    var transaction = try environment.makeWriteTransaction()
    while reader.position < payload.count {
      guard let id = reader.bigEndianUInt64(of: payload.span), let seconds = reader.varint(of: payload.span),
        seconds <= UInt64(Lease.maximumSeconds)
      else { throw StoreError.damagedBackup("a lease is cut off") }
      let id64 = Int64(bitPattern: id)
      let start = LeaseTime(milliseconds: 0)
      let row = LeaseRow(grantedSeconds: Int64(seconds), deadline: start.deadline(afterSeconds: Int64(seconds)))
      try LeaseTable(lookup.tables).put(row, id64, replacing: nil, in: &transaction)
    }
    try transaction.commit()
  }

  private func field(_ reader: inout FieldReader, _ bytes: Span<UInt8>) -> [UInt8]? {
    guard let count = reader.varint(of: bytes), count <= UInt64(bytes.count) else { return nil }
    return reader.bytes(Int(count), of: bytes)
  }

  private mutating func finish() throws {
    guard let header, state.revision == header.revision else {
      throw StoreError.damagedBackup("its changes end at revision \(state.revision), before its own end")
    }
    guard state.stateHash == header.stateHash else { throw StoreError.damagedBackup("the restored keys do not add up to its state hash") }
    var transaction = try environment.makeWriteTransaction()
    try LeaseTable(lookup.tables).addMissing(in: &transaction)
    state.transaction = transaction.id
    let stateKey = Schema.stateKey
    try transaction.put(state.encode().span, for: stateKey.span, in: lookup.tables.main)
    try transaction.commit()
  }
}
