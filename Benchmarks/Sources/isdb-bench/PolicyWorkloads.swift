import ImageStreamDB

/// What a policy adds to the move of a tag that it may choose, by the number of candidates.
///
/// Moves are timed inside of write bodies, without the commit: its syncs would hide microseconds behind milliseconds.
struct PolicyWorkloads {
  let setup: Setup
  let results: Results

  func run() async throws {
    let (few, many) = (10, 100_000)
    let small = try await Candidates(few, setup)
    defer { small.remove(setup) }
    let large = try await Candidates(many, setup)
    defer { large.remove(setup) }
    var bare: [Measurement] = []
    for turn in 0..<Self.turns { bare.append(try await large.move(turn)) }
    try await small.setPolicy(results)
    try await large.setPolicy(results)
    var (ofFew, ofMany): ([Measurement], [Measurement]) = ([], [])
    for turn in Self.turns..<2 * Self.turns {
      ofFew.append(try await small.move(turn))
      ofMany.append(try await large.move(turn))
    }
    let workload = "tag move that a policy looks at, without its commit"
    results.add(Row(workload: workload, contestant: "no policy, \(many) tags", measurement: Measurement(bare)))
    results.add(Row(workload: workload, contestant: "semver with a pattern, \(few) candidates", measurement: Measurement(ofFew)))
    results.add(Row(workload: workload, contestant: "semver with a pattern, \(many) candidates", measurement: Measurement(ofMany)))
    results.add(.atMost(1.15, workload, "time with \(many) candidates : with \(few)", typicalRatio(ofMany, ofFew, \.median)))
    try results.save()
  }

  private static let turns = 40
}

/// A stream of candidates in a store of its own.
private struct Candidates {
  private static let source: ImageStreamName = "bench/candidates"
  private static let movesPerTurn = 250

  private let count: Int
  private let folder: String
  private let store: ImageStore

  init(_ count: Int, _ setup: Setup) async throws {
    self.count = count
    folder = setup.path("policies-\(count)")
    store = try ImageStore.open(at: folder)
    for first in stride(from: 0, to: count, by: 500) {
      let names = try (first..<min(first + 500, count)).map { try Self.name($0) }
      try await store.write { writer in for name in names { try writer.tag(name, as: .reference(Self.reference(0)), by: "bench") } }
    }
  }

  func remove(_ setup: Setup) {
    store.close()
    setup.remove(folder)
  }

  func setPolicy(_ results: Results) async throws {
    let policy = try TagPolicy(.semver(VersionRange(">=1.0.0")), filter: TagFilter(pattern: #"^v(\d+\.\d+\.\d+)$"#, extract: "$1"))
    let begin = nanoseconds()
    try await store.setPolicy(policy, from: Self.source, for: "bench/chosen:stable")
    results.add(
      Row(workload: "set a policy", contestant: "\(count) candidates", measurement: Measurement(latencies: [nanoseconds() - begin])))
  }

  /// Moves of tags that are not the best one.
  func move(_ turn: Int) async throws -> Measurement {
    let count = count
    let latencies = try await store.write { writer in
      var random = Random(seed: UInt64(turn))
      var latencies: [UInt64] = []
      for number in 0..<Self.movesPerTurn {
        let name = try Self.name(random.below(count - 1))
        let target = Self.reference(1 + turn * Self.movesPerTurn + number)
        let begin = nanoseconds()
        try writer.tag(name, as: .reference(target), by: "bench")
        latencies.append(nanoseconds() - begin)
      }
      return latencies
    }.value
    return Measurement(latencies: latencies)
  }

  private static func name(_ number: Int) throws -> ImageStreamTagName {
    try ImageStreamTagName(stream: source, tag: "v1.\(number / 100).\(number % 100)")
  }

  private static func reference(_ number: Int) -> Reference {
    Reference(stringLiteral: "registry.example/bench/app@\(Digest(of: Array("image \(number)".utf8)))")
  }
}
