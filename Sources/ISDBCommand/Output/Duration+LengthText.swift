extension Duration {
  /// In the largest unit that says it exactly: `30d`, `90m`.
  var lengthText: String {
    let seconds = components.seconds
    let unit = [(86_400, "d"), (3600, "h"), (60, "m")].first { seconds >= $0.0 && seconds % Int64($0.0) == 0 } ?? (1, "s")
    return "\(seconds / Int64(unit.0))\(unit.1)"
  }
}
