import Foundation
import ImageStreamDB
import Peers

/// Reads of what is there: single keys, ranges, old revisions. Everything is in the page cache, so that code is measured and not the disk.
struct ReadWorkloads {
  let setup: Setup
  let results: Results

  private var scale: Scale { setup.scale }
  private let turns = 8
  /// What a contestant is given in one turn.
  private var turnSeconds: Double { scale.seconds / 24 }

  func run() async throws {
    try await small(KeySource(keys: scale.keys, values: .tagRecord), "tag record of 250 B", withPeers: true)
    try await small(KeySource(keys: scale.keys, values: .opaque), "250 B that do not compress", withPeers: false)
    try await compressed()
    try await oldRevisions()
  }

  /// All contestants in turns; answers with the turns of each.
  private func heat(
    _ workload: String, _ contestants: [any Contestant], _ body: (any Contestant) async throws -> Measurement?
  ) async throws -> [[Measurement]] {
    var measurements = [[Measurement]](repeating: [], count: contestants.count)
    for _ in 0..<turns {
      for (index, contestant) in contestants.enumerated() {
        let before = Usage(server: contestant.server)
        guard var turn = try await body(contestant) else { continue }
        turn.usage = Usage(server: contestant.server) - before
        measurements[index].append(turn)
      }
    }
    for (contestant, turns) in zip(contestants, measurements) where !turns.isEmpty {
      results.add(Row(workload: workload, contestant: contestant.name, measurement: Measurement(turns), fileBytes: contestant.fileBytes))
    }
    return measurements
  }

  private func small(_ source: KeySource, _ values: String, withPeers: Bool) async throws {
    let folder = setup.path("reads")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { setup.remove(folder) }
    var contestants: [any Contestant] = [
      try Engine(directory: "\(folder)/engine"), try FloorContestant(directory: "\(folder)/floor", allTrees: false),
    ]
    if withPeers {
      contestants.append(try SQLiteContestant(directory: "\(folder)/sqlite", shape: .oneTable))
      contestants += try await EtcdContestant.all(setup, in: folder)
    }
    try await source.load { list in for contestant in contestants { try await contestant.load(list) } }
    let keys = source.operations(100_000, seed: 1)
    let prefixes = source.prefixes(20_000, seed: 1)
    let seconds = turnSeconds
    let get = "get newest, \(values)"
    let gets = try await heat(get, contestants) { try await $0.get(keys, seconds: seconds) }
    results.add(.atMost(1.6, get, "time : mdb_get and copy in C", typicalRatio(gets[0], gets[1], \.median)))
    for (withValues, what) in [(true, "keys and values"), (false, "keys alone")] {
      let range = "range of a prefix with 100 keys, \(what), \(values)"
      let ranges = try await heat(range, contestants) { try await $0.range(prefixes, withValues: withValues, seconds: seconds) }
      results.add(.atMost(3, range, "time : LMDB cursor and copy in C", typicalRatio(ranges[0], ranges[1], \.median)))
    }
    for contestant in contestants { try await contestant.close() }
    try results.save()
  }

  /// Image records behind a trained dictionary, which the floor's frames are made with as well.
  private func compressed() async throws {
    let folder = setup.path("compressed")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { setup.remove(folder) }
    let source = KeySource(keys: scale.imageRecords, values: .imageRecord)
    let dictionary = try Floor.trainDictionary(source.operations(2000, seed: 99), byteCount: 16 << 10)
    var configuration = StoreConfiguration()
    configuration.dictionaries = [
      BuiltInDictionary(identifier: Floor.identifier(of: dictionary), keyPrefixes: [Array("isdb/configurations/".utf8)], bytes: dictionary)
    ]
    let engine = try Engine(directory: "\(folder)/engine", configuration: configuration)
    let floor = try FloorContestant(directory: "\(folder)/floor", allTrees: false)
    var frames: OperationList?
    try await source.load { list in
      try await engine.load(list)
      let compressed = try Floor.compressed(list, dictionary: dictionary)
      try floor.load(compressed)
      frames = frames ?? compressed
    }
    let keys = source.operations(20_000, seed: 1)
    let workload = "get newest, image record of 3 KB, compressed with a dictionary"
    let gets = try await heat(workload, [engine, floor]) { try await $0.get(keys, seconds: turnSeconds) }
    var decompression = Measurement()
    for _ in 0..<turns {
      if let frames { decompression.merge(try Floor.decompress(frames, dictionary: dictionary, seconds: turnSeconds)) }
    }
    let frameBytes = frames.map { frames in (0..<frames.count).reduce(0) { $0 + frames.value($1).count } / frames.count } ?? 0
    results.add(
      Row(
        workload: workload, contestant: "zstd in C, decompression alone", measurement: decompression,
        note: "frames of \(frameBytes) B on average"))
    let limit = Measurement(gets[1]).median + 1.3 * decompression.median
    results.add(.atMost(1, workload, "time : raw get + 1.3 × zstd in C", Measurement(gets[0]).median / limit))
    engine.close()
    floor.close()
    try results.save()
  }

  /// One key at a time with more and more superseded versions, read now and in the middle of its history.
  private func oldRevisions() async throws {
    let folder = setup.path("versions")
    defer { setup.remove(folder) }
    let engine = try Engine(directory: folder)
    defer { engine.close() }
    let store = engine.store
    try await KeySource(keys: min(scale.keys, 100_000), values: .tagRecord).load { try await engine.load($0) }
    for count in scale.versions {
      let keys = (0..<20).map { Array("isdb/tags/versions/of-\(count):v\($0)".utf8) }
      let first = try store.revision() + 1
      // Every write changes all the keys, so that each has a version for each revision.
      _ = try await concurrently(callers: 64, count: count + 1, seconds: 3600) { index, _ in
        var random = Random(seed: UInt64(index))
        let values = keys.map { _ in Records.tag(repository: "library/old", digest: random.hex(64), &random) }
        try await store.write { writer in for (key, value) in zip(keys, values) { try writer.put(key, value) } }
      }
      let last = try store.revision()
      let middle = Revision((first.rawValue + last.rawValue) / 2)
      let workload = "read of a key with \(count) superseded version\(count == 1 ? "" : "s")"
      var (now, past): ([Measurement], [Measurement]) = ([], [])
      for _ in 0..<turns {
        now.append(try reads(store, keys, at: .latest))
        past.append(try reads(store, keys, at: .revision(middle)))
      }
      results.add(Row(workload: workload, contestant: "ImageStreamDB, now", measurement: Measurement(now)))
      results.add(Row(workload: workload, contestant: "ImageStreamDB, at an old revision", measurement: Measurement(past)))
      results.add(.atMost(2, workload, "time at an old revision : now", typicalRatio(past, now, \.median)))
    }
    try results.save()
  }

  private func reads(_ store: RevisionStore, _ keys: [[UInt8]], at point: ReadPoint) throws -> Measurement {
    try oneByOne(count: 50_000, seconds: turnSeconds) { index in
      let found = try store.read(at: point) { try $0.get(keys[index % keys.count]) }
      precondition(found != nil)
    }
  }
}
