import CFloor
import Foundation
import Peers

/// Keys with values, side by side in one buffer, so that every contestant is given the same bytes.
struct OperationList: Sendable {
  private var bytes: [UInt8] = []
  private var operations: [floor_operation] = []

  init() {}

  var count: Int { operations.count }

  /// The bytes of all keys and values.
  var byteCount: Int { operations.reduce(0) { $0 + Int($1.key_size) + Int($1.value_size) } }

  mutating func add(_ key: [UInt8], _ value: [UInt8]) {
    operations.append(
      floor_operation(
        key_at: UInt32(bytes.count), key_size: UInt32(key.count), value_at: UInt32(bytes.count + key.count), value_size: UInt32(value.count)
      ))
    bytes += key
    bytes += value
  }

  func key(_ index: Int) -> [UInt8] {
    let operation = operations[index]
    return Array(bytes[Int(operation.key_at)..<Int(operation.key_at + operation.key_size)])
  }

  func value(_ index: Int) -> [UInt8] {
    let operation = operations[index]
    return Array(bytes[Int(operation.value_at)..<Int(operation.value_at + operation.value_size)])
  }

  /// Some of the operations, on the same buffer.
  func slice(_ range: Range<Int>) -> OperationList {
    var list = self
    list.operations = Array(operations[range.clamped(to: 0..<count)])
    return list
  }

  /// The same keys with what `transform` makes of their values.
  func mapValues(_ transform: (Int) throws -> [UInt8]) rethrows -> OperationList {
    var list = OperationList()
    for index in 0..<count { list.add(key(index), try transform(index)) }
    return list
  }

  /// The list as the floors take it.
  func withFloorList<Value>(_ body: (floor_list) throws -> Value) rethrows -> Value {
    try bytes.withUnsafeBufferPointer { bytes in
      try operations.withUnsafeBufferPointer { operations in
        try body(floor_list(bytes: bytes.baseAddress, operations: operations.baseAddress, count: operations.count))
      }
    }
  }
}

/// A generator of numbers that repeats itself from the same seed (SplitMix64).
struct Random: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

  mutating func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }

  /// Random hexadecimal digits.
  mutating func hex(_ digits: Int) -> String {
    var text = ""
    while text.utf8.count < digits {
      let part = String(next(), radix: 16)
      text += String(repeating: "0", count: 16 - part.utf8.count) + part
    }
    return String(text.prefix(digits))
  }
}

/// Where a workload's keys and values come from.
struct KeySource: Sendable {
  enum Values: Sendable {
    /// About 250 bytes: a tag's record, half of it a digest told twice.
    case tagRecord
    /// 250 bytes that do not compress.
    case opaque
    /// About 3 KB of JSON: an image's configuration.
    case imageRecord
  }

  let keys: Int
  let values: Values

  /// `sha256:`, and digits that only the number decides.
  private func digest(_ number: Int) -> String {
    var random = Random(seed: UInt64(number))
    return "sha256:" + random.hex(64)
  }

  /// Keys by number: a hundred tags to a stream, or images by digest.
  func key(_ number: Int) -> [UInt8] {
    if values == .imageRecord { return Array("isdb/configurations/\(digest(number))".utf8) }
    return prefix(number) + Array("v\(padded(number % 100, 2))".utf8)
  }

  /// What the hundred keys around a number begin with.
  func prefix(_ number: Int) -> [UInt8] { Array("isdb/tags/namespace/stream-\(padded(number / 100, 6)):".utf8) }

  private func value(_ random: inout Random) -> [UInt8] {
    switch values {
    case .tagRecord: Records.tag(repository: "library/app-\(random.below(500))", digest: random.hex(64), &random)
    case .opaque: (0..<250).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    case .imageRecord: Records.image(&random)
    }
  }

  /// Every key once, in parts of ten thousand: what is in the stores before anything is measured.
  func load(_ body: (OperationList) async throws -> Void) async throws {
    var random = Random(seed: 1)
    for first in stride(from: 0, to: keys, by: 10_000) {
      var list = OperationList()
      for number in first..<min(first + 10_000, keys) { list.add(key(number), value(&random)) }
      try await body(list)
    }
  }

  /// Keys drawn uniformly, with new values: LMDB's worst case.
  func operations(_ count: Int, seed: Int) -> OperationList {
    var random = Random(seed: UInt64(seed) &+ 1000)
    var list = OperationList()
    for _ in 0..<count { list.add(key(random.below(keys)), value(&random)) }
    return list
  }

  /// The beginnings of a hundred keys each, drawn uniformly.
  func prefixes(_ count: Int, seed: Int) -> OperationList {
    var random = Random(seed: UInt64(seed) &+ 2000)
    var list = OperationList()
    for _ in 0..<count { list.add(prefix(random.below(keys)), []) }
    return list
  }
}

func padded(_ number: Int, _ digits: Int) -> String {
  let text = String(number)
  return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
}
