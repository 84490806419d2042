import Foundation
import MVCC
import TestSupport

/// One process of many on a store: it does what its role says until it kills itself, and notes all of it in a file that survives.
struct ClientProcess: Codable, Sendable {
  enum Role: String, Codable, Sendable {
    case writer
    case reader
    case watcher
    case scribe
    case compactor
    case keeper
  }

  let role: Role
  /// Its place among those of its role, from 0.
  let place: Int
  /// Counted up with each restart.
  let incarnation: Int
  let seed: UInt64
  /// The store.
  let path: String
  /// The directory of all records.
  let records: String
  /// How long it lives; nil means until it has seen `last`.
  let lifetimeMicroseconds: UInt32?
  /// Watchers that have come to this revision may end.
  var last: Revision?

  var name: String { "\(role)\(place)" }

  /// Where an incarnation notes what it does.
  static func record(_ name: String, _ incarnation: Int, in records: String) -> String { "\(records)/\(name).\(incarnation)" }

  func run() async throws {
    if let lifetimeMicroseconds {
      Thread.detachNewThread {
        usleep(lifetimeMicroseconds)
        kill(getpid(), SIGKILL)
      }
    }
    let store = try RevisionStore.open(at: path)
    defer { store.close() }
    let sink = try HistoryFile(Self.record(name, incarnation, in: records))
    switch role {
    case .writer:
      try await withThrowingTaskGroup(of: Void.self) { group in
        for task in 0..<4 {
          group.addTask {
            try await call(store, sink, task) { generator, number in
              generator.random.oneIn(8) ? generator.read() : generator.write(number: number)
            }
          }
        }
        try await group.waitForAll()
      }
    case .reader: try await call(store, sink, 0, pause: 0...3000) { generator, _ in generator.read() }
    case .compactor:
      try await call(store, sink, 0, pause: 1000...30_000) { generator, number in
        number % 2 == 0 ? .range(.key(RequestGenerator.keys[0]), at: nil) : generator.compaction()
      }
    case .keeper:
      var policy = KeeperPolicy()
      policy.interval = .milliseconds(100)
      try await store.runKeeper(policy)
    case .watcher: try await watch(store, sink)
    case .scribe: try await RecordingWatcher.scribe(store, sink: sink, after: try position(store, otherwise: 1)) { isDone($0) }
    }
  }

  private func isDone(_ revision: Revision) -> Bool { last.map { revision >= $0 } ?? false }

  private func generator(_ name: String) -> RequestGenerator {
    RequestGenerator(client: name, seed: name.utf8.reduce(seed) { ($0 &* 31) &+ UInt64($1) })
  }

  /// Calls for ever, the first time to learn how far the store is.
  private func call(
    _ store: RevisionStore, _ sink: HistoryFile, _ task: Int, pause: ClosedRange<Int>? = nil,
    _ next: (inout RequestGenerator, Int) -> StoreRequest
  ) async throws {
    let client = "\(name).\(incarnation).\(task)"
    var generator = generator(client)
    let recording = RecordingClient(store, name: client, sink: sink)
    for number in 0... {
      let request = number == 0 ? .range(.all, at: nil) : next(&generator, number)
      generator.learn(request, try await recording.perform(request, number: number))
      if let pause { try await Task.sleep(for: .microseconds(Int.random(in: pause, using: &generator.random))) }
    }
  }

  /// Goes on after the last batch that any earlier incarnation noted, with the same range and options.
  private func watch(_ store: RevisionStore, _ sink: HistoryFile) async throws {
    var stable = generator(name)
    let (range, options) = place == 0 ? (.all, WatchOptions(includesPrevious: true)) : stable.watch()
    var random = generator("\(name).\(incarnation)").random
    let watcher = RecordingWatcher(store, name: name, sink: sink, range, options)
    try await watcher.follow(after: try position(store, otherwise: 1)) {
      Int.random(in: 1...60, using: &random)
    } until: {
      isDone($0)
    }
  }

  /// How far earlier incarnations came.
  private func position(_ store: RevisionStore, otherwise start: Revision) throws -> Revision {
    for earlier in (0..<incarnation).reversed() {
      let entries = try HistoryFile.entries(Self.record(name, earlier, in: records))
      switch entries.last {
      case .delivered(_, _, let batch): return batch.revision
      case .watchBegan(_, _, _, _, let after): return after
      case .watchCompacted: return try store.read { $0.compactRevision } - 1
      case .invoked, .answered, .died, nil: continue
      }
    }
    return start
  }
}
