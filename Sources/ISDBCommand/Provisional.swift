import MVCC

/// The key space until image streams stand on it.
final class ImageStore: Sendable {
  let keyValues: RevisionStore

  var path: String { keyValues.path }

  private init(_ keyValues: RevisionStore) { self.keyValues = keyValues }

  static func open(at path: String, configuration: StoreConfiguration) throws -> ImageStore {
    ImageStore(try RevisionStore.open(at: path, configuration: configuration))
  }

  static func restore(
    from backup: String, to path: String, progress: @escaping @Sendable (BackupProgress) -> Void
  ) throws -> BackupSummary { try RevisionStore.restore(from: backup, to: path, progress: progress) }

  func close() { keyValues.close() }
}
