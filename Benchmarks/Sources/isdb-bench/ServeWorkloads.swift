import Foundation
import Peers
import Synchronization

/// `isdb serve` beside etcd: the same client over the same protocol, in turns.
struct ServeWorkloads {
  let setup: Setup
  let results: Results

  private var scale: Scale { setup.scale }
  private static let watcherCount = 100
  private let watched = Array("watched/".utf8)

  func run() async throws {
    guard let isdb = setup.isdb else {
      results.add(Row(workload: "serve", contestant: "isdb serve", note: "no program given: see --isdb"))
      return
    }
    let folder = setup.path("serve")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { setup.remove(folder) }
    let programs = [isdb] + setup.etcds
    var contestants: [EtcdContestant] = []
    for (index, program) in programs.enumerated() {
      contestants.append(try await EtcdContestant(program: program, directory: "\(folder)/\(index)"))
    }
    do {
      let source = KeySource(keys: scale.keys, values: .tagRecord)
      try await source.load { list in for contestant in contestants { try await contestant.load(list) } }
      try await calls(contestants, source)
      try await watches(contestants)
    } catch {
      for contestant in contestants { try? await contestant.close() }
      throw error
    }
    for contestant in contestants { try await contestant.close() }
    setup.remove(folder)
    try await starts(programs, "\(folder)-start")
    try results.save()
  }

  // MARK: Calls

  private func calls(_ contestants: [EtcdContestant], _ source: KeySource) async throws {
    for callers in [1, 64, 1000] {
      try await heat(contestants, "put", callers, source) { contestant, list, index, caller in
        try await contestant.client.put(list.key(index), list.value(index), caller: caller)
      }
    }
    for callers in [1, 64] {
      try await heat(contestants, "get", callers, source) { contestant, list, index, caller in
        _ = try await contestant.client.range(from: list.key(index), upTo: [], limit: 0, caller: caller)
      }
      try await heat(contestants, "transaction that puts", callers, source) { contestant, list, index, caller in
        try await contestant.client.putIfPresent(list.key(index), list.value(index), caller: caller)
      }
    }
    try await heat(contestants, "range of 1,000", 1, source) { contestant, list, index, caller in
      // Ten streams of a hundred tags: the last digit of the stream's number, the colon and the tag are cut off.
      let prefix = Array(list.key(index).dropLast(5))
      let end = Array(prefix.dropLast()) + [(prefix.last ?? 0) + 1]
      _ = try await contestant.client.range(from: prefix, upTo: end, limit: 0, caller: caller)
    }
  }

  private func heat(
    _ contestants: [EtcdContestant], _ what: String, _ callers: Int, _ source: KeySource,
    _ body: @escaping @Sendable (EtcdContestant, OperationList, Int, Int) async throws -> Void
  ) async throws {
    let workload = "served \(what), \(callers) client\(callers == 1 ? "" : "s")"
    let turnCount = 3
    var turns = [[Measurement]](repeating: [], count: contestants.count)
    for turn in 0..<turnCount {
      let seconds = scale.seconds / Double(turnCount)
      let list = source.operations(Int(40_000 * seconds), seed: 1000 + turn)
      for place in contestants.indices {
        let index = (turn + place) % contestants.count
        let contestant = contestants[index]
        let before = Usage(server: contestant.server)
        var measurement = try await concurrently(callers: callers, count: list.count, seconds: seconds) { index, caller in
          try await body(contestant, list, index, caller)
        }
        measurement.usage = Usage(server: contestant.server) - before
        turns[index].append(measurement)
      }
    }
    for (index, contestant) in contestants.enumerated() {
      results.add(Row(workload: workload, contestant: contestant.name, measurement: Measurement(turns[index])))
    }
    for index in contestants.indices.dropFirst() {
      let name = contestants[index].name
      results.add(.atLeast(1, workload, "throughput : \(name)", typicalRatio(turns[0], turns[index]) { $0.perSecond }))
      results.add(
        .atLeast(1, workload, "1 / p99 : \(name)", typicalRatio(turns[0], turns[index]) { 1 / Percentiles($0.latencies)[99] }))
    }
    try results.save()
  }

  // MARK: Watches

  /// From the call of a put to the moment at which each of a hundred watches has its event.
  private func watches(_ contestants: [EtcdContestant]) async throws {
    let workload = "served watch, \(Self.watcherCount) watches of one prefix, all have the event"
    var turns = [[Measurement]](repeating: [], count: contestants.count)
    for (index, contestant) in contestants.enumerated() {
      let arrivals = Arrivals()
      for watcher in 0..<Self.watcherCount {
        contestant.client.watch(from: watched, upTo: Array("watched0".utf8), caller: watcher) { arrivals.add($0 == 0 ? 1 : $0) }
      }
      await arrivals.wait(for: Self.watcherCount)
      var measurement = Measurement()
      for number in 0..<scale.wakeUps {
        let begin = nanoseconds()
        try await contestant.client.put(watched + Array("\(number)".utf8), [1, 2, 3], caller: 0)
        await arrivals.wait(for: Self.watcherCount * (number + 2))
        measurement.merge(Measurement(latencies: [nanoseconds() - begin]))
      }
      turns[index].append(measurement)
      results.add(Row(workload: workload, contestant: contestant.name, measurement: measurement))
    }
    for index in contestants.indices.dropFirst() {
      let ratio = typicalRatio(turns[0], turns[index]) { 1 / Percentiles($0.latencies)[99] }
      results.add(.atLeast(1, workload, "1 / p99 : \(contestants[index].name)", ratio))
    }
  }

  // MARK: Start and memory

  private func starts(_ programs: [String], _ folder: String) async throws {
    let workload = "served start with \(scale.servedKeys) keys, to the first answer"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { setup.remove(folder) }
    let source = KeySource(keys: scale.servedKeys, values: .tagRecord)
    for (index, program) in programs.enumerated() {
      let contestant = try await EtcdContestant(program: program, directory: "\(folder)/\(index)")
      try await source.load { try await contestant.load($0) }
      try await contestant.close()
    }
    var times: [Double] = []
    var memories: [Double] = []
    var names: [String] = []
    for (index, program) in programs.enumerated() {
      let begin = nanoseconds()
      let contestant = try await EtcdContestant(program: program, directory: "\(folder)/\(index)", patience: .milliseconds(1))
      let elapsed = nanoseconds() - begin
      let list = source.operations(5000, seed: 7)
      for number in 0..<list.count {
        _ = try await contestant.client.range(from: list.key(number), upTo: [], limit: 0, caller: 0)
      }
      let memory = contestant.server.map { Self.residentBytes($0) } ?? 0
      times.append(Double(elapsed))
      memories.append(Double(memory))
      names.append(contestant.name)
      results.add(
        Row(
          workload: workload, contestant: contestant.name, measurement: Measurement(latencies: [elapsed]),
          note: "\(memory >> 20) MiB resident after 5,000 gets"))
      try await contestant.close()
    }
    for index in programs.indices.dropFirst() {
      results.add(.atLeast(50, workload, "speed : \(names[index])", times[index] / times[0]))
      results.add(.atMost(0.25, workload, "resident memory : \(names[index])", memories[0] / memories[index]))
    }
  }

  private static func residentBytes(_ process: Int32) -> Int {
    let line = Usage.text("/proc/\(process)/status").split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0) << 10
  }
}

/// Counts what arrives on any thread, and wakes who waits for a number of it.
private final class Arrivals: Sendable {
  private struct State {
    var count = 0
    var goal = 0
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  func add(_ number: Int) {
    let waiter = state.withLock { state in
      state.count += number
      return state.count >= state.goal ? state.waiter.take() : nil
    }
    waiter?.resume()
  }

  func wait(for goal: Int) async {
    await withCheckedContinuation { continuation in
      let isReached = state.withLock { state in
        if state.count >= goal { return true }
        state.goal = goal
        state.waiter = continuation
        return false
      }
      if isReached { continuation.resume() }
    }
  }
}
