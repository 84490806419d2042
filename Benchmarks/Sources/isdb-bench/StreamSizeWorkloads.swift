import Foundation
import ImageStreamDB
import Peers

/// What moving, resolving, rolling back and reading a tag cost in streams of few and of many tags, and behind short and long histories; and what the same
/// move costs where a stream is one object.
struct StreamSizeWorkloads {
  let setup: Setup
  let results: Results

  private let turns = 8
  private var isFull: Bool { setup.scale.keys >= 100_000 }
  /// Tags of the streams, and events of the tags.
  private var tagCounts: [Int] { isFull ? [10, 1000, 100_000, 1_000_000] : [10, 1000, 20_000] }
  /// Tags of streams that are compared with whole objects: etcd refuses requests over 1.5 MiB, which are 4,000 tags with their newest events.
  private let objectTagCounts = [10, 1000, 4000]
  private var eventCounts: [Int] { isFull ? [10, 1000, 100_000] : [10, 1000, 5000] }
  private var streamCount: Int { isFull ? 100_000 : 10_000 }

  func run() async throws {
    let folder = setup.path("sizes")
    defer { setup.remove(folder) }
    let store = try ImageStore.open(at: folder)
    defer { store.close() }
    try await load(store)
    try results.save()
    let streams = tagCounts.map { count in
      Subject(what: "tags of its stream", count: count) { random in try Self.tag(of: count, random.below(count)) }
    }
    try await flatness(store, streams)
    let histories = eventCounts.map { count in Subject(what: "events of the tag", count: count) { _ in try Self.longTag(count) } }
    try await flatness(store, histories)
    try listing(store)
    try await wholeObjects(store)
    try results.save()
  }

  /// What is there of one size, and how a tag of it is drawn.
  private struct Subject: Sendable {
    let what: String
    let count: Int
    let draw: @Sendable (inout Random) throws -> ImageStreamTagName
  }

  // MARK: Loading

  private static func tag(of count: Int, _ number: Int) throws -> ImageStreamTagName {
    try ImageStreamTagName("bench/tags-\(count):v\(padded(number, 7))")
  }

  private static func longTag(_ count: Int) throws -> ImageStreamTagName { try ImageStreamTagName("bench/history:events-\(count)") }

  private static func reference(_ number: Int) -> Reference {
    Reference(stringLiteral: "registry.example/bench/app@\(Digest(of: Array("image \(number)".utf8)))")
  }

  private func load(_ store: ImageStore) async throws {
    for count in Set(tagCounts + objectTagCounts).sorted() {
      for first in stride(from: 0, to: count, by: 1000) {
        let target = Self.reference(first)
        let numbers = first..<min(first + 1000, count)
        try await store.write { writer in
          for number in numbers { try writer.tag(Self.tag(of: count, number), as: .reference(target), by: "bench") }
        }
      }
    }
    for count in eventCounts {
      for first in stride(from: 0, to: count, by: 1000) {
        let numbers = first..<min(first + 1000, count)
        try await store.write { writer in
          for number in numbers { try writer.tag(Self.longTag(count), as: .reference(Self.reference(number)), by: "bench") }
        }
      }
    }
    for first in stride(from: 0, to: streamCount, by: 1000) {
      try await store.write { writer in
        for number in first..<first + 1000 { try writer.makeImageStream(ImageStreamName("many/stream-\(padded(number, 6))")) }
      }
    }
  }

  // MARK: Flatness

  /// Every operation on every subject in turns; the last of them is held against the first.
  private func flatness(_ store: ImageStore, _ subjects: [Subject]) async throws {
    let seconds = setup.scale.seconds / 24
    let operations: [(String, @Sendable (Subject, Int) async throws -> Measurement)] = [
      (
        "move",
        { subject, turn in
          try await concurrently(callers: 1, count: .max, seconds: seconds) { number, _ in
            var random = Random(seed: UInt64(turn * 1_000_000 + number))
            // No image comes twice: each move is a new event.
            let target = Self.reference(1_000_000_000 + subject.count + turn * 1_000_000 + number)
            try await store.tag(subject.draw(&random), as: target, by: "bench", because: "move \(number)")
          }
        }
      ),
      (
        "roll back",
        { subject, turn in
          try await concurrently(callers: 1, count: .max, seconds: seconds) { number, _ in
            var random = Random(seed: UInt64(turn * 1_000_000 + number))
            let name = try subject.draw(&random)
            do {
              try await store.rollback(name, by: "bench")
            } catch let error as StoreError where error.code == .notFound {
              // Not every tag of a large stream was moved before.
              try await store.tag(name, as: Self.reference(2_000_000_000 + turn * 1_000_000 + number), by: "bench")
            }
          }
        }
      ),
      (
        "resolve",
        { subject, turn in
          var random = Random(seed: UInt64(turn))
          let names = try (0..<1000).map { _ in try subject.draw(&random) }
          return try oneByOne(count: 50_000, seconds: seconds) { number in
            let resolved = try store.read { try $0.resolve(names[number % names.count]) }
            precondition(!resolved.pullSpec.isEmpty)
          }
        }
      ),
      (
        "read with the last ten events",
        { subject, turn in
          var random = Random(seed: UInt64(turn))
          let names = try (0..<1000).map { _ in try subject.draw(&random) }
          return try oneByOne(count: 50_000, seconds: seconds) { number in
            let name = names[number % names.count]
            let found = try store.read { reader in (try reader.tag(name), try reader.history(of: name, limit: 10)) }
            precondition(found.0 != nil && !found.1.isEmpty)
          }
        }
      ),
    ]
    for (operation, run) in operations {
      var measurements = [[Measurement]](repeating: [], count: subjects.count)
      for turn in 0..<turns { for (index, subject) in subjects.enumerated() { measurements[index].append(try await run(subject, turn)) } }
      for (subject, parts) in zip(subjects, measurements) {
        results.add(
          Row(
            workload: "\(operation), \(subject.count) \(subject.what)", contestant: "ImageStreamDB", measurement: Measurement(parts)))
      }
      guard let first = subjects.first, let last = subjects.last else { continue }
      results.add(
        .atMost(
          1.15, "\(operation), \(last.count) \(last.what)", "time : with \(first.count)",
          typicalRatio(measurements[subjects.count - 1], measurements[0], \.median)))
      try results.save()
    }
  }

  // MARK: Listing

  /// All streams of a namespace, whole and in pages, against the engine's cursor over the same keys and values.
  private func listing(_ store: ImageStore) throws {
    let range = KeyRange.prefix(Array("isdb/streams/many/".utf8))
    let count = streamCount
    var (whole, wholeFloor, pages, pagesFloor) = ([Measurement](), [Measurement](), [Measurement](), [Measurement]())
    let seconds = setup.scale.seconds / 24
    for _ in 0..<turns {
      wholeFloor.append(
        try oneByOne(count: 20, seconds: seconds * 2) { _ in
          let found = try store.keyValues.read { try $0.range(RangeQuery(range)) }
          precondition(found.keyValues.count == count)
        })
      whole.append(
        try oneByOne(count: 20, seconds: seconds * 2) { _ in
          let found = try store.read { try $0.imageStreams(in: "many") }
          precondition(found.elements.count == count)
        })
      var next = range
      pagesFloor.append(
        try oneByOne(count: 5000, seconds: seconds) { _ in
          let found = try store.keyValues.read { try $0.range(RangeQuery(next, limit: 101)) }.keyValues
          next = found.count > 100 ? range.after(found[99].key) : range
        })
      var after: ImageStreamName?
      pages.append(
        try oneByOne(count: 5000, seconds: seconds) { _ in
          let found = try store.read { try $0.imageStreams(in: "many", after: after, limit: 100) }
          after = found.hasMore ? found.elements.last?.name : nil
        })
    }
    for (workload, ours, floor) in [("list \(count) streams", whole, wholeFloor), ("page of 100 of \(count) streams", pages, pagesFloor)] {
      results.add(Row(workload: workload, contestant: "ImageStreamDB", measurement: Measurement(ours)))
      results.add(Row(workload: workload, contestant: "engine's cursor", measurement: Measurement(floor)))
      results.add(.stated(workload, "time : the engine's cursor", typicalRatio(ours, floor, \.median)))
    }
  }

  // MARK: Whole objects

  /// The same move where a stream is one object: the object is put whole. Reading and decoding it beforehand is not even counted.
  private func wholeObjects(_ store: ImageStore) async throws {
    let seconds = setup.scale.seconds / 24
    let sqlite = try SQLiteStore(path: setup.path("sizes/objects.sqlite"), shape: .oneTable)
    defer { try? sqlite.close() }
    var etcds: [(name: String, server: EtcdServer, client: EtcdClient)] = []
    defer { for etcd in etcds { etcd.server.stop() } }
    for (index, program) in setup.etcds.enumerated() {
      let server = try await EtcdServer(program: program, directory: setup.path("sizes/etcd-\(index)"))
      let name = "etcd \(server.version), whole object\(server.answersBeforeItsSync ? ", answers before its sync" : "")"
      etcds.append((name, server, try await EtcdClient.connect(port: server.port, connections: 1)))
    }
    for count in objectTagCounts {
      let workload = "tag move, stream of \(count) tags"
      let object = Self.object(tags: count)
      var (ours, table): ([Measurement], [Measurement]) = ([], [])
      var others = [[Measurement]](repeating: [], count: etcds.count)
      for turn in 0..<turns {
        ours.append(
          try await concurrently(callers: 1, count: .max, seconds: seconds) { number, _ in
            var random = Random(seed: UInt64(turn * 1_000_000 + number))
            let target = Self.reference(3_000_000_000 + count + turn * 1_000_000 + number)
            try await store.tag(Self.tag(of: count, random.below(count)), as: target, by: "bench")
          })
        table.append(
          try oneByOne(count: .max, seconds: seconds) { number in
            try sqlite.put(Data("stream".utf8), Data(Self.changed(object, turn * 1_000_000 + number)))
          })
        for (index, etcd) in etcds.enumerated() {
          others[index].append(
            try await concurrently(callers: 1, count: .max, seconds: seconds) { number, _ in
              try await etcd.client.put(Array("stream".utf8), Self.changed(object, turn * 1_000_000 + number), caller: 0)
            })
        }
      }
      let contestants =
        [("ImageStreamDB", ours), ("SQLite \(sqlite.version) WAL FULL, whole object", table)] + zip(etcds, others).map { ($0.name, $1) }
      for (name, parts) in contestants { results.add(Row(workload: workload, contestant: name, measurement: Measurement(parts))) }
      for (name, parts) in contestants.dropFirst() {
        results.add(.stated(workload, "speed : \(name)", typicalRatio(parts, ours, \.median)))
      }
      try results.save()
    }
    for etcd in etcds { try await etcd.client.close() }
  }

  /// A stream as OpenShift keeps it: each tag with its spec and one event.
  private static func object(tags: Int) -> [UInt8] {
    var random = Random(seed: 5)
    var text = #"{"kind":"ImageStream","metadata":{"name":"app","namespace":"bench"},"status":{"tags":["#
    for number in 0..<tags {
      let digest = random.hex(64)
      text += """
        {"tag":"v\(padded(number, 7))","items":[{"created":"2026-01-02T03:04:05Z","dockerImageReference":"registry.example/bench/app@sha256:\(digest)",\
        "image":"sha256:\(digest)","generation":\(number)}]},
        """
    }
    return Array((text + "]}}").utf8)
  }

  /// The object with another digit of one digest.
  private static func changed(_ object: [UInt8], _ number: Int) -> [UInt8] {
    var object = object
    object[object.count / 2] = UInt8(ascii: "0") + UInt8(number % 10)
    return object
  }
}
