import MVCC
import Testing

@testable import ISDBCommand

/// It is Friday, 2026-01-30, 12:00 in UTC; local time is two hours ahead, in summer three.
private let expression = TimeExpression(now: Timestamp("2026-01-30T12:00:00Z")!) { time in
  time < Timestamp("2026-03-29T01:00:00Z")! ? 7200 : 10_800
}

struct TimeExpressionTests {
  @Test(arguments: [
    ("2026-01-31T09:05:00Z", "2026-01-31T09:05:00Z"),
    ("2026-01-31T09:05:00+01:00", "2026-01-31T08:05:00Z"),
    ("2026-01-31T09:05:00.250Z", "2026-01-31T09:05:00.250Z"),
    ("2026-01-29", "2026-01-28T22:00:00Z"),
    ("2026-01-29 09:05", "2026-01-29T07:05:00Z"),
    ("2026-01-29T09:05:30", "2026-01-29T07:05:30Z"),
    ("2026-07-01", "2026-06-30T21:00:00Z"),
    ("now", "2026-01-30T12:00:00Z"),
    ("today", "2026-01-29T22:00:00Z"),
    ("yesterday", "2026-01-28T22:00:00Z"),
    ("yesterday 18:30", "2026-01-29T16:30:00Z"),
    ("09:05", "2026-01-30T07:05:00Z"),
    ("10m", "2026-01-30T11:50:00Z"),
    ("10m ago", "2026-01-30T11:50:00Z"),
    ("-10m", "2026-01-30T11:50:00Z"),
    ("1h30m ago", "2026-01-30T10:30:00Z"),
    ("1 hour 30 minutes ago", "2026-01-30T10:30:00Z"),
    ("3 days ago", "2026-01-27T12:00:00Z"),
    ("2W", "2026-01-16T12:00:00Z"),
    ("0s", "2026-01-30T12:00:00Z"),
  ])
  func `a time is read as people write it`(text: String, expected: String) throws {
    #expect(try expression.time(text).description == expected)
  }

  @Test(arguments: [
    "", " ", "tomorrow", "10", "10 parsecs", "ago", "m", "10m later", "2026-02-30", "2026-13-01", "25:00", "9:05", "yesterday today",
    "2026-01-31T09:05:00 Z", "99999999999999999999d", "9223372036854775807w", "400000 days", "1h-30m", "- -1h",
  ])
  func `what is not a time is refused with an example`(text: String) throws {
    let error = try #require(throws: StoreError.self) { try expression.time(text) }
    #expect(error.code == .invalidArgument)
    #expect(error.message.contains("2026-01-31T09:05:00Z"))
  }

  @Test func `a point is a revision, a time or the latest`() throws {
    #expect(try expression.point("12") == .revision(12))
    #expect(try expression.point("latest") == .latest)
    #expect(try expression.point("10m") == .time(Timestamp("2026-01-30T11:50:00Z")!))
  }

  @Test(arguments: ["", "-1", "1.5", "99999999999999999999", "newest"])
  func `what is neither a revision nor a time is refused`(text: String) {
    #expect(throws: StoreError.self) { try expression.point(text) }
  }
}
