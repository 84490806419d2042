import CFloor

/// The C floors on a directory of their own.
final class Floor: Sendable {
  struct Failure: Error { let code: Int32 }

  // LMDB's handle, used by one caller at a time.
  private nonisolated(unsafe) let store: OpaquePointer

  init(directory: String) throws {
    var store: OpaquePointer?
    try Self.check(floor_open(directory, &store))
    self.store = store!
  }

  func close() { floor_close(store) }

  private static func check(_ code: Int32) throws { if code != 0 { throw Failure(code: code) } }

  /// Runs one floor and takes over its latencies.
  private static func measure(
    _ maximum: Int, seconds: Double = 3600, batch: Int = 1, _ run: (UnsafeMutablePointer<floor_run>) -> Int32
  ) throws -> Measurement {
    var latencies = [UInt64](repeating: 0, count: maximum)
    let done = try latencies.withUnsafeMutableBufferPointer { buffer in
      var state = floor_run(latencies: buffer.baseAddress, done: 0, seconds: seconds)
      try check(run(&state))
      return state.done
    }
    return Measurement(latencies: Array(latencies[..<done]), operationsPerLatency: batch)
  }

  func load(_ list: OperationList) throws { try list.withFloorList { try Self.check(floor_load(store, $0)) } }

  func put(_ list: OperationList, allTrees: Bool, batch: Int, seconds: Double) throws -> Measurement {
    try list.withFloorList { list in
      try Self.measure(list.count / batch + 1, seconds: seconds, batch: batch) {
        allTrees ? floor_put_same_trees(store, list, batch, $0) : floor_put_one_tree(store, list, batch, $0)
      }
    }
  }

  func get(_ list: OperationList, seconds: Double) throws -> Measurement {
    try list.withFloorList { list in try Self.measure(list.count, seconds: seconds) { floor_get(store, list, $0) } }
  }

  func range(_ list: OperationList, length: Int, withValues: Bool, seconds: Double) throws -> Measurement {
    try list.withFloorList { list in
      try Self.measure(list.count, seconds: seconds) { floor_range(store, list, length, withValues ? 1 : 0, $0) }
    }
  }

  static func openAgain(directory: String, count: Int) throws -> Measurement {
    try measure(count) { floor_open_again(directory, count, $0) }
  }

  static func sync(path: String, count: Int) throws -> Measurement { try measure(count) { floor_sync(path, count, $0) } }

  /// The number of the last transaction that was committed to an LMDB data file: two answers differ by the commits in between.
  static func lastTransaction(file: String) throws -> Int {
    var transaction: UInt64 = 0
    try check(floor_last_transaction(file, &transaction))
    return Int(transaction)
  }

  // MARK: zstd

  static func trainDictionary(_ samples: OperationList, byteCount: Int) throws -> [UInt8] {
    try samples.withFloorList { list in
      var size = 0
      let bytes = [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
        count = floor_train(list, buffer.baseAddress!, byteCount, &size) == 0 ? size : 0
      }
      guard !bytes.isEmpty else { throw Failure(code: FLOOR_ZSTD) }
      return bytes
    }
  }

  /// The number that a trained dictionary bears: four bytes behind its magic number (RFC 8878, 5).
  static func identifier(of dictionary: [UInt8]) -> UInt32 {
    dictionary[4..<8].reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// The list with its values compressed.
  static func compressed(_ list: OperationList, dictionary: [UInt8]) throws -> OperationList {
    try list.mapValues { index in
      try list.withFloorList { floor in
        var size = 0
        let frame = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
          count = floor_compress(floor, index, dictionary, dictionary.count, buffer.baseAddress!, buffer.count, &size) == 0 ? size : 0
        }
        guard !frame.isEmpty else { throw Failure(code: FLOOR_ZSTD) }
        return frame
      }
    }
  }

  static func decompress(_ frames: OperationList, dictionary: [UInt8], seconds: Double) throws -> Measurement {
    try frames.withFloorList { list in
      try measure(list.count, seconds: seconds) { floor_decompress(list, dictionary, dictionary.count, $0) }
    }
  }
}
