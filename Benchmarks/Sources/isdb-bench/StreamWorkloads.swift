import ImageStreamDB

/// Moving and resolving tags, beside the engine's own writes and reads of the same size.
struct StreamWorkloads {
  let setup: Setup
  let results: Results

  private let tags = 10_000

  func run() async throws {
    let folder = setup.path("images")
    defer { setup.remove(folder) }
    let store = try ImageStore.open(at: folder)
    defer { store.close() }
    for first in stride(from: 0, to: tags, by: 500) {
      let names = try (first..<min(first + 500, tags)).map { try Self.name($0) }
      let target = Self.reference(first)
      try await store.write { writer in for name in names { try writer.tag(name, as: .reference(target), by: "bench") } }
    }
    try await moves(store)
    try resolves(store)
    try results.save()
  }

  private static func name(_ number: Int) throws -> ImageStreamTagName {
    try ImageStreamTagName("bench/stream-\(number / 100):v\(number % 100)")
  }

  private static func reference(_ number: Int) -> Reference {
    Reference(stringLiteral: "registry.example/bench/app@\(Digest(of: Array("image \(number)".utf8)))")
  }

  /// The floor writes four keys of the sizes that a move writes: the tag, its event, and the references to the new and the old image.
  private func moves(_ store: ImageStore) async throws {
    var (ours, floor): ([Measurement], [Measurement]) = ([], [])
    let (tags, seconds) = (tags, setup.scale.turnSeconds(callers: 1))
    for turn in 0..<setup.scale.turns(callers: 1) {
      var before = Usage(server: nil)
      var part = try await concurrently(callers: 1, count: .max, seconds: seconds) { number, _ in
        var random = Random(seed: UInt64(turn * 1_000_000 + number))
        let suffix = "\(number % tags)"
        let keys = ["tags", "events", "references/new", "references/old"].map { Array("floor/\($0)/bench/stream:\(suffix)".utf8) }
        let values = [280, 260, 80, 80].map { size in (0..<size).map { _ in 32 + UInt8(random.below(95)) } }
        try await store.keyValues.write { writer in for (key, value) in zip(keys, values) { try writer.put(key, value) } }
      }
      part.usage = Usage(server: nil) - before
      floor.append(part)
      before = Usage(server: nil)
      part = try await concurrently(callers: 1, count: .max, seconds: seconds) { number, _ in
        var random = Random(seed: UInt64(turn * 1_000_000 + number))
        let target = Self.reference(turn * 1_000_000 + number + 1_000_000)
        try await store.tag(try Self.name(random.below(tags)), as: target, by: "bench", because: "move \(number)")
      }
      part.usage = Usage(server: nil) - before
      ours.append(part)
    }
    let workload = "tag move, 1 caller"
    results.add(Row(workload: workload, contestant: "ImageStreamDB", measurement: Measurement(ours)))
    results.add(Row(workload: workload, contestant: "engine's put of the same bytes", measurement: Measurement(floor)))
    results.add(.atMost(1.5, workload, "time : the engine's put of the same bytes", typicalRatio(ours, floor, \.median)))
  }

  private func resolves(_ store: ImageStore) throws {
    var (ours, floor) = (Measurement(), Measurement())
    var random = Random(seed: 11)
    let names = try (0..<1000).map { _ in try Self.name(random.below(tags)) }
    let keys = names.map { Array("isdb/tags/\($0)".utf8) }
    for _ in 0..<8 {
      floor.merge(
        try oneByOne(count: 50_000, seconds: setup.scale.seconds / 24) { number in
          let found = try store.keyValues.read { try $0.get(keys[number % keys.count]) }
          precondition(found != nil)
        })
      ours.merge(
        try oneByOne(count: 50_000, seconds: setup.scale.seconds / 24) { number in
          let resolved = try store.read { try $0.resolve(names[number % names.count]) }
          precondition(!resolved.pullSpec.isEmpty)
        })
    }
    results.add(Row(workload: "resolve a tag", contestant: "ImageStreamDB", measurement: ours))
    results.add(Row(workload: "resolve a tag", contestant: "engine's get of the tag's key", measurement: floor))
    results.add(.atMost(3, "resolve a tag", "time above the engine's get", ours.median - floor.median, unit: " µs"))
  }
}
