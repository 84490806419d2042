public import MVCC
public import OCI

/// Image streams, tags and images in one directory, with their history: the store that tools open.
///
/// Any number of processes may have a directory open at once. Reads block nobody; a write that was answered is on the disk.
///
/// ```swift
/// let store = try ImageStore.open(at: "/var/lib/isdb")
/// try await store.tag("shop/web:latest", as: "quay.io/shop/web@sha256:…", by: "ci", because: "build 4711")
/// let pullSpec = try store.read { try $0.resolve("shop/web:latest").pullSpec }
/// ```
public final class ImageStore: Sendable {
  /// The key space that holds it all. Keys that begin with `isdb/` are this store's own; the others are free.
  public let keyValues: RevisionStore

  init(_ keyValues: RevisionStore) { self.keyValues = keyValues }

  /// Opens the store in a directory, creating it first if it is missing and the configuration allows that.
  ///
  /// - Throws: `StoreError` as `RevisionStore.open` does.
  public static func open(at path: String, configuration: StoreConfiguration = StoreConfiguration()) throws -> ImageStore {
    ImageStore(try RevisionStore.open(at: path, configuration: prepared(configuration)))
  }

  /// The configuration with the dictionaries that image records are compressed with, and with the keys that none is trained on.
  static func prepared(_ configuration: StoreConfiguration) -> StoreConfiguration {
    var configuration = configuration
    configuration.dictionaries += BuiltInDictionaries.all
    configuration.secretKeyPrefixes += Keyspace.mayHoldSecrets
    return configuration
  }

  /// The directory.
  public var path: String { keyValues.path }

  /// Finishes what is queued and closes the files.
  public func close() { keyValues.close() }

  /// Lends the store at one revision or time to `body`.
  ///
  /// - Throws: what `body` throws; `StoreError` with code `compacted` or `futureRevision` when the point cannot be read.
  public func read<Value>(at point: ReadPoint = .latest, _ body: (inout ImageStreamReader) throws -> Value) throws -> Value {
    try keyValues.read(at: point) { view in
      var reader = ImageStreamReader(consume view)
      let outcome = Result { () throws -> Value in try body(&reader) }
      view = reader.finish()
      return try outcome.get()
    }
  }

  /// Commits all that `body` changes as one revision, or nothing if it throws.
  ///
  /// The body may run more than once and must have no effects besides those on its writer.
  @discardableResult
  public func write<Value: Sendable>(
    _ body: @escaping @Sendable (inout ImageStreamWriter) throws -> Value
  ) async throws -> Commit<Value> {
    try await keyValues.write { view in
      var writer = ImageStreamWriter(consume view)
      let outcome = Result { () throws -> Value in try body(&writer) }
      view = writer.finish()
      return try outcome.get()
    }
  }

  // MARK: Single changes

  /// Points a tag at an image; answers the event, or the present one when that changes nothing.
  @discardableResult
  public func tag(
    _ name: ImageStreamTagName, as target: Reference, by: String = "", because: String = ""
  ) async throws -> TagEvent {
    try await tag(name, as: .reference(target), by: by, because: because)
  }

  /// Points a tag at an image; answers the event, or the present one when that changes nothing.
  @discardableResult
  public func tag(
    _ name: ImageStreamTagName, as target: TagTarget, by: String = "", because: String = ""
  ) async throws -> TagEvent {
    try await write { try $0.tag(name, as: target, by: by, because: because) }.value
  }

  /// Points a tag at an image of its own history again, and keeps automation from undoing that if a hold is given; answers the event.
  @discardableResult
  public func rollback(
    _ name: ImageStreamTagName, to target: RollbackTarget = .previous, hold: RollbackHold? = nil, by: String = "", because: String = ""
  ) async throws -> TagEvent {
    try await write { try $0.rollback(name, to: target, hold: hold, by: by, because: because) }.value
  }

  // MARK: Backups

  /// Writes a consistent, verified copy of the store to `path` while it is in use; see `RevisionStore.backup`.
  @discardableResult
  public func backup(
    to path: String, progress: @escaping @Sendable (BackupProgress) -> Void = { _ in }
  ) async throws -> BackupSummary {
    try await keyValues.backup(to: path, progress: progress)
  }

  /// Makes a new store from a backup; see `RevisionStore.restore`.
  @discardableResult
  public static func restore(
    from backup: String, to path: String, configuration: StoreConfiguration = StoreConfiguration(),
    progress: @escaping @Sendable (BackupProgress) -> Void = { _ in }
  ) throws -> BackupSummary {
    try RevisionStore.restore(from: backup, to: path, configuration: prepared(configuration), progress: progress)
  }
}
