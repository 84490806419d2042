internal import LMDB

/// A wall-clock time in milliseconds, as the store keeps it with every commit.
public struct Timestamp: Hashable, Comparable, Sendable {
  /// Milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
  public let millisecondsSinceEpoch: Int64

  /// The time that many milliseconds after 1970-01-01T00:00:00Z.
  public init(millisecondsSinceEpoch: Int64) { self.millisecondsSinceEpoch = millisecondsSinceEpoch }

  /// The wall clock's time.
  public static var now: Timestamp { Timestamp(millisecondsSinceEpoch: WallClock.millisecondsSinceEpoch) }

  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.millisecondsSinceEpoch < right.millisecondsSinceEpoch
  }

  /// The time `duration` later, to the millisecond.
  public static func + (time: Timestamp, duration: Duration) -> Timestamp {
    Timestamp(millisecondsSinceEpoch: time.millisecondsSinceEpoch + duration.milliseconds)
  }

  /// The time `duration` earlier, to the millisecond.
  public static func - (time: Timestamp, duration: Duration) -> Timestamp { time + (Duration.zero - duration) }

  /// The time that passed from `earlier` to `later`.
  public static func - (later: Timestamp, earlier: Timestamp) -> Duration {
    .milliseconds(later.millisecondsSinceEpoch - earlier.millisecondsSinceEpoch)
  }
}

extension Duration {
  /// Whole milliseconds, rounded towards zero.
  var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}

// MARK: RFC 3339

extension Timestamp: LosslessStringConvertible {
  /// The time in UTC, as RFC 3339 writes it: `2026-01-31T09:05:00Z`, with `.sss` when milliseconds are not zero.
  public var description: String {
    let milliseconds = millisecondsSinceEpoch.modulo(1000)
    let seconds = (millisecondsSinceEpoch - milliseconds) / 1000
    let secondOfDay = seconds.modulo(86_400)
    let (year, month, day) = civilDate(daysSinceEpoch: (seconds - secondOfDay) / 86_400)
    var text = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T"
    text += "\(padded(secondOfDay / 3600, 2)):\(padded(secondOfDay / 60 % 60, 2)):\(padded(secondOfDay % 60, 2))"
    if milliseconds != 0 { text += ".\(padded(milliseconds, 3))" }
    return text + "Z"
  }

  /// Reads an RFC 3339 time with any offset; nil when `text` is not one. Digits finer than a millisecond are cut off.
  public init?(_ text: String) {
    var scanner = DigitScanner(text)
    guard let year = scanner.number(digits: 4), scanner.skip("-"), let month = scanner.number(digits: 2), scanner.skip("-"),
      let day = scanner.number(digits: 2), scanner.skip("T") || scanner.skip("t") || scanner.skip(" "),
      let hour = scanner.number(digits: 2), scanner.skip(":"), let minute = scanner.number(digits: 2), scanner.skip(":"),
      let second = scanner.number(digits: 2), (1...12).contains(month), (1...daysIn(month: month, year: year)).contains(day),
      hour < 24, minute < 60, second <= 60
    else { return nil }
    var milliseconds: Int64 = 0
    if scanner.skip(".") {
      guard let fraction = scanner.fraction(digits: 3) else { return nil }
      milliseconds = fraction
    }
    var offsetSeconds: Int64 = 0
    if !scanner.skip("Z") && !scanner.skip("z") {
      let sign: Int64
      if scanner.skip("+") { sign = 1 } else if scanner.skip("-") { sign = -1 } else { return nil }
      guard let hours = scanner.number(digits: 2), scanner.skip(":"), let minutes = scanner.number(digits: 2), hours < 24, minutes < 60
      else { return nil }
      offsetSeconds = sign * (hours * 3600 + minutes * 60)
    }
    guard scanner.isAtEnd else { return nil }
    let days = daysSinceEpoch(year: year, month: month, day: day)
    let seconds = days * 86_400 + hour * 3600 + minute * 60 + min(second, 59) - offsetSeconds
    millisecondsSinceEpoch = seconds * 1000 + milliseconds
  }
}

private struct DigitScanner {
  private let bytes: [UInt8]
  private var position = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  var isAtEnd: Bool { position == bytes.count }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard position < bytes.count, UInt32(bytes[position]) == character.value else { return false }
    position += 1
    return true
  }

  mutating func number(digits: Int) -> Int64? {
    guard position + digits <= bytes.count else { return nil }
    var number: Int64 = 0
    for byte in bytes[position..<position + digits] {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      number = number * 10 + Int64(byte - UInt8(ascii: "0"))
    }
    position += digits
    return number
  }

  /// The first `digits` decimal places; further ones are passed over.
  mutating func fraction(digits: Int) -> Int64? {
    var number: Int64 = 0
    var seen = 0
    while let digit = self.number(digits: 1) {
      if seen < digits { number = number * 10 + digit }
      seen += 1
    }
    guard seen > 0 else { return nil }
    for _ in 0..<max(0, digits - seen) { number *= 10 }
    return number
  }
}

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar, counting years from March so that a leap day comes last.
private func daysSinceEpoch(year: Int64, month: Int64, day: Int64) -> Int64 {
  let shiftedYear = month <= 2 ? year - 1 : year
  let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
  let yearOfEra = shiftedYear - era * 400
  let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
  let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
  return era * 146_097 + dayOfEra - 719_468  // 719,468 days from 0000-03-01 to 1970-01-01
}

private func civilDate(daysSinceEpoch days: Int64) -> (year: Int64, month: Int64, day: Int64) {
  let shifted = days + 719_468
  let dayOfEra = shifted.modulo(146_097)
  let era = (shifted - dayOfEra) / 146_097
  let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
  let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  let shiftedMonth = (5 * dayOfYear + 2) / 153
  let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
}

private func daysIn(month: Int64, year: Int64) -> Int64 {
  switch month {
  case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
  case 4, 6, 9, 11: 30
  default: 31
  }
}

private func padded(_ number: Int64, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

extension Int64 {
  /// The remainder that is never negative.
  fileprivate func modulo(_ divisor: Int64) -> Int64 {
    let remainder = self % divisor
    return remainder < 0 ? remainder + divisor : remainder
  }
}
