#if Network
  #if canImport(FoundationEssentials)
    internal import FoundationEssentials
  #else
    internal import Foundation
  #endif

  /// The time of day, as HTTP needs it.
  package enum WallClock {
    /// Seconds since 1970.
    package static var secondsSince1970: Double { Date().timeIntervalSince1970 }

    /// The seconds since 1970 of a date such as `Sun, 06 Nov 1994 08:49:37 GMT`; nil for anything else.
    ///
    /// RFC 9110, section 5.6.7, the one form that may be sent.
    static func seconds(fromHTTPDate text: String) -> Double? {
      let parts = text.split(separator: " ")
      guard parts.count == 6, parts[5] == "GMT", parts[4].utf8.count == 8 else { return nil }
      let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
      let clock = parts[4].split(separator: ":").map { Int($0) }
      guard
        let month = months.firstIndex(of: String(parts[2])), let day = Int(parts[1]), let year = Int(parts[3]), clock.count == 3,
        let hour = clock[0], let minute = clock[1], let second = clock[2], (1...31).contains(day), (1970...9999).contains(year),
        (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
      else { return nil }
      let days = daysSince1970(year: year, month: month + 1, day: day)
      return Double(((days * 24 + hour) * 60 + minute) * 60 + second)
    }

    /// Days between 1970-01-01 and a day of the Gregorian calendar; the year is taken to begin in March, so that leap days come last.
    private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
      let marchYear = month <= 2 ? year - 1 : year
      let era = marchYear / 400
      let yearOfEra = marchYear - era * 400
      let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
      let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
      // 146,097 days in 400 years; 719,468 days from March of year 0 to 1970.
      return era * 146_097 + dayOfEra - 719_468
    }
  }
#endif
