import Foundation
import MVCC
import TestSupport
import Testing

/// Many processes on one store, each killed and started again at random: together they still see one order of events.
@Suite(.serialized) struct ProcessTests {
  /// How long the processes live; `ISDB_MINUTES` asks for more.
  private static let seconds = (Double(ProcessInfo.processInfo.environment["ISDB_MINUTES"] ?? "") ?? 0.6) * 60

  private static let roles: [(role: ClientProcess.Role, count: Int)] = [
    (.writer, 2), (.reader, 3), (.watcher, 2), (.scribe, 1), (.compactor, 1), (.keeper, 2),
  ]

  @Test(.timeLimit(.minutes(24 * 60))) func `killed writers, readers, watchers, keepers and a compactor lose, repeat and reorder nothing`()
    async throws
  {
    let seed = UInt64(ProcessInfo.processInfo.environment["ISDB_SEED"] ?? "") ?? UInt64.random(in: 1..<1_000_000)
    let directory = try TemporaryDirectory()
    // Its last reference removes it, and the processes know it by name only.
    defer { withExtendedLifetime(directory) {} }
    let path = directory.appending("store")
    let records = directory.appending("records")
    try FileManager.default.createDirectory(atPath: records, withIntermediateDirectories: true)
    // The scribe holds back compactions from the beginning.
    try await withStore(at: path) { try await $0.setConsumer(RecordingWatcher.scribeName, to: 1) }

    let incarnations = try await Self.killAndRestart(seed, path, records)

    var entries = try HistoryFile.entries("\(records)/deaths")
    for (name, count) in incarnations {
      for incarnation in 0..<count { entries += try HistoryFile.entries(ClientProcess.record(name, incarnation, in: records)) }
    }
    let farewell = HistoryRecorder()
    try await withStore(at: path) { store in
      let client = RecordingClient(store, name: "farewell", sink: farewell)
      var last = Revision.initial
      for number in 0..<4 {
        if number == 2 { last = try store.revision() }
        try await client.perform(RequestGenerator.farewell(number), number: number)
      }
      for (role, count) in Self.roles where role == .watcher || role == .scribe {
        for place in 0..<count {
          let name = "\(role)\(place)"
          let process = ClientProcess(
            role: role, place: place, incarnation: incarnations[name] ?? 0, seed: seed, path: path, records: records,
            lifetimeMicroseconds: nil, last: role == .scribe ? last + 2 : last)
          await #expect(processExitsWith: .success, "seed \(seed)") { [process = process as ClientProcess] in try await process.run() }
          let record = ClientProcess.record(name, process.incarnation, in: records)
          entries += try HistoryFile.entries(record)
        }
      }
    }
    entries += farewell.entries
    var history = History(entries, log: [])
    history.adoptScribe()
    let check = try history.requireCorrect(seed: seed, record: records)
    let size = history.size
    let kills = incarnations.values.reduce(0, +)
    let late = (check.lateness(in: history).max() ?? 0) / 1_000_000
    print(
      "seed \(seed): \(kills) kills, \(size), \(check.recoveredRevisions.count) revisions of lost answers, "
        + "\(check.expiries.count) leases expired up to \(late) ms late")
    // A keeper that is killed hands over within its interval and the time in which processes start on a busy machine.
    #expect(check.expiries.count >= Int(Self.seconds / 6) && late < 10_000, "seed \(seed): leases outlive their keepers")
    #expect(
      kills >= 20 && size.writes >= Int(Self.seconds * 10) && size.reads >= Int(Self.seconds * 10) && size.events >= Int(Self.seconds * 20)
        && size.compactions > 0, "seed \(seed): too little happened in \(Self.seconds) s: \(kills) kills, \(size)")
  }

  /// Keeps every process alive, as one that kills itself and is started again, until the time is over; answers how often each was started.
  private static func killAndRestart(_ seed: UInt64, _ path: String, _ records: String) async throws -> [String: Int] {
    let deaths = try HistoryFile("\(records)/deaths")
    let deadline = ContinuousClock.now + .seconds(seconds)
    return try await withThrowingTaskGroup(of: (String, Int).self) { group in
      for (role, count) in roles {
        for place in 0..<count {
          group.addTask {
            let name = "\(role)\(place)"
            var random = SeededGenerator(seed: name.utf8.reduce(seed) { ($0 &* 31) &+ UInt64($1) })
            var incarnation = 0
            while ContinuousClock.now < deadline {
              let lifetime = UInt32.random(in: random.oneIn(4) ? 0...60_000 : 200_000...2_500_000, using: &random)
              let process = ClientProcess(
                role: role, place: place, incarnation: incarnation, seed: seed, path: path, records: records, lifetimeMicroseconds: lifetime
              )
              await #expect(processExitsWith: .signal(SIGKILL), "seed \(seed), \(name)") { [process = process as ClientProcess] in
                try await process.run()
              }
              try deaths.add(.died(process: "\(name).\(incarnation)", time: MonotonicTime.now))
              incarnation += 1
            }
            return (name, incarnation)
          }
        }
      }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
  }
}
