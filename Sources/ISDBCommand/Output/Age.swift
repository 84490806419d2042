import MVCC

/// How long ago something was, in the one unit that says most: `5 minutes ago`.
struct Age: CustomStringConvertible {
  private let seconds: Int64

  init(of time: Timestamp, now: Timestamp) {
    seconds = (now.millisecondsSinceEpoch - time.millisecondsSinceEpoch) / 1000
  }

  /// How long something lasted: `5 minutes`.
  static func span(from start: Timestamp, to end: Timestamp) -> String {
    let age = Age(of: start, now: end)
    return age.seconds < 1 ? "under a second" : age.length
  }

  var description: String {
    switch seconds {
    case ..<(-1): "in the future"
    case ..<1: "just now"
    default: "\(length) ago"
    }
  }

  private var length: String {
    switch seconds {
    case ..<120: text(seconds, "second")
    case ..<(2 * 3600): text(seconds / 60, "minute")
    case ..<(2 * 86_400): text(seconds / 3600, "hour")
    case ..<(14 * 86_400): text(seconds / 86_400, "day")
    case ..<(60 * 86_400): text(seconds / (7 * 86_400), "week")
    case ..<(2 * 365 * 86_400): text(seconds / (30 * 86_400), "month")
    default: text(seconds / (365 * 86_400), "year")
    }
  }

  private func text(_ count: Int64, _ unit: String) -> String { "\(count) \(unit)\(count == 1 ? "" : "s")" }
}
