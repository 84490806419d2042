import Foundation
import ImageStreamDB
import Peers

/// What concerns a whole store: opening, memory, size on the disk, compaction.
struct StoreWorkloads {
  let setup: Setup
  let results: Results

  private var scale: Scale { setup.scale }

  // MARK: Opening and memory

  /// Stores of growing size, opened again and again, and read by a process of its own that says what memory it has.
  func openings() async throws {
    let folder = setup.path("open")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { setup.remove(folder) }
    var medians: [(keys: Int, median: Double)] = []
    for keys in (scale.otherKeys + [scale.keys]).sorted() {
      let path = "\(folder)/\(keys)"
      let engine = try Engine(directory: path)
      try await KeySource(keys: keys, values: .tagRecord).load { try await engine.load($0) }
      engine.close()
      var ours = Measurement()
      for _ in 0..<30 {
        let begin = nanoseconds()
        let store = try ImageStore.open(at: path)
        _ = try store.keyValues.revision()
        ours.merge(Measurement(latencies: [nanoseconds() - begin]))
        store.close()
      }
      let workload = "open a store of \(spelled(keys)) keys and read its revision"
      results.add(Row(workload: workload, contestant: "ImageStreamDB", measurement: ours, fileBytes: diskBytes(path)))
      results.add(Row(workload: workload, contestant: "LMDB in C", measurement: try Floor.openAgain(directory: path, count: 30)))
      results.add(.atMost(5, workload, "median", ours.median / 1000, unit: " ms"))
      medians.append((keys, ours.median))
      try heap(path, keys)
      setup.remove(path)
    }
    if let smallest = medians.first, let largest = medians.last {
      results.add(
        .atMost(2, "open", "time with \(spelled(largest.keys)) keys : with \(spelled(smallest.keys))", largest.median / smallest.median))
    }
    try results.save()
  }

  private func heap(_ path: String, _ keys: Int) throws {
    let bytes = try Child.line(of: ["heap-child", path, "\(keys)"]).flatMap { Double($0) }.map { $0 * 1024 }
    results.add(
      .atMost(
        40, "memory of a process that read a store of \(spelled(keys)) keys", "not backed by files", bytes.map { $0 / 1e6 }, unit: " MB"))
  }

  /// The child of `heap`: reads keys, ranges and old revisions, and prints how many KiB of its memory no file backs.
  static func readAll(_ path: String, keys: Int) throws {
    let store = try ImageStore.open(at: path).keyValues
    let source = KeySource(keys: keys, values: .tagRecord)
    var random = Random(seed: 5)
    for _ in 0..<100_000 { _ = try store.read { try $0.get(source.key(random.below(keys))) } }
    for _ in 0..<2000 { _ = try store.read { try $0.range(RangeQuery(.prefix(source.prefix(random.below(keys))))) } }
    let count = try store.read { try $0.count(.prefix(Array("isdb/tags/".utf8))) }
    precondition(count == keys)
    for line in Usage.text("/proc/self/smaps_rollup").split(separator: "\n") where line.hasPrefix("Anonymous:") {
      let fields = line.split(separator: " ")
      Child.say(String(fields[1]))
    }
    store.close()
  }

  // MARK: Size

  /// Image records, each written twice, in our files, in etcd's, and as the JSON that they are.
  func sizes() async throws {
    let folder = setup.path("size")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { setup.remove(folder) }
    let source = KeySource(keys: scale.imageRecords, values: .imageRecord)
    let builtIn = try Engine(directory: "\(folder)/engine")
    let trained = try Engine(directory: "\(folder)/trained")
    let etcds = try await EtcdContestant.all(setup, in: folder)
    let contestants: [any Contestant] = [builtIn, trained] + etcds
    var rawBytes = 0
    func write(_ list: OperationList) async throws {
      rawBytes += (0..<list.count).reduce(0) { $0 + list.value($1).count }
      for contestant in contestants { _ = try await contestant.put(list, callers: 64, seconds: 3600) }
    }
    // One store learns from the first thousand records, which stay as they were written.
    try await write(source.operations(1000, seed: 2))
    _ = try await trained.store.trainDictionary(for: Array("isdb/configurations/".utf8))
    try await source.load { try await write($0) }
    try await write(source.operations(scale.imageRecords, seed: 3))
    let workload = "size of \(2 * scale.imageRecords + 1000) image records of 3 KB, history included"
    results.add(Row(workload: workload, contestant: "JSON", fileBytes: rawBytes))
    for (engine, name) in [(builtIn, "built-in dictionaries"), (trained, "dictionary trained by the store")] {
      let bytes = Double(engine.fileBytes)
      let used = Double(try engine.store.statistics().usedBytes) / Double(rawBytes)
      results.add(
        Row(
          workload: workload, contestant: "ImageStreamDB, \(name)", fileBytes: engine.fileBytes,
          note: "without free pages \(short(used)) of the JSON"))
      results.add(.atMost(0.3, workload, "\(name) : JSON", bytes / Double(rawBytes)))
      for etcd in etcds { results.add(.atMost(0.25, workload, "\(name) : files of \(etcd.name)", bytes / Double(etcd.fileBytes))) }
    }
    for etcd in etcds {
      results.add(Row(workload: workload, contestant: etcd.name, fileBytes: etcd.fileBytes))
      let database = diskBytes("\(etcd.directory)/member/snap")
      results.add(Row(workload: workload, contestant: "\(etcd.name): database without log", fileBytes: database))
    }
    if etcds.isEmpty { results.add(Row(workload: workload, contestant: "etcd", note: "no program given: see --etcd")) }
    for contestant in contestants { try await contestant.close() }
    try results.save()
  }

  // MARK: Compaction

  /// Eight writers before and during a compaction of most of the store's versions.
  func compaction() async throws {
    let folder = setup.path("compaction")
    defer { setup.remove(folder) }
    let engine = try Engine(directory: folder)
    defer { engine.close() }
    let store = engine.store
    let source = KeySource(keys: 1000, values: .tagRecord)
    // A write that changes a thousand keys makes one revision with a thousand versions; the last tenth has a revision for each.
    for _ in 0..<scale.compactedVersions / 1000 * 9 / 10 { try await source.load { try await engine.load($0) } }
    _ = try await engine.put(source.operations(scale.compactedVersions / 10, seed: 1), callers: 512, seconds: 3600)
    let quiet = try await writers(engine, source, seed: 2, until: nil)
    let target = try store.revision()
    let isDone = Latch()
    async let compacted = Self.timed {
      defer { isDone.set() }
      try await store.compact(to: target)
    }
    let busy = try await writers(engine, source, seed: 3, until: isDone)
    let seconds = try await compacted
    let workload = "durable put, 8 callers, beside a compaction of \(spelled(scale.compactedVersions)) versions"
    results.add(Row(workload: workload, contestant: "ImageStreamDB, no compaction", measurement: quiet))
    results.add(
      Row(
        workload: workload, contestant: "ImageStreamDB, compaction", measurement: busy, fileBytes: engine.fileBytes,
        note: "it took \(short(seconds)) s"))
    results.add(
      .atMost(2, workload, "p99 : p99 without compaction", Percentiles(busy.latencies)[99] / Percentiles(quiet.latencies)[99]))
    try results.save()
  }

  private func writers(_ engine: Engine, _ source: KeySource, seed: Int, until end: Latch?) async throws -> Measurement {
    let list = source.operations(50_000, seed: seed)
    let before = Usage(server: nil)
    var measurement = try await concurrently(callers: 8, count: .max, seconds: end == nil ? scale.seconds : 600, until: end) {
      [store = engine.store] index, _ in
      try await store.put(list.key(index % list.count), list.value(index % list.count))
    }
    measurement.usage = Usage(server: nil) - before
    return measurement
  }

  private static func timed(_ body: @Sendable () async throws -> Void) async throws -> Double {
    let begin = nanoseconds()
    try await body()
    return Double(nanoseconds() - begin) / 1e9
  }
}
