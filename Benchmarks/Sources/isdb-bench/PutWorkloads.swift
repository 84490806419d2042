import Foundation
import Peers

/// Durable puts of one key each, by every contestant in turns, with the disk's own syncs beside them.
struct PutWorkloads {
  let setup: Setup
  let results: Results

  private var scale: Scale { setup.scale }

  func run() async throws {
    let main = KeySource(keys: scale.keys, values: .tagRecord)
    try await race("trace", moves(), name: setup.trace.name, callers: [1, 64, 1000])
    try await race("random", source(main), name: "random of \(spelled(scale.keys)) keys", callers: [1, 64, 1000])
    for keys in scale.otherKeys {
      try await race(
        "keys\(keys)", source(KeySource(keys: keys, values: .tagRecord)), name: "random of \(spelled(keys)) keys", callers: [1, 64],
        withPeers: keys <= 1_000_000)
    }
    let images = KeySource(keys: scale.imageRecords, values: .imageRecord)
    try await race("images", source(images), name: "3 KB, random of \(spelled(scale.imageRecords)) keys", callers: [1, 64])
  }

  /// What a race is run on: what the stores hold before, and the next so many operations.
  private struct Course {
    let load: ((OperationList) async throws -> Void) async throws -> Void
    let next: (_ count: Int) -> OperationList
  }

  private func source(_ source: KeySource) -> Course {
    var seed = 0
    func next(_ count: Int) -> OperationList {
      seed += 1
      return source.operations(count, seed: seed)
    }
    return Course(load: { try await source.load($0) }, next: next)
  }

  /// The later half of the trace, in stores that hold the tags as they stood before.
  private func moves() -> Course {
    let trace = setup.trace
    let start = trace.count / 2
    var position = start
    func next(_ count: Int) -> OperationList {
      // A longer race than the trace is long begins again: still moves in their order.
      if position + count > trace.count { position = start }
      defer { position += count }
      return trace.operations(position..<position + count)
    }
    return Course(load: { try await trace.load(before: start, $0) }, next: next)
  }

  private func contestants(_ folder: String, withPeers: Bool) async throws -> [any Contestant] {
    var contestants: [any Contestant] = [
      try Engine(directory: "\(folder)/engine"), try FloorContestant(directory: "\(folder)/same", allTrees: true),
      try FloorContestant(directory: "\(folder)/one", allTrees: false),
    ]
    guard withPeers else { return contestants }
    contestants.append(try SQLiteContestant(directory: "\(folder)/sqlite", shape: .oneTable))
    contestants.append(try SQLiteContestant(directory: "\(folder)/sqlite-same", shape: .sameLogicalWork))
    return contestants + (try await EtcdContestant.all(setup, in: folder))
  }

  private func race(_ folder: String, _ course: Course, name: String, callers: [Int], withPeers: Bool = true) async throws {
    let folder = setup.path(folder)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { setup.remove(folder) }
    let contestants = try await contestants(folder, withPeers: withPeers)
    do {
      try await course.load { list in for contestant in contestants { try await contestant.load(list) } }
      for count in callers { try await heat(contestants, course, name, callers: count) }
    } catch {
      for contestant in contestants { try? await contestant.close() }
      throw error
    }
    for contestant in contestants { try await contestant.close() }
  }

  private func heat(_ contestants: [any Contestant], _ course: Course, _ name: String, callers: Int) async throws {
    let workload = "durable put, \(callers) caller\(callers == 1 ? "" : "s"), \(name)"
    let seconds = scale.turnSeconds(callers: callers)
    var turns = [[Measurement]](repeating: [], count: contestants.count)
    var syncs = [Measurement](repeating: Measurement(), count: contestants.count)
    var commits = 0
    var batch = 1
    for turn in 0..<scale.turns(callers: callers) {
      let list = course.next(Int((callers == 1 ? 10_000 : 60_000) * seconds))
      // Each turn begins with another contestant: a disk is slower for who comes behind a heavy writer.
      for place in contestants.indices {
        let index = (turn + place) % contestants.count
        let contestant = contestants[index]
        let before = Usage(server: contestant.server)
        let firstCommit = try (contestant as? Engine)?.transactions() ?? 0
        var measurement = try await contestant.put(list, callers: contestant is FloorContestant ? batch : callers, seconds: seconds)
        measurement.usage = Usage(server: contestant.server) - before
        if let engine = contestant as? Engine {
          let turnCommits = max(1, try engine.transactions() - firstCommit)
          commits += turnCommits
          // The floors put as many to a commit as the engine's callers made it put.
          batch = max(1, Int((Double(measurement.operations) / Double(turnCommits)).rounded()))
        }
        turns[index].append(measurement)
        syncs[index].merge(try Floor.sync(path: setup.path("sync"), count: 8))
      }
    }
    for (index, contestant) in contestants.enumerated() {
      let all = Measurement(turns[index])
      var row = Row(
        workload: workload, contestant: contestant.name, measurement: all, fileBytes: contestant.fileBytes, sync: syncs[index])
      if callers > 1, contestant is Engine { row.note = "\(short(Double(all.operations) / Double(commits))) to a commit" }
      if callers > 1, contestant is FloorContestant {
        row.note = "\(short(Double(all.operations) / Double(max(1, all.latencies.count)))) to a commit, times of commits"
      }
      results.add(row)
    }
    if setup.etcds.isEmpty { results.add(Row(workload: workload, contestant: "etcd", note: "no program given: see --etcd")) }
    addGoals(workload, callers, contestants.map(\.name), turns, isTrace: name == setup.trace.name)
    try results.save()
  }

  /// One caller: the medians compared, since the tails are the disk's. More: operations a second. Both turn by turn.
  private func addGoals(_ workload: String, _ callers: Int, _ names: [String], _ turns: [[Measurement]], isTrace: Bool) {
    let what = callers == 1 ? "speed" : "throughput"
    for (index, name) in names.enumerated().dropFirst() {
      let ratio = typicalRatio(turns[0], turns[index]) { callers == 1 ? 1 / $0.median : $0.perSecond }
      let compared = "\(what) : \(name)\(callers > 1 && name.hasPrefix("LMDB") ? ", the same batches" : "")"
      switch (name, callers) {
      case ("LMDB in C, same trees", 1): results.add(.atLeast(0.85, workload, compared, ratio))
      case ("LMDB in C, one tree", 1): results.add(.atLeast(0.65, workload, compared, ratio))
      case ("LMDB in C, one tree", _): results.add(.atLeast(0.5, workload, compared, ratio))
      case (_, 1) where name.hasPrefix("etcd"): results.add(.atLeast(2, workload, compared, ratio))
      case (_, 64) where name.hasPrefix("etcd") && isTrace: results.add(.atLeast(3, workload, compared, ratio))
      case _ where name.hasPrefix("etcd"): results.add(.atLeast(1, workload, compared, ratio))
      default: results.add(.stated(workload, compared, ratio))
      }
    }
    if setup.etcds.isEmpty { results.add(.atLeast(callers == 1 ? 2 : isTrace ? 3 : 1, workload, "\(what) : etcd", nil)) }
  }
}

/// The median, over turns, of our figure over another's in the same turn.
func typicalRatio(_ ours: [Measurement], _ others: [Measurement], _ figure: (Measurement) -> Double) -> Double? {
  let ratios = zip(ours, others).map { figure($0) / figure($1) }.filter(\.isFinite).sorted()
  return ratios.isEmpty ? nil : ratios[ratios.count / 2]
}

/// 10³, 10⁵ and so on, as people say them.
func spelled(_ number: Int) -> String {
  let exponents = [1000: "10³", 10_000: "10⁴", 100_000: "10⁵", 1_000_000: "10⁶", 10_000_000: "10⁷"]
  return exponents[number] ?? String(number)
}
