import Foundation
import TestSupport
import Testing

@testable import ImageStreamDB

/// Thirteen years of tag moves of Docker's official images, written into a store and compared with a plain replay.
///
/// A part of them by default; all of them with `ISDB_TRACE=full`.
@Suite struct TraceTests {
  private struct Line: Decodable {
    struct Build: Decodable {
      let id: String
      let tags: [String]
    }
    let t: Int64
    let r: String
    let b: [Build]
    let del: [String]?
  }

  /// A move or removal of a tag.
  private struct Change {
    let name: ImageStreamTagName
    /// Nil for a removal.
    let build: String?
    /// The keys that it changes, at most: an event and a reference for each move that a removal takes along.
    let weight: Int

    func apply(to writer: inout ImageStreamWriter) throws {
      guard let build else {
        try writer.untag(name)
        return
      }
      // The trace names a build with half the digits of a digest.
      let digest = try Digest("sha256:\(build)\(build)")
      try writer.tag(name, as: .reference(Reference(registry: "docker.io", repository: name.stream.description, digest: digest)))
    }
  }

  /// What a replay has come to: the builds of the tags, how often each was moved, and how often each stream's spec was changed.
  private struct Replay: Equatable {
    var builds: [ImageStreamTagName: String] = [:]
    var moves: [ImageStreamTagName: Int64] = [:]
    var generations: [ImageStreamName: Int64] = [:]

    /// Applies an event; answers the moves and removals that change something, in order.
    mutating func apply(_ line: Line) throws -> [Change] {
      let stream = try ImageStreamName("library/\(line.r)")
      var changes: [Change] = []
      for tag in line.del ?? [] {
        let name = try ImageStreamTagName(stream: stream, tag: tag)
        guard builds.removeValue(forKey: name) != nil else { continue }
        let events = moves.removeValue(forKey: name) ?? 0
        changes.append(Change(name: name, build: nil, weight: 4 + 2 * Int(events)))
      }
      for build in line.b {
        for tag in build.tags {
          let name = try ImageStreamTagName(stream: stream, tag: tag)
          guard builds.updateValue(build.id, forKey: name) != build.id else { continue }
          moves[name, default: 0] += 1
          changes.append(Change(name: name, build: build.id, weight: 4))
        }
      }
      if !changes.isEmpty { generations[stream, default: 0] += Int64(changes.count) }
      return changes
    }
  }

  private static let isWhole = ProcessInfo.processInfo.environment["ISDB_TRACE"] == "full"
  private static let isHere = TestData.path("official-images-trace.jsonl.gz") != nil

  /// The most keys that one write changes: clear of the store's limit of 10,000.
  private static let maximumWeightPerWrite = 8_000

  @Test(.enabled(if: isHere, "official-images-trace.jsonl.gz is not beside the repository; set ISDB_TEST_DATA to its folder"))
  func `the state at any time is that of the trace up to then`() async throws {
    let decoder = JSONDecoder()
    let lines = try TestData.lines(ofPacked: "official-images-trace.jsonl.gz").prefix(Self.isWhole ? .max : 300)
      .map { try decoder.decode(Line.self, from: Data($0)) }
    let clock = ManualClock(Timestamp(millisecondsSinceEpoch: 0))
    var configuration = StoreConfiguration()
    configuration.clock = clock.reading
    try await withImageStore(configuration) { store in
      var replay = Replay()
      var between: [(time: Timestamp, revision: Revision, state: Replay)] = []
      var pending: [Change] = []
      let step = max(1, lines.count / 12)
      for (index, line) in lines.enumerated() {
        pending += try replay.apply(line)
        let isStop = index % step == step - 1 || index == lines.count - 1
        guard isStop || pending.count >= 300 else { continue }
        let time = Timestamp(millisecondsSinceEpoch: line.t * 1000)
        clock.advance(by: .milliseconds(time.millisecondsSinceEpoch - clock.now.millisecondsSinceEpoch))
        while !pending.isEmpty {
          var weight = 0
          let batch = Array(
            pending.prefix { change in
              weight += change.weight
              return weight <= Self.maximumWeightPerWrite
            })
          pending.removeFirst(batch.count)
          try await store.write { writer in for change in batch { try change.apply(to: &writer) } }
        }
        if isStop { between.append((time, try store.keyValues.revision(), replay)) }
      }
      for (index, point) in between.enumerated() {
        let isLastOfTime = index + 1 == between.count || between[index + 1].time > point.time
        try store.read(at: .revision(point.revision)) { try requireState(&$0, point.state) }
        if isLastOfTime { try store.read(at: .time(point.time)) { try requireState(&$0, point.state) } }
      }
      if Self.isWhole { try requireFinal(store) }
    }
  }

  private func requireState(_ reader: inout ImageStreamReader, _ expected: Replay) throws {
    var found = Replay()
    for tag in try reader.tags(in: .all).elements {
      found.builds[tag.name] = tag.newest?.image.map { String($0.hex.prefix(32)) }
      found.moves[tag.name] = tag.eventCount
    }
    for stream in try reader.imageStreams().elements { found.generations[stream.name] = stream.generation }
    #expect(found == expected, "revision \(reader.revision)")
  }

  private func requireFinal(_ store: ImageStore) throws {
    let path = try #require(TestData.path("official-images-final.json"))
    let final = try JSONDecoder().decode([String: [String: String]].self, from: Data(contentsOf: URL(filePath: path)))
    var found: [String: [String: String]] = [:]
    for tag in try store.read({ try $0.tags(in: .all).elements }) {
      found[tag.name.stream.name, default: [:]][tag.name.tag] = tag.newest?.image.map { String($0.hex.prefix(32)) }
    }
    #expect(found == final)
  }
}
