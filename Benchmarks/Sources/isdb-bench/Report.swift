import Foundation

/// The results as Markdown: first what was to be reached, then every contestant in every workload. Losing rows stay in it.
struct Report {
  let heading: String
  let rows: [Row]
  let goals: [Goal]

  var markdown: String {
    var lines = [heading, "", "| Workload | Compared | Value | Goal | |", "|---|---|--:|--:|---|"]
    lines += goals.map(Self.line)
    lines += [
      "",
      "| Workload | Store | p50 µs | p99 µs | p99.9 µs | per second | CPU µs each | bytes written each | files MB | disk sync p50 / p99 µs |",
      "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    lines += rows.map(Self.line)
    return lines.joined(separator: "\n") + "\n"
  }

  static func line(_ goal: Goal) -> String {
    let value = goal.value.map { short($0) + goal.unit } ?? "not measured"
    let verdict = goal.aim == nil ? "stated" : goal.isReached.map { $0 ? "reached" : "**not reached**" } ?? ""
    return "| \(goal.workload) | \(goal.measure) | \(value) | \(goal.aim ?? "–") | \(verdict) |"
  }

  static func line(_ row: Row) -> String {
    let files = row.fileBytes.map { short(Double($0) / 1e6) } ?? "–"
    let measurement = row.measurement
    guard !measurement.latencies.isEmpty else {
      return "| \(row.workload) | \(row.contestant) | \(row.note ?? "–") | | | | | | \(files) | |"
    }
    let percentiles = Percentiles(measurement.latencies)
    let operations = Double(measurement.operations)
    let cpu = measurement.usage.cpuSeconds > 0 ? short(measurement.usage.cpuSeconds * 1e6 / operations) : "–"
    let written = measurement.usage.writtenBytes > 0 ? short(Double(measurement.usage.writtenBytes) / operations) : "–"
    let sync = row.sync.map { Percentiles($0.latencies) }.map { "\(short($0[50])) / \(short($0[99]))" } ?? "–"
    let name = row.note.map { "\(row.contestant) (\($0))" } ?? row.contestant
    return
      "| \(row.workload) | \(name) | \(short(percentiles[50])) | \(short(percentiles[99])) | \(short(percentiles[99.9])) "
      + "| \(short(measurement.perSecond)) | \(cpu) | \(written) | \(files) | \(sync) |"
  }
}

extension Measurement {
  var perSecond: Double { elapsedNanoseconds == 0 ? .nan : Double(operations) / (Double(elapsedNanoseconds) / 1e9) }

  /// Microseconds of one operation, at the median.
  var median: Double { Percentiles(latencies)[50] * Double(latencies.count) / Double(max(operations, 1)) }
}
