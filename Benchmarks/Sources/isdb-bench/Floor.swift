import CFloor

/// The C floors on a directory of their own.
final class Floor {
  struct Failure: Error { let code: Int32 }

  private let store: OpaquePointer

  init(directory: String) throws {
    var store: OpaquePointer?
    try Self.check(floor_open(directory, &store))
    self.store = store!
  }

  deinit { floor_close(store) }

  private static func check(_ code: Int32) throws { if code != 0 { throw Failure(code: code) } }

  private static func measure(_ name: String, count: Int, _ run: (UnsafeMutablePointer<UInt64>) -> Int32) throws -> Measurement {
    var latencies = [UInt64](repeating: 0, count: count)
    try latencies.withUnsafeMutableBufferPointer { try check(run($0.baseAddress!)) }
    var measurement = Measurement(name)
    measurement.add(latencies)
    return measurement
  }

  func fill(keys: Int, size: Int) throws { try Self.check(floor_fill(store, Int32(keys), Int32(size))) }

  func putOneTree(keys: Int, size: Int, count: Int) throws -> Measurement {
    try Self.measure("LMDB in C, one tree", count: count) { floor_put_one_tree(store, Int32(keys), Int32(size), Int32(count), $0) }
  }

  func putSameTrees(keys: Int, size: Int, count: Int) throws -> Measurement {
    try Self.measure("LMDB in C, the same trees", count: count) { floor_put_same_trees(store, Int32(keys), Int32(size), Int32(count), $0) }
  }

  func putBatches(keys: Int, size: Int, batch: Int, count: Int) throws -> Measurement {
    var measurement = try Self.measure("LMDB in C, one tree, \(batch) a batch", count: count) {
      floor_put_batches(store, Int32(keys), Int32(size), Int32(batch), Int32(count), $0)
    }
    measurement.operationsPerLatency = batch
    return measurement
  }

  func get(keys: Int, count: Int) throws -> Measurement {
    try Self.measure("mdb_get and copy in C", count: count) { floor_get(store, Int32(keys), Int32(count), $0) }
  }

  func range(keys: Int, length: Int, count: Int) throws -> Measurement {
    try Self.measure("LMDB cursor and copy in C", count: count) { floor_range(store, Int32(keys), Int32(length), Int32(count), $0) }
  }

  static func sync(path: String, count: Int) throws -> Measurement {
    try measure("4 KiB write and fdatasync", count: count) { floor_sync(path, Int32(count), $0) }
  }
}
