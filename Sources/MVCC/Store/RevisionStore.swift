internal import CDoorbell
internal import LMDB
internal import SystemPackage

/// A revisioned, watchable, compactable key space in one directory: etcd's storage without the network.
///
/// Any number of processes may have a directory open at once, each through one `RevisionStore`. Reads block nobody and are blocked by nobody;
/// writes go one after the other. A write that was answered is on the disk.
public final class RevisionStore: Sendable {
  let parts: StoreParts
  let queue: CommitQueue
  let signal: RevisionSignal
  let doorbell: Doorbell?

  /// The directory.
  public let path: String

  private init(_ environment: Environment, _ configuration: StoreConfiguration, path: String) throws {
    let parts = try StoreParts(environment, configuration)
    let snapshot = try parts.beginRead()
    // The dictionaries that the store has are known before anything is encoded with one.
    _ = try parts.coder(for: snapshot.transaction)
    let signal = RevisionSignal(snapshot.state.revision)
    let doorbell = Doorbell(directory: path, parts: parts, signal: signal)
    self.path = path
    self.parts = parts
    self.signal = signal
    self.doorbell = doorbell
    queue = try CommitQueue(parts) { revision in
      if signal.advance(to: revision) { doorbell?.ring() }
    }
  }

  /// Opens the store in a directory, creating it first if it is missing and the configuration allows that.
  ///
  /// The time it takes does not depend on how much the store holds.
  ///
  /// - Throws: `StoreError` with code `notAStore` for a directory with something else in it, `newerFormat`, `inUse` when this process has it
  ///   open already, `permissionDenied`, `noSpace`, `unsupported` for a file system on which maps and locks do not work, `corrupt`.
  public static func open(at path: String, configuration: StoreConfiguration = StoreConfiguration()) throws -> RevisionStore {
    try StoreError.translating(path) {
      let directory = try StoreDirectory(path)
      if !directory.holdsStore {
        guard configuration.createsIfMissing, !configuration.isReadOnly else { throw directory.missing }
        guard directory.isFree else { throw directory.notAStore }
        try create(at: path, configuration)
      }
      let environment = try Environment.open(at: path, tables: Schema.tableNames, options: configuration.environmentOptions)
      do {
        return try RevisionStore(environment, configuration, path: path)
      } catch {
        environment.close()
        throw error
      }
    }
  }

  private static func create(at path: String, _ configuration: StoreConfiguration) throws {
    do {
      try Environment.create(at: path, tables: Schema.tableNames, options: configuration.environmentOptions) { environment, transaction in
        let tables = try Tables(environment)
        for dictionary in configuration.dictionaries {
          try transaction.put(
            DictionaryRow(dictionary: dictionary.bytes).encode().span, for: DictionaryRow.key(dictionary.identifier).span,
            in: tables.dictionaries)
        }
        var state = StateRecord(store: .random(), instance: .random(), lineage: .random())
        state.transaction = transaction.id
        let stateKey = Schema.stateKey
        try transaction.put(state.encode().span, for: stateKey.span, in: tables.main)
      }
    } catch let error as LMDBError where error.status == .exists {
      // Another process created it in the meantime; its store is as good as ours.
    }
  }

  /// Finishes what is queued and closes the files. Reads and writes after that fail with code `closed`.
  public func close() {
    queue.close()
    doorbell?.close()
    signal.close()
    parts.environment.close()
  }

  // MARK: Reading and writing

  /// Lends the store at one revision to `body`.
  ///
  /// - Throws: what `body` throws; `StoreError` with code `compacted` or `futureRevision` when the point cannot be read.
  public func read<Value>(at point: ReadPoint = .latest, _ body: (inout ReadView) throws -> Value) throws -> Value {
    try StoreError.translating(path) {
      var view = try ReadView(try parts.beginRead(), at: point, store: parts)
      try view.state.requireSound()
      return try body(&view)
    }
  }

  /// Commits all that `body` changes as one revision, or nothing if it throws.
  ///
  /// The body runs on the store's writer thread, after every earlier write, and may run more than once: it must have no effects besides those on its
  /// view. It should be short, since other writers wait for it. When this returns, the change is on the disk and visible to every process.
  ///
  /// - Throws: what `body` throws; `StoreError` with code `noSpace` when the disk is full, `inputOutput` when it fails, `unknownOutcome` when
  ///   it cannot be told whether the commit took place.
  @discardableResult
  public func write<Value: Sendable>(_ body: @escaping @Sendable (inout WriteView) throws -> Value) async throws -> Commit<Value> {
    try await queue.perform(Self.job(body))
  }

  /// As ``write(_:)``, telling `completion` on the writer thread, which it must not hold up: for callers that have no task to suspend.
  package func write<Value: Sendable>(
    _ body: @escaping @Sendable (inout WriteView) throws -> Value,
    completion: @escaping @Sendable (Result<Commit<Value>, any Error>) -> Void
  ) {
    queue.perform(Self.job(body), completion: completion)
  }

  private static func job<Value: Sendable>(
    _ body: @escaping @Sendable (inout WriteView) throws -> Value
  ) -> @Sendable (inout Batch) throws -> Commit<Value> {
    { batch in
      try batch.requireSound()
      let before = batch.state
      var view = WriteView(consume batch)
      let outcome = Result { () throws -> Commit<Value> in
        let value = try body(&view)
        let hasChanges = try view.apply()
        return Commit(
          value: value, revision: hasChanges ? before.revision + 1 : before.revision, time: hasChanges ? view.time : before.time,
          hasChanges: hasChanges)
      }
      batch = view.finish()
      return try outcome.get()
    }
  }

  /// The newest revision.
  public func revision() throws -> Revision { try StoreError.translating(path) { try parts.beginRead().state.revision } }

  /// Encodes a value for `WriteView.put(_:_:encoded:lease:)` on the caller's thread, so that the writer need not.
  public func encode(_ value: [UInt8], for key: [UInt8]) -> EncodedValue { parts.coder.encode(value, key: key) }
}

extension StoreConfiguration {
  var environmentOptions: EnvironmentOptions {
    var options = EnvironmentOptions()
    options.mapSizeBytes = mapSizeBytes
    options.isReadOnly = isReadOnly
    options.durability = .logged
    options.logLimits = logLimits
    options.allowsUnsuitableFileSystem = allowsUnsuitableFileSystem
    return options
  }
}
