internal import LMDB

/// What is in a directory before it is opened as a store.
struct StoreDirectory {
  private let path: String
  private let names: [String]?

  init(_ path: String) throws {
    self.path = path
    names = FileSystem.exists(path) ? try FileSystem.contents(ofDirectory: path) : nil
  }

  /// Whether LMDB's data file is there.
  var holdsStore: Bool { names?.contains("data.mdb") ?? false }

  /// Whether a new store can take the place: nothing is there, or nothing but what a file system or an interrupted creation leaves behind.
  var isFree: Bool { names?.allSatisfy { $0 == "lost+found" || $0.contains(".new-") } ?? true }

  var missing: StoreError {
    names == nil
      ? StoreError(.notFound, "there is no store at \(path); create one by writing to it, or name another directory")
      : StoreError(.notAStore, "\(path) is not a store: it has no data.mdb; name a store's directory")
  }

  var notAStore: StoreError {
    StoreError(.notAStore, "\(path) holds other files but no store; name a store, an empty directory or a new one")
  }
}
