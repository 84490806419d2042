internal import Foundation
public import MVCC

/// A directory that is removed with its last reference, unless a test failed in it.
public final class TemporaryDirectory: Sendable {
  /// The directory, which exists and is empty at first.
  public let path: String

  /// A new directory.
  public init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("isdb-test-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  /// A path inside.
  public func appending(_ name: String) -> String { "\(path)/\(name)" }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// A store is not what its invariants say.
public struct InconsistentStore: Error, CustomStringConvertible {
  public let description: String
}

/// Runs `body` on a new store, checks the store's every invariant afterwards, and removes it.
@discardableResult
public func withStore<Value>(
  _ configuration: StoreConfiguration = StoreConfiguration(), _ body: (RevisionStore) async throws -> Value
) async throws -> Value {
  let directory = try TemporaryDirectory()
  return try await withStore(at: directory.appending("store"), configuration, body)
}

/// Runs `body` on the store at `path`, checks the store's every invariant afterwards, and closes it.
@discardableResult
public func withStore<Value>(
  at path: String, _ configuration: StoreConfiguration = StoreConfiguration(), _ body: (RevisionStore) async throws -> Value
) async throws -> Value {
  let store = try RevisionStore.open(at: path, configuration: configuration)
  defer { store.close() }
  let value = try await body(store)
  try requireConsistency(store)
  return value
}

/// Throws what a consistency check finds wrong.
public func requireConsistency(_ store: RevisionStore) throws {
  let report = try store.check()
  guard report.isConsistent else {
    throw InconsistentStore(description: "\(store.path): \(report.findings.joined(separator: "; "))")
  }
}
