import Foundation
import Synchronization

/// What one contestant did in one workload: latencies, and what they cost.
struct Measurement: Sendable {
  /// In nanoseconds, in the order in which they came.
  var latencies: [UInt64] = []
  /// More than there are latencies, where one covers several.
  var operations = 0
  /// Wall time; where callers overlap it is less than the sum of the latencies.
  var elapsedNanoseconds: UInt64 = 0
  var usage = Usage()

  init() {}

  /// The latencies of one caller, whose sum is the wall time.
  init(latencies: [UInt64], operationsPerLatency: Int = 1) {
    self.latencies = latencies
    operations = latencies.count * operationsPerLatency
    elapsedNanoseconds = latencies.reduce(0, +)
  }

  /// All turns together.
  init(_ turns: [Measurement]) { for turn in turns { merge(turn) } }

  /// Takes over another turn's.
  mutating func merge(_ other: Measurement) {
    latencies += other.latencies
    operations += other.operations
    elapsedNanoseconds += other.elapsedNanoseconds
    usage.cpuSeconds += other.usage.cpuSeconds
    usage.writtenBytes += other.usage.writtenBytes
  }
}

/// What processes used up.
struct Usage: Sendable {
  var cpuSeconds = 0.0
  /// This process: the bytes passed to `write`, since the kernel's count of bytes sent to the disk takes a whole folio, up to megabytes, for each
  /// page that is changed in it. A server: that count, since the other one would take in what it writes to its sockets.
  var writtenBytes = 0

  init() {}

  /// This process and, where given, a server beside it, up to now.
  init(server: Int32?) {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    for time in [usage.ru_utime, usage.ru_stime] { cpuSeconds += Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    writtenBytes = Self.count("wchar", "self")
    guard let server else { return }
    writtenBytes = Self.count("write_bytes", "\(server)")
    // The fields behind the name, which may itself hold blanks: the 12th and 13th are user and system time in ticks.
    let fields = Self.text("/proc/\(server)/stat").split(separator: ")").last?.split(separator: " ") ?? []
    let ticks = fields.count > 12 ? (Double(fields[11]) ?? 0) + (Double(fields[12]) ?? 0) : 0
    cpuSeconds += ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  static func - (later: Usage, earlier: Usage) -> Usage {
    var difference = Usage()
    difference.cpuSeconds = later.cpuSeconds - earlier.cpuSeconds
    difference.writtenBytes = later.writtenBytes - earlier.writtenBytes
    return difference
  }

  private static func count(_ name: String, _ process: String) -> Int {
    for line in text("/proc/\(process)/io").split(separator: "\n") where line.hasPrefix("\(name):") {
      return Int(line.split(separator: " ").last ?? "") ?? 0
    }
    return 0
  }

  static func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
}

/// Percentiles of latencies, in microseconds for one latency.
struct Percentiles: Sendable {
  private let sorted: [UInt64]

  init(_ latencies: [UInt64]) { sorted = latencies.sorted() }

  subscript(_ percent: Double) -> Double {
    if sorted.isEmpty { return .nan }
    let rank = Int((percent / 100 * Double(sorted.count)).rounded(.up))
    return Double(sorted[min(max(rank, 1), sorted.count) - 1]) / 1000
  }
}

/// Nanoseconds of the system's clock that never goes back, which all processes share.
func nanoseconds() -> UInt64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// Hands out the numbers from 0 up to a limit, to callers that take the next one when they are ready.
private final class Numbers: Sendable {
  private let next = Atomic<Int>(0)
  private let count: Int

  init(count: Int) { self.count = count }

  func take() -> Int? {
    let number = next.add(1, ordering: .relaxed).oldValue
    return number < count ? number : nil
  }
}

/// Something that happens once.
final class Latch: Sendable {
  private let flag = Atomic<Bool>(false)

  var isSet: Bool { flag.load(ordering: .relaxed) }

  func set() { flag.store(true, ordering: .relaxed) }
}

/// Runs `body(number, caller)` for the numbers below `count`, by that many callers at once, until all are done, the time is up or the latch is set.
func concurrently(
  callers: Int, count: Int, seconds: Double, until end: Latch? = nil, _ body: @escaping @Sendable (Int, Int) async throws -> Void
) async throws -> Measurement {
  let numbers = Numbers(count: count)
  let begin = nanoseconds()
  let deadline = begin + UInt64(seconds * 1e9)
  let call: @Sendable (Int) async throws -> [UInt64] = { caller in
    var latencies: [UInt64] = []
    while let number = numbers.take(), end?.isSet != true {
      let begin = nanoseconds()
      if begin >= deadline { break }
      try await body(number, caller)
      latencies.append(nanoseconds() - begin)
    }
    return latencies
  }
  var measurement = Measurement()
  if callers == 1 {
    measurement.latencies = try await call(0)
  } else {
    measurement.latencies = try await withThrowingTaskGroup(of: [UInt64].self) { group in
      for caller in 0..<callers { group.addTask { try await call(caller) } }
      return try await group.reduce(into: []) { $0 += $1 }
    }
  }
  measurement.operations = measurement.latencies.count
  measurement.elapsedNanoseconds = nanoseconds() - begin
  return measurement
}

/// The same for work that does not wait, on the calling thread.
func oneByOne(count: Int, seconds: Double, _ body: (Int) throws -> Void) rethrows -> Measurement {
  var measurement = Measurement()
  measurement.latencies.reserveCapacity(min(count, 1 << 20))
  let start = nanoseconds()
  let end = start + UInt64(seconds * 1e9)
  for number in 0..<count {
    let begin = nanoseconds()
    if begin >= end { break }
    try body(number)
    measurement.latencies.append(nanoseconds() - begin)
  }
  measurement.operations = measurement.latencies.count
  measurement.elapsedNanoseconds = nanoseconds() - start
  return measurement
}
