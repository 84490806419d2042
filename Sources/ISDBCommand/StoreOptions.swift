import ArgumentParser
import Foundation
import ImageStreamDB
import MVCC

/// Which store a command works on.
struct StoreOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp("The store's directory (default: $ISDB_STORE, else \(StoreOptions.usualPathHelp)).", valueName: "path"),
    completion: .directory)
  var store: String?

  /// The directory: what was asked for, else `ISDB_STORE`, else the usual one.
  var path: String {
    if let store, !store.isEmpty { return store }
    let environment = ProcessInfo.processInfo.environment
    if let path = environment["ISDB_STORE"], !path.isEmpty { return path }
    return Self.usualPath(environment: environment, isRoot: geteuid() == 0)
  }

  /// Whether somebody chose the path.
  private var isNamed: Bool { [store, ProcessInfo.processInfo.environment["ISDB_STORE"]].contains { $0?.isEmpty == false } }

  private static let usualPathHelp = "/var/lib/isdb for root, $XDG_DATA_HOME/isdb or ~/.local/share/isdb for others"

  /// Where a store lives when nobody says otherwise (XDG Base Directory Specification 0.8; FHS 3.0 section 5.8 for root).
  static func usualPath(environment: [String: String], isRoot: Bool) -> String {
    if isRoot { return "/var/lib/isdb" }
    // The specification has relative paths ignored.
    if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") { return data + "/isdb" }
    return (environment["HOME"] ?? NSHomeDirectory()) + "/.local/share/isdb"
  }

  // MARK: Opening

  /// Lends the store for reading. A missing one is an error: reading should not leave a directory behind where a path was misspelt.
  func reading<Value>(_ body: (ImageStore) throws -> Value) throws -> Value {
    let store = try ImageStore.open(at: path, configuration: configuration(for: .reading))
    defer { store.close() }
    return try body(store)
  }

  /// Lends the store to work that waits, such as a watch, for reading.
  func following<Value>(_ body: (ImageStore) async throws -> Value) async throws -> Value {
    let store = try ImageStore.open(at: path, configuration: configuration(for: .reading))
    defer { store.close() }
    return try await body(store)
  }

  /// Lends the store for writing; the first write creates it.
  ///
  /// - Parameter limits: a configuration whose limits hold.
  func writing<Value>(creates: Bool = true, limits: StoreConfiguration = StoreConfiguration(), _ body: (ImageStore) async throws -> Value)
    async throws -> Value
  {
    if creates { try makeParentDirectory() }
    let store = try ImageStore.open(at: path, configuration: configuration(for: creates ? .creating : .writing, limits))
    defer { store.close() }
    return try await body(store)
  }

  private enum Purpose {
    case reading
    case writing
    case creating
  }

  private func configuration(for purpose: Purpose, _ limits: StoreConfiguration = StoreConfiguration()) -> StoreConfiguration {
    var configuration = limits
    configuration.createsIfMissing = purpose == .creating
    configuration.isReadOnly = purpose == .reading
    return configuration
  }

  /// Makes sure that the store's directory can be made: a store creates its own directory but none above it.
  ///
  /// The usual place may be missing with all that is above it, on a fresh account; a path that somebody wrote is more likely misspelt.
  private func makeParentDirectory() throws {
    let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
    guard !FileManager.default.fileExists(atPath: parent) else { return }
    guard !isNamed else {
      throw StoreError(.notFound, "there is no directory \(parent) to make the store \(path) in; create it, or name another store")
    }
    do {
      try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    } catch {
      throw StoreError(
        .permissionDenied, "cannot create \(parent), which the usual store would be in; name a store with --store or ISDB_STORE",
        cause: error)
    }
  }
}
