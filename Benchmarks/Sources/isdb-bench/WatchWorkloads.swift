import Foundation
import ImageStreamDB
import Synchronization

/// How soon watchers hear, and how much they hear in all.
struct WatchWorkloads {
  let setup: Setup
  let results: Results

  private var scale: Scale { setup.scale }
  private let watched = Array("watched".utf8)

  func run() async throws {
    let folder = setup.path("watch")
    defer { setup.remove(folder) }
    let engine = try Engine(directory: folder)
    do {
      try await wakeUp(engine.store)
      try await fanOut(engine.store)
      try await acrossProcesses(engine)
    } catch {
      engine.close()
      throw error
    }
    engine.close()
    try results.save()
  }

  // MARK: In this process

  /// From the moment a writer's call returns to the moment a waiting watcher has the event.
  private func wakeUp(_ store: RevisionStore) async throws {
    let stream = try store.watch(.key(watched))
    let (arrivals, arrival) = AsyncStream<UInt64>.makeStream()
    let watcher = Task { for try await batch in stream { for _ in batch.events { arrival.yield(nanoseconds()) } } }
    var ours = Measurement()
    var iterator = arrivals.makeAsyncIterator()
    for _ in 0..<scale.wakeUps {
      try await store.write { [watched] in try $0.put(watched, []) }
      let begin = nanoseconds()
      if let arrival = await iterator.next() { ours.merge(Measurement(latencies: [arrival > begin ? arrival - begin : 1])) }
    }
    watcher.cancel()
    let floor = await handOver()
    let workload = "watch wake-up after the commit, in process"
    results.add(Row(workload: workload, contestant: "ImageStreamDB", measurement: ours, note: soonerNote(ours)))
    results.add(Row(workload: workload, contestant: "AsyncStream between tasks", measurement: floor))
    results.add(.atMost(30, workload, "median", ours.median, unit: " µs"))
  }

  /// A watcher that heard before the writer had its answer waited for nothing; it counts as 1 ns.
  private func soonerNote(_ measurement: Measurement) -> String {
    let sooner = measurement.latencies.count { $0 == 1 }
    return "\(short(Double(sooner) * 100 / Double(max(1, measurement.latencies.count)))) % before the writer"
  }

  /// What two tasks need to hand something over, without a store.
  private func handOver() async -> Measurement {
    let (arrivals, arrival) = AsyncStream<UInt64>.makeStream()
    let (pings, ping) = AsyncStream<Void>.makeStream()
    let echo = Task { for await _ in pings { arrival.yield(nanoseconds()) } }
    var floor = Measurement()
    var iterator = arrivals.makeAsyncIterator()
    for _ in 0..<scale.wakeUps {
      let begin = nanoseconds()
      ping.yield()
      if let arrival = await iterator.next() { floor.merge(Measurement(latencies: [arrival > begin ? arrival - begin : 1])) }
    }
    echo.cancel()
    return floor
  }

  /// Many watchers of one prefix, each of which is to have every event.
  private func fanOut(_ store: RevisionStore) async throws {
    let prefix = Array("isdb/tags/fan/".utf8)
    let start = try store.revision()
    let events = scale.watchedEvents
    let streams = try (0..<scale.watchers).map { _ in try store.watch(.prefix(prefix), after: start) }
    let before = Usage(server: nil)
    let begin = nanoseconds()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for stream in streams {
        group.addTask {
          var seen = 0
          for try await batch in stream {
            seen += batch.events.count
            if seen >= events { return }
          }
        }
      }
      // Ten keys to a revision, as a release moves ten tags.
      for first in stride(from: 0, to: events, by: 10) {
        try await store.write { writer in
          var random = Random(seed: UInt64(first))
          for number in first..<first + 10 {
            try writer.put(prefix + Array("web:v\(number % 100)".utf8), Records.tag(repository: "fan/web", digest: random.hex(64), &random))
          }
        }
      }
      try await group.waitForAll()
    }
    var all = Measurement(latencies: [nanoseconds() - begin], operationsPerLatency: events * streams.count)
    all.usage = Usage(server: nil) - before
    let workload = "\(streams.count) watchers of \(events) events"
    results.add(Row(workload: workload, contestant: "ImageStreamDB", measurement: all, note: "time of all"))
    results.add(.atLeast(1, workload, "events delivered in all", all.perSecond / 1e6, unit: " M/s"))
  }

  // MARK: Across processes

  /// This process writes; a child watches and says when each event arrived.
  private func acrossProcesses(_ engine: Engine) async throws {
    let child = try Child(["watch-child", engine.directory, "\(scale.wakeUps)"])
    _ = child.nextLine()  // The child watches.
    var ours = Measurement()
    for _ in 0..<scale.wakeUps {
      try await engine.store.write { [watched] in try $0.put(watched, []) }
      let begin = nanoseconds()
      if let line = child.nextLine(), let arrival = UInt64(line) {
        ours.merge(Measurement(latencies: [arrival > begin ? arrival - begin : 1]))
      }
    }
    child.wait()
    let workload = "watch wake-up after the commit, across processes"
    results.add(Row(workload: workload, contestant: "ImageStreamDB", measurement: ours, note: soonerNote(ours)))
    results.add(Row(workload: workload, contestant: "line through a pipe to a child", measurement: try pipe()))
    results.add(.atMost(60, workload, "median", ours.median, unit: " µs"))
  }

  /// What a child answers through the same kind of pipe, without a store in between.
  private func pipe() throws -> Measurement {
    let child = try Child(["echo-child"])
    var floor = Measurement()
    for _ in 0..<scale.wakeUps {
      let begin = nanoseconds()
      try child.write("x\n")
      if let line = child.nextLine(), let arrival = UInt64(line) {
        floor.merge(Measurement(latencies: [arrival > begin ? arrival - begin : 1]))
      }
    }
    try child.closeInput()
    child.wait()
    return floor
  }

  /// The child that watches.
  static func watch(_ path: String, events: Int) async throws {
    let store = try RevisionStore.open(at: path)
    let stream = try store.watch(.key(Array("watched".utf8)))
    Child.say("ready")
    var seen = 0
    for try await batch in stream {
      for _ in batch.events {
        Child.say("\(nanoseconds())")
        seen += 1
      }
      if seen >= events { break }
    }
    store.close()
  }
}
