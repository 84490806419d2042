internal import LMDB
internal import Synchronization

/// What every read and write of one open store shares.
final class StoreParts: Sendable {
  let environment: Environment
  let lookup: Lookup
  let configuration: StoreConfiguration
  let recentBatches = RecentBatches()
  let quota = Mutex(QuotaGauge())
  private let sharedCoder: Mutex<ValueCoder>
  /// The newest dictionary table that `sharedCoder` knows, by its number of rows: dictionaries are only ever added.
  private let knownDictionaries: Mutex<Int>
  /// Whether the store is known to hold every dictionary of the configuration.
  private let holdsConfiguredDictionaries = Mutex(false)

  var tables: Tables { lookup.tables }

  var clock: @Sendable () -> Timestamp { configuration.clock }

  init(_ environment: Environment, _ configuration: StoreConfiguration) throws {
    self.environment = environment
    self.configuration = configuration
    lookup = Lookup(tables: try Tables(environment))
    sharedCoder = Mutex(try ValueCoder(configuration.dictionaries))
    knownDictionaries = Mutex(-1)
  }

  /// The coder that encodes as this transaction's dictionaries ask for.
  ///
  /// Dictionaries are only ever added, so their number tells whether there are new ones, whichever process trained them.
  func coder<T: Transaction & ~Copyable>(for transaction: borrowing T) throws -> ValueCoder {
    let count = try transaction.entryCount(of: tables.dictionaries)
    let coder = sharedCoder.withLock { $0 }
    if knownDictionaries.withLock({ $0 >= count }) { return coder }
    let extended = try DictionaryTable.extend(coder, tables.dictionaries, transaction)
    sharedCoder.withLock { $0 = extended }
    knownDictionaries.withLock { $0 = max($0, count) }
    return extended
  }

  /// The coder that can restore what was encoded with one dictionary: those that nothing is encoded with any more are loaded when first needed.
  private func coder<T: Transaction & ~Copyable>(reading identifier: UInt32, _ transaction: borrowing T) throws -> ValueCoder {
    let coder = sharedCoder.withLock { $0 }
    if coder.holds(identifier) { return coder }
    guard let row = try DictionaryTable.row(identifier, tables.dictionaries, transaction) else { return coder }
    return try sharedCoder.withLock { shared in
      try shared.adopt(identifier: identifier, bytes: row.dictionary)
      return shared
    }
  }

  /// Puts the dictionaries of the configuration that the store lacks into a transaction: a record must never name one that is not in its store.
  ///
  /// A store made without them, or by an earlier version with fewer, gets them with its next commit.
  func addMissingDictionaries(to transaction: inout WriteTransaction) throws {
    if holdsConfiguredDictionaries.withLock({ $0 }) { return }
    for dictionary in configuration.dictionaries {
      let key = DictionaryRow.key(dictionary.identifier)
      if try transaction.withValue(for: key.span, in: tables.dictionaries, { _ in true }) == nil {
        try transaction.put(DictionaryRow(dictionary: dictionary.bytes).encode().span, for: key.span, in: tables.dictionaries)
      }
    }
  }

  /// Notes that a transaction with all dictionaries was committed.
  func noteDictionariesCommitted() { holdsConfiguredDictionaries.withLock { $0 = true } }

  /// The value of a record. Only one that names a dictionary needs to know it.
  func value<T: Transaction & ~Copyable>(
    of record: Record, in bytes: Span<UInt8>, key: [UInt8], _ transaction: borrowing T
  ) throws -> [UInt8] {
    switch record.codec {
    case .raw: return [UInt8](copying: bytes.extracting(record.payload))
    case .zstd: return try coder.decode(record, in: bytes, key: key)
    case .zstdWithDictionary: return try coder(reading: record.dictionary, transaction).decode(record, in: bytes, key: key)
    }
  }

  /// The coder for values that are encoded before their transaction begins.
  var coder: ValueCoder { sharedCoder.withLock { $0 } }

  /// A read transaction and the state it sees.
  ///
  /// A reader that the system suspends between announcing itself and choosing its root, while two commits complete, would see a later
  /// root under an earlier number. The state record holds the number of the transaction that wrote it, which betrays that; such a reader begins again.
  func beginRead() throws -> Snapshot {
    for attempt in 0..<16 {
      // It looks the same when another process has put a rewritten file in the place of this one and committed to that.
      if attempt > 0 { try environment.followReplacement() }
      let transaction = try environment.makeReadTransaction()
      let state = try lookup.state(transaction)
      if state.transaction == transaction.id { return Snapshot(transaction: transaction, state: state) }
    }
    throw StoreError(.unavailable, "no consistent snapshot of \(environment.path) after 16 tries; try again")
  }
}

/// A read transaction and the state record that it sees.
struct Snapshot: ~Copyable {
  let transaction: ReadTransaction
  let state: StateRecord
}
