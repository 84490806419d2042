import MVCC
import Synchronization
import TestSupport

/// Writers, readers, watchers and a compactor on a few hot keys of one store, in one process.
struct ConcurrentRun {
  let seed: UInt64
  var writers = 6
  var readers = 3
  var watchers = 4
  /// Writes of each writer.
  var writes = 200

  /// How far a run is: told to those who go on until it ends.
  final class Progress: Sendable {
    private let state = Mutex<(isStopping: Bool, last: Revision?)>((false, nil))

    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Watchers that have come to this revision may end; more is still to come when it is set.
    var last: Revision? { state.withLock { $0.last } }

    func stop() { state.withLock { $0.isStopping = true } }

    func end(at revision: Revision) { state.withLock { $0.last = revision } }

    func isDone(_ revision: Revision) -> Bool { last.map { revision >= $0 } ?? false }
  }

  /// Runs it all on a new store, which is checked when it closes; answers what everyone noted.
  func record() async throws -> [HistoryEntry] {
    let recorder = HistoryRecorder()
    try await withStore { store in
      // The scribe holds back compactions from the beginning.
      try await store.setConsumer(RecordingWatcher.scribeName, to: 1)
      let progress = Progress()
      try await withThrowingTaskGroup(of: Void.self) { group in
        // Two writes follow the announced end.
        group.addTask { try await RecordingWatcher.scribe(store, sink: recorder, after: 1) { progress.isDone($0 - 2) } }
        for number in 0..<watchers { group.addTask { try await watch(store, number, recorder, progress) } }
        for number in 0..<readers { group.addTask { try await read(store, number, recorder, progress) } }
        group.addTask { try await compact(store, recorder, progress) }
        let keeper = Task {
          var policy = KeeperPolicy()
          policy.interval = .milliseconds(20)
          try await store.runKeeper(policy)
        }
        try await withThrowingTaskGroup(of: Void.self) { writing in
          for number in 0..<writers { writing.addTask { try await write(store, number, recorder) } }
          try await writing.waitForAll()
        }
        progress.stop()
        // The farewell is the last that happens: no lease may end after it.
        keeper.cancel()
        if case .failure(let error) = await keeper.result, !(error is CancellationError) { throw error }
        let client = RecordingClient(store, name: "farewell", sink: recorder)
        for number in 0..<4 {
          if number == 2 { progress.end(at: try store.revision()) }
          try await client.perform(RequestGenerator.farewell(number), number: number)
        }
        try await group.waitForAll()
      }
    }
    return recorder.entries
  }

  private func write(_ store: RevisionStore, _ number: Int, _ recorder: HistoryRecorder) async throws {
    let client = RecordingClient(store, name: "writer\(number)", sink: recorder)
    var generator = RequestGenerator(client: "writer\(number)", seed: seed &* 1000 &+ UInt64(number))
    for call in 0..<writes {
      let request = generator.random.oneIn(6) ? generator.read() : generator.write(number: call)
      generator.learn(request, try await client.perform(request, number: call))
    }
  }

  private func read(_ store: RevisionStore, _ number: Int, _ recorder: HistoryRecorder, _ progress: Progress) async throws {
    let client = RecordingClient(store, name: "reader\(number)", sink: recorder)
    var generator = RequestGenerator(client: "reader\(number)", seed: seed &* 1000 &+ 100 &+ UInt64(number))
    // Readers are much faster than writers and would fill the record; they wait for news now and then.
    var call = 0
    while !progress.isStopping {
      for _ in 0..<8 {
        let request = generator.read()
        generator.learn(request, try await client.perform(request, number: call))
        call += 1
      }
      try await Task.sleep(for: .microseconds(Int.random(in: 100...3000, using: &generator.random)))
    }
  }

  private func compact(_ store: RevisionStore, _ recorder: HistoryRecorder, _ progress: Progress) async throws {
    let client = RecordingClient(store, name: "compactor", sink: recorder)
    var generator = RequestGenerator(client: "compactor", seed: seed &* 1000 &+ 200)
    var call = 0
    while !progress.isStopping {
      for request in [.range(.key(RequestGenerator.keys[0]), at: nil), generator.compaction()] {
        generator.learn(request, try await client.perform(request, number: call))
        call += 1
      }
      try await Task.sleep(for: .milliseconds(Int.random(in: 1...20, using: &generator.random)))
    }
  }

  /// A few short watches from random revisions, the first perhaps from one that is not there yet, then one that stays until the end.
  private func watch(_ store: RevisionStore, _ number: Int, _ recorder: HistoryRecorder, _ progress: Progress) async throws {
    var generator = RequestGenerator(client: "watcher\(number)", seed: seed &* 1000 &+ 300 &+ UInt64(number))
    for generation in 0..<5 {
      let (range, options) = generator.watch()
      let (oldest, newest) = try store.read { ($0.compactRevision, $0.newestRevision) }
      let first = max(oldest - 1, .zero).rawValue
      var start = Revision(Int64.random(in: first...newest.rawValue + (generation == 0 ? 10 : 0), using: &generator.random))
      // Looked at after `newest`, so that what is still to come comes after the start.
      if let last = progress.last { start = min(start, last) }
      let watcher = RecordingWatcher(store, name: "watcher\(number).\(generation)", sink: recorder, range, options)
      var sessions = generation < 4 ? Int.random(in: 1...4, using: &generator.random) : Int.max
      try await watcher.follow(after: start) {
        Int.random(in: 1...12, using: &generator.random)
      } until: { revision in
        sessions -= 1
        return progress.isDone(revision) || sessions <= 0
      }
    }
  }
}
