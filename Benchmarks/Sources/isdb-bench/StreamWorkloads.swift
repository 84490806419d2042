import ImageStreamDB

/// Moving and resolving tags, beside the engine's own writes and reads of the same size.
struct StreamWorkloads {
  let directory: String
  let tags: Int
  let count: Int

  private let turns = 5

  func run() async throws -> [Comparison] {
    let store = try ImageStore.open(at: "\(directory)/images")
    defer { store.close() }
    for first in stride(from: 0, to: tags, by: 500) {
      let names = try (first..<min(first + 500, tags)).map { try name($0) }
      let target = reference(first)
      try await store.write { writer in for name in names { try writer.tag(name, as: .reference(target), by: "bench") } }
    }
    return [try await moves(store), try resolves(store)]
  }

  private func name(_ number: Int) throws -> ImageStreamTagName { try ImageStreamTagName("bench/stream-\(number / 100):v\(number % 100)") }

  private func reference(_ number: Int) -> Reference {
    Reference(stringLiteral: "registry.example/bench/app@\(Digest(of: Array("image \(number)".utf8)))")
  }

  /// The floor writes four keys of the sizes that a move writes: the tag, its event, and the references to the new and the old image.
  private func moves(_ store: ImageStore) async throws -> Comparison {
    var ours = Measurement("tag move, 1 caller")
    var floor = Measurement("engine's durable put of the same bytes")
    let part = count / turns
    for turn in 0..<turns {
      for number in 0..<part {
        let suffix = "\(number % tags)"
        let keys = ["tags", "events", "references/new", "references/old"].map { Array("floor/\($0)/bench/stream:\(suffix)".utf8) }
        let values = [280, 260, 80, 80].map { size in (0..<size).map { _ in UInt8.random(in: 32...126) } }
        let begin = nanoseconds()
        try await store.keyValues.write { writer in for (key, value) in zip(keys, values) { try writer.put(key, value) } }
        floor.add(nanoseconds() - begin)
      }
      for number in 0..<part {
        let name = try name(Int.random(in: 0..<tags))
        let target = reference(turn * part + number + 1_000_000)
        let begin = nanoseconds()
        try await store.tag(name, as: target, by: "bench", because: "move \(number)")
        ours.add(nanoseconds() - begin)
      }
    }
    return Comparison(workload: "tag move, 1 caller", ours: ours, floor: floor, goal: "<= 1.5")
  }

  private func resolves(_ store: ImageStore) throws -> Comparison {
    var ours = Measurement("resolve")
    var floor = Measurement("engine's get of the tag's key")
    for _ in 0..<turns {
      for _ in 0..<count {
        let key = Array("isdb/tags/\(try name(Int.random(in: 0..<tags)))".utf8)
        let begin = nanoseconds()
        let found = try store.keyValues.read { try $0.get(key) }
        floor.add(nanoseconds() - begin)
        precondition(found != nil)
      }
      for _ in 0..<count {
        let name = try name(Int.random(in: 0..<tags))
        let begin = nanoseconds()
        let resolved = try store.read { try $0.resolve(name) }
        ours.add(nanoseconds() - begin)
        precondition(!resolved.pullSpec.isEmpty)
      }
    }
    return Comparison(workload: "resolve", ours: ours, floor: floor, goal: "+3 µs at most")
  }
}
