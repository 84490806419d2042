import Foundation

/// How much is measured.
struct Scale: Sendable {
  /// What each contestant is given for one workload, in turns.
  var seconds: Double
  /// The number of keys where nothing else is said.
  let keys: Int
  /// Further numbers of keys, for puts and for opening.
  let otherKeys: [Int]
  let imageRecords: Int
  /// Superseded versions of a key, for reads at an old revision.
  let versions: [Int]
  let compactedVersions: Int
  let watchers: Int
  let watchedEvents: Int
  let wakeUps: Int
  /// What a server has when it is started.
  let servedKeys: Int

  /// The length of a turn: short, because a shared disk's mood changes from second to second, but many times what one operation takes.
  func turnSeconds(callers: Int) -> Double { callers == 1 ? 0.2 : callers < 500 ? 0.4 : 1 }

  /// Alternating turns, so that all contestants meet the same moods of the machine.
  func turns(callers: Int) -> Int { max(2, Int((seconds / turnSeconds(callers: callers)).rounded())) }

  static let full = Scale(
    seconds: 6, keys: 100_000, otherKeys: [1000, 1_000_000], imageRecords: 10_000, versions: [1, 100, 10_000],
    compactedVersions: 1_000_000, watchers: 1000, watchedEvents: 5000, wakeUps: 2000, servedKeys: 1_000_000)

  static let quick = Scale(
    seconds: 0.6, keys: 20_000, otherKeys: [1000], imageRecords: 2000, versions: [1, 100, 1000],
    compactedVersions: 50_000, watchers: 1000, watchedEvents: 1000, wakeUps: 300, servedKeys: 20_000)

  /// `full` with ten million keys as well.
  static let large = Scale(
    seconds: full.seconds, keys: full.keys, otherKeys: full.otherKeys + [10_000_000], imageRecords: full.imageRecords,
    versions: full.versions, compactedVersions: full.compactedVersions, watchers: full.watchers, watchedEvents: full.watchedEvents,
    wakeUps: full.wakeUps, servedKeys: full.servedKeys)
}

/// What workloads are given.
struct Setup: Sendable {
  let directory: String
  let scale: Scale
  let trace: Trace
  /// Programs of etcd; empty where there is none.
  let etcds: [String]
  /// Our own program, for what it serves; nil where there is none.
  let isdb: String?

  /// A directory for one store, which the workload leaves behind empty.
  func path(_ name: String) -> String { "\(directory)/\(name)" }

  func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }
}

/// One line of the table: one contestant in one workload.
struct Row: Sendable {
  let workload: String
  let contestant: String
  var measurement = Measurement()
  var fileBytes: Int?
  /// The disk's own write and sync, in the same minutes.
  var sync: Measurement?
  /// Instead of figures: why there are none, or figures of another kind.
  var note: String?
}

/// What was to be reached, and what was.
struct Goal: Sendable {
  let workload: String
  /// What is compared with what.
  let measure: String
  /// The goal in words; nil where the figure is only to be stated.
  var aim: String?
  var value: Double?
  var isReached: Bool?
  var unit = ""

  static func atLeast(_ limit: Double, _ workload: String, _ measure: String, _ value: Double?, unit: String = "") -> Goal {
    Goal(
      workload: workload, measure: measure, aim: "≥ \(short(limit))\(unit)", value: value, isReached: value.map { $0 >= limit }, unit: unit)
  }

  static func atMost(_ limit: Double, _ workload: String, _ measure: String, _ value: Double?, unit: String = "") -> Goal {
    Goal(
      workload: workload, measure: measure, aim: "≤ \(short(limit))\(unit)", value: value, isReached: value.map { $0 <= limit }, unit: unit)
  }

  static func stated(_ workload: String, _ measure: String, _ value: Double?, unit: String = "") -> Goal {
    Goal(workload: workload, measure: measure, value: value, unit: unit)
  }
}

/// Collects what workloads find, and keeps the table on the disk up to date while they run.
final class Results {
  private(set) var rows: [Row] = []
  private(set) var goals: [Goal] = []
  private let output: String?
  private let heading: String

  init(heading: String, output: String?) {
    self.heading = heading
    self.output = output
  }

  func add(_ row: Row) {
    rows.append(row)
    progress(Report.line(row))
  }

  func add(_ goal: Goal) {
    goals.append(goal)
    progress(Report.line(goal))
  }

  var markdown: String { Report(heading: heading, rows: rows, goals: goals).markdown }

  func save() throws { if let output { try markdown.write(toFile: output, atomically: true, encoding: .utf8) } }

  private func progress(_ line: String) { FileHandle.standardError.write(Data("\(line)\n".utf8)) }
}

/// A number as a table has it: three digits that count.
func short(_ number: Double) -> String {
  if number.isNaN { return "–" }
  if number >= 100 || number == number.rounded() { return String(Int(number.rounded())) }
  let digits = number >= 10 ? 10.0 : number >= 1 ? 100.0 : 1000.0
  return String((number * digits).rounded() / digits)
}
