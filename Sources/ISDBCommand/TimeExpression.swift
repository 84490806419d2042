import Foundation
import MVCC

/// A time as people write one: RFC 3339, a local date or time of day, or how long ago.
///
///     2026-01-31T09:05:00Z   2026-01-31 09:05   2026-01-31   09:05   today   yesterday   yesterday 18:30   now
///     10m   10m ago   1h30m ago   3 days ago   -2w
///
/// A time without an offset is local; a date without a time begins at midnight.
struct TimeExpression {
  private let now: Timestamp
  private let offset: @Sendable (Timestamp) -> Int64

  /// - Parameter offset: the seconds that local time is ahead of UTC at a time.
  init(now: Timestamp, offset: @escaping @Sendable (Timestamp) -> Int64) {
    self.now = now
    self.offset = offset
  }

  /// Relative to the present, in the zone that `TZ` or the system sets.
  static func current() -> TimeExpression {
    TimeExpression(now: .now) { time in
      Int64(TimeZone.current.secondsFromGMT(for: Date(timeIntervalSince1970: Double(time.millisecondsSinceEpoch) / 1000)))
    }
  }

  /// - Throws: `StoreError` with code `invalidArgument` when `text` is not a time.
  func time(_ text: String) throws -> Timestamp {
    let trimmed = text.trimmingCharacters(in: .whitespaces)
    if let time = Timestamp(trimmed) ?? local(trimmed) ?? ago(trimmed.lowercased()) { return time }
    throw StoreError(
      .invalidArgument,
      "\"\(text.printable)\" is not a time; write one like 2026-01-31T09:05:00Z, \"2026-01-31 09:05\", yesterday, 09:05 or \"10m ago\"")
  }

  /// A revision number, a time, or `latest`.
  ///
  /// - Throws: `StoreError` with code `invalidArgument` when `text` is none of them.
  func point(_ text: String) throws -> ReadPoint {
    if text == "latest" { return .latest }
    if text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let number = Int64(text) {
      return .revision(Revision(number))
    }
    do {
      return .time(try time(text))
    } catch {
      throw StoreError(
        .invalidArgument,
        "\"\(text.printable)\" is neither a revision nor a time; write a number, or a time like 2026-01-31T09:05:00Z, yesterday or \"10m ago\""
      )
    }
  }

  // MARK: Dates and times of day

  private func local(_ text: String) -> Timestamp? {
    if text == "now" { return now }
    let words = text.split(omittingEmptySubsequences: true) { $0 == " " || $0 == "T" }.map(String.init)
    guard let first = words.first, words.count <= 2 else { return nil }
    if first.contains(":") { return words.count == 1 ? moment(date: date(daysAgo: 0), timeOfDay: first) : nil }
    let date =
      switch first {
      case "today": date(daysAgo: 0)
      case "yesterday": date(daysAgo: 1)
      default: first
      }
    return moment(date: date, timeOfDay: words.count == 2 ? words[1] : "00:00")
  }

  private func date(daysAgo days: Int64) -> String {
    let local = now + .seconds(offset(now) - days * 86_400)
    return String(local.description.prefix(10))
  }

  /// The local clock reads that date and time then. Where clocks are set back, the earlier of the two.
  private func moment(date: String, timeOfDay: String) -> Timestamp? {
    let seconds = timeOfDay.utf8.count == 5 ? ":00" : ""
    guard let utc = Timestamp("\(date)T\(timeOfDay)\(seconds)Z") else { return nil }
    let guess = utc - .seconds(offset(utc))
    return utc - .seconds(offset(guess))
  }

  // MARK: How long ago

  private func ago(_ text: String) -> Timestamp? {
    var text = text[...]
    if text.hasSuffix(" ago") { text = text.dropLast(4) } else if text.hasPrefix("-") { text = text.dropFirst() }
    return Self.length(text).map { now - $0 }
  }

  /// A length of time, such as `30d`, `1h30m` or `2 weeks`.
  ///
  /// - Throws: `StoreError` with code `invalidArgument` when `text` is not one.
  static func duration(_ text: String) throws -> Duration {
    if let length = length(text.lowercased()[...]) { return length }
    throw StoreError(.invalidArgument, "\"\(text.printable)\" is not a length of time; write one like 90s, 1h30m, 30d or \"2 weeks\"")
  }

  private static func length(_ text: Substring) -> Duration? {
    var text = text
    var seconds: Int64 = 0
    var parts = 0
    while true {
      text = text.drop { $0 == " " }
      if text.isEmpty { break }
      let digits = text.prefix { ("0"..."9").contains($0) }
      text = text.dropFirst(digits.count).drop { $0 == " " }
      let unit = text.prefix { ("a"..."z").contains($0) }
      text = text.dropFirst(unit.count)
      guard let count = Int64(digits), let length = self.seconds(in: unit) else { return nil }
      let (product, tooLarge) = count.multipliedReportingOverflow(by: length)
      let (sum, overflows) = seconds.addingReportingOverflow(product)
      // Beyond what a timestamp in milliseconds can go back.
      guard !tooLarge, !overflows, sum <= maximumSeconds else { return nil }
      seconds = sum
      parts += 1
    }
    return parts == 0 ? nil : .seconds(seconds)
  }

  /// A thousand years, which no store goes back.
  private static let maximumSeconds: Int64 = 1000 * 366 * 86_400

  private static func seconds(in unit: Substring) -> Int64? {
    switch unit {
    case "s", "sec", "secs", "second", "seconds": 1
    case "m", "min", "mins", "minute", "minutes": 60
    case "h", "hr", "hrs", "hour", "hours": 3600
    case "d", "day", "days": 86_400
    case "w", "week", "weeks": 7 * 86_400
    default: nil
    }
  }
}
