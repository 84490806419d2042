import Foundation
import ImageStreamDB

/// The engine's workloads, each run beside its floor in turns, so that both meet the same moods of the machine.
struct EngineWorkloads {
  let directory: String
  let keys: Int
  let count: Int
  let valueBytes = 250

  /// Turns of floor, ours, floor, ours …
  private let turns = 5

  func run() async throws -> [Comparison] {
    let floor = try Floor(directory: makeDirectory("floor"))
    let store = try RevisionStore.open(at: "\(directory)/store")
    defer { store.close() }
    try floor.fill(keys: keys, size: valueBytes)
    try await fill(store)
    var results: [Comparison] = []
    results += try await singlePuts(store, floor)
    results.append(try await concurrentPuts(store, floor, callers: 64))
    results.append(try gets(store, floor))
    results.append(try ranges(store, floor))
    results.append(try await wakeUp(store))
    return results
  }

  private func makeDirectory(_ name: String) throws -> String {
    try FileManager.default.createDirectory(atPath: "\(directory)/\(name)", withIntermediateDirectories: true)
    return "\(directory)/\(name)"
  }

  private func key(_ number: Int) -> [UInt8] {
    let digits = String(number)
    return Array("isdb/tags/namespace/stream-\(String(repeating: "0", count: 6 - min(6, digits.count)))\(digits):latest".utf8)
  }

  /// Bytes that compress as little as a tag record does.
  private func value() -> [UInt8] { (0..<valueBytes).map { _ in UInt8.random(in: 0...127) } }

  private func fill(_ store: RevisionStore) async throws {
    for first in stride(from: 0, to: keys, by: 1000) {
      let part = (first..<min(first + 1000, keys)).map { (key($0), value()) }
      try await store.write { writer in for (key, value) in part { try writer.put(key, value) } }
    }
  }

  private func singlePuts(_ store: RevisionStore, _ floor: Floor) async throws -> [Comparison] {
    var ours = Measurement("durable put, 1 caller")
    var same = Measurement("LMDB in C, the same trees")
    var one = Measurement("LMDB in C, one tree")
    for _ in 0..<turns {
      let part = count / turns
      same.merge(try floor.putSameTrees(keys: keys, size: valueBytes, count: part))
      one.merge(try floor.putOneTree(keys: keys, size: valueBytes, count: part))
      for _ in 0..<part {
        let (key, value) = (key(Int.random(in: 0..<keys)), value())
        let begin = nanoseconds()
        try await store.write { try $0.put(key, value) }
        ours.add(nanoseconds() - begin)
      }
    }
    return [
      Comparison(workload: "durable put, 1 caller", ours: ours, floor: same, goal: "<= 1.18"),
      Comparison(workload: "durable put, 1 caller", ours: ours, floor: one, goal: "<= 1.54"),
    ]
  }

  private func concurrentPuts(_ store: RevisionStore, _ floor: Floor, callers: Int) async throws -> Comparison {
    var ours = Measurement("durable put, \(callers) callers")
    var raw = Measurement("LMDB in C, one tree, \(callers) a batch")
    raw.operationsPerLatency = callers
    var elapsed: UInt64 = 0
    for _ in 0..<turns {
      let part = count / turns
      raw.merge(try floor.putBatches(keys: keys, size: valueBytes, batch: callers, count: part / 8 + 1))
      let begin = nanoseconds()
      let latencies = try await withThrowingTaskGroup(of: [UInt64].self) { group in
        for _ in 0..<callers {
          group.addTask {
            var latencies: [UInt64] = []
            for _ in 0..<(part / 8 + 1) {
              let (key, value) = (key(Int.random(in: 0..<keys)), value())
              let begin = nanoseconds()
              try await store.write { try $0.put(key, value) }
              latencies.append(nanoseconds() - begin)
            }
            return latencies
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      elapsed += nanoseconds() - begin
      ours.add(latencies)
    }
    ours.elapsedNanoseconds = elapsed
    return Comparison(
      workload: "durable put, \(callers) callers, throughput", ours: ours, floor: raw, goal: ">= 0.5", comparesThroughput: true)
  }

  private func gets(_ store: RevisionStore, _ floor: Floor) throws -> Comparison {
    var ours = Measurement("get")
    var raw = Measurement("mdb_get and copy in C")
    for _ in 0..<turns {
      raw.merge(try floor.get(keys: keys, count: count * 4))
      for _ in 0..<count * 4 {
        let key = key(Int.random(in: 0..<keys))
        let begin = nanoseconds()
        let found = try store.read { try $0.get(key) }
        ours.add(nanoseconds() - begin)
        precondition(found != nil)
      }
    }
    return Comparison(workload: "get newest, 250 B", ours: ours, floor: raw, goal: "<= 1.6")
  }

  private func ranges(_ store: RevisionStore, _ floor: Floor) throws -> Comparison {
    var ours = Measurement("range of 100")
    var raw = Measurement("LMDB cursor and copy in C")
    for _ in 0..<turns {
      raw.merge(try floor.range(keys: keys, length: 100, count: count))
      for _ in 0..<count {
        let first = key(Int.random(in: 0..<keys - 100))
        let begin = nanoseconds()
        let found = try store.read { try $0.range(RangeQuery(.from(first), limit: 100)) }
        ours.add(nanoseconds() - begin)
        precondition(found.keyValues.count == 100)
      }
    }
    return Comparison(workload: "range of 100 keys with 250 B values", ours: ours, floor: raw, goal: "<= 3")
  }

  /// From the moment a writer's call returns to the moment a waiting watcher has the event.
  private func wakeUp(_ store: RevisionStore) async throws -> Comparison {
    var ours = Measurement("watch wake-up in process")
    var floor = Measurement("AsyncStream hand-over between tasks")
    let watched = Array("watched".utf8)
    let stream = try store.watch(.key(watched))
    var arrivals = AsyncStream<UInt64>.makeStream()
    let watcher = Task { [continuation = arrivals.continuation] in
      for try await batch in stream { for _ in batch.events { continuation.yield(nanoseconds()) } }
    }
    var iterator = arrivals.stream.makeAsyncIterator()
    for _ in 0..<count {
      try await store.write { try $0.put(watched, []) }
      let begin = nanoseconds()
      if let arrival = await iterator.next() { ours.add(arrival > begin ? arrival - begin : 1) }
    }
    watcher.cancel()
    arrivals = AsyncStream<UInt64>.makeStream()
    let (pings, ping) = AsyncStream<Void>.makeStream()
    let echo = Task { [continuation = arrivals.continuation] in for await _ in pings { continuation.yield(nanoseconds()) } }
    iterator = arrivals.stream.makeAsyncIterator()
    for _ in 0..<count {
      let begin = nanoseconds()
      ping.yield()
      if let arrival = await iterator.next() { floor.add(arrival > begin ? arrival - begin : 1) }
    }
    echo.cancel()
    return Comparison(workload: "watch wake-up after the commit, in process", ours: ours, floor: floor, goal: "p50 < 30 µs")
  }
}

extension Measurement {
  /// Takes over another turn's latencies.
  mutating func merge(_ other: Measurement) {
    operationsPerLatency = other.operationsPerLatency
    add(other.all)
  }
}
