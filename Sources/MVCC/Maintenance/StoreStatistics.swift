internal import LMDB

/// The size and shape of a store at one moment.
public struct StoreStatistics: Hashable, Sendable {
  /// Tells this store from every other; copies and restores keep it.
  public let store: Identifier
  /// Tells this copy of the store from the others.
  public let instance: Identifier
  /// The on-disk format.
  public let format: Int
  /// The newest revision.
  public let revision: Revision
  /// The oldest readable revision; 0 when nothing was compacted.
  public let compactRevision: Revision
  /// When the newest revision was committed; nil for a store that has not been written.
  public let lastCommit: Timestamp?
  /// Equal for equal contents.
  public let stateHash: StateHash
  /// Live keys.
  public let keyCount: Int
  /// Superseded and deleted versions that can still be read, or wait to be deleted.
  public let historyCount: Int
  /// Changes in the log.
  public let logCount: Int
  /// Bytes of the data file.
  public let fileBytes: Int
  /// Bytes of it that hold data; the rest is reused before the file grows.
  public let usedBytes: Int
  /// The most bytes that the file can come to.
  public let mapSizeBytes: Int
  /// Slots of readers in use, of all processes.
  public let readerCount: Int
  /// Slots there are.
  public let maximumReaders: Int
  /// Durable consumers.
  public let consumerCount: Int
  /// Compression dictionaries.
  public let dictionaryCount: Int
  /// Alarms that are raised.
  public let alarms: [Alarm]
  /// The most bytes that this process lets the store use; nil for no limit.
  public let quotaBytes: Int?
}

extension RevisionStore {
  /// The size and shape of the store now.
  public func statistics() throws -> StoreStatistics {
    try StoreError.translating(path) {
      let information = try parts.environment.information
      let snapshot = try parts.beginRead()
      let state = snapshot.state
      func count(_ table: Table) throws -> Int { try snapshot.transaction.entryCount(of: table) }
      let tables = parts.tables
      return StoreStatistics(
        store: state.store, instance: state.instance, format: Int(Schema.formatVersion), revision: state.revision,
        compactRevision: state.compactRevision, lastCommit: state.revision > .initial ? state.time : nil, stateHash: state.stateHash,
        keyCount: try count(tables.current), historyCount: try count(tables.history),
        logCount: try count(tables.log), fileBytes: information.fileBytes,
        usedBytes: information.usedBytes - information.freePages * information.pageSizeBytes, mapSizeBytes: information.mapSizeBytes,
        readerCount: information.readersInUse, maximumReaders: information.maximumReaders,
        consumerCount: try count(tables.consumers), dictionaryCount: try count(tables.dictionaries),
        alarms: try Alarm.all(in: tables.system, snapshot.transaction), quotaBytes: parts.configuration.quotaBytes)
    }
  }
}
