/// The results as a Markdown table. Losing rows stay in it.
struct Report {
  let results: [Comparison]
  let sync: Measurement
  let keys: Int

  var markdown: String {
    var lines = [
      "\(keys) keys; the disk's own 4 KiB write and fdatasync: p50 \(format(sync.percentile(50))) µs, p99 \(format(sync.percentile(99))) µs",
      "",
      "| Workload | p50 µs | p99 µs | p99.9 µs | per second | Floor | p50 µs | p99 µs | per second | Ratio | Goal |",
      "|---|--:|--:|--:|--:|---|--:|--:|--:|--:|---|",
    ]
    for result in results {
      let (ours, floor) = (result.ours, result.floor)
      lines.append(
        "| \(result.workload) | \(format(ours.percentile(50))) | \(format(ours.percentile(99))) | \(format(ours.percentile(99.9))) "
          + "| \(whole(ours.operationsPerSecond)) | \(floor.name) | \(format(floor.percentile(50))) | \(format(floor.percentile(99))) "
          + "| \(whole(floor.operationsPerSecond)) | \(format(result.ratio)) | \(result.goal ?? "") |")
    }
    return lines.joined(separator: "\n")
  }

  private func format(_ number: Double) -> String {
    let scaled = (number * 100).rounded() / 100
    return scaled >= 100 ? "\(Int(scaled.rounded()))" : "\(scaled)"
  }

  private func whole(_ number: Double) -> String { "\(Int(number.rounded()))" }
}
