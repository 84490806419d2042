import Foundation
import Histogram

/// Latencies of one workload, in nanoseconds.
struct Measurement {
  let name: String
  private var histogram = Histogram<UInt64>(numberOfSignificantValueDigits: .three)
  /// Operations, where one latency covers several.
  var operationsPerLatency = 1
  /// Wall time of the whole workload, where callers overlap; nil means the sum of the latencies.
  var elapsedNanoseconds: UInt64?
  private(set) var total: UInt64 = 0
  private(set) var count = 0
  private(set) var all: [UInt64] = []

  init(_ name: String) { self.name = name }

  mutating func add(_ nanoseconds: UInt64) {
    _ = histogram.record(max(nanoseconds, 1))
    total += nanoseconds
    count += 1
    all.append(nanoseconds)
  }

  mutating func add(_ latencies: [UInt64]) { for latency in latencies { add(latency) } }

  func percentile(_ percentile: Double) -> Double { Double(histogram.valueAtPercentile(percentile)) / 1000 }

  /// Microseconds for one operation, at the median.
  var median: Double { percentile(50) / Double(operationsPerLatency) }

  var operationsPerSecond: Double {
    Double(count * operationsPerLatency) / (Double(elapsedNanoseconds ?? total) / 1e9)
  }
}

/// A workload beside its floor.
struct Comparison {
  let workload: String
  let ours: Measurement
  let floor: Measurement
  /// What the ratio is to stay within, as the project set it, or nil.
  let goal: String?
  /// Whether throughput is compared, and not the median of latencies.
  var comparesThroughput = false

  /// Ours over the floor: below 1 means ours is better for latencies, worse for throughput.
  var ratio: Double {
    comparesThroughput ? ours.operationsPerSecond / floor.operationsPerSecond : ours.median / floor.median
  }
}

/// Nanoseconds of the system's clock that never goes back, which all processes share.
func nanoseconds() -> UInt64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
