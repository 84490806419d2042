public import MVCC

/// A time as an object spells it.
///
/// It is kept as it was read, so that an object that a cluster would refuse for its spelling can still be read, written and complained about.
public struct ObjectTime: Hashable, Sendable {
  /// How it is spelt; RFC 3339 when a cluster wrote it.
  public let spelling: String

  /// A time as it was read.
  public init(spelling: String) { self.spelling = spelling }

  /// A time to the second, as a cluster writes it: `2026-01-31T09:05:00Z`.
  public init(_ time: Timestamp) {
    let milliseconds = time.millisecondsSinceEpoch
    let seconds = milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000
    spelling = Timestamp(millisecondsSinceEpoch: seconds * 1000).description
  }

  /// The time; nil when the spelling is not RFC 3339's, to the letter.
  public var timestamp: Timestamp? { refusal == nil ? Timestamp(spelling) : nil }

  /// Why a cluster would refuse the spelling, in the words of Go's time package; nil when it would not.
  public var refusal: String? {
    var rest = Substring(spelling)
    // Go's layout for RFC 3339, element by element; `Z07:00` takes what is left.
    for element in ["2006", "-", "01", "-", "02", "T", "15", ":", "04", ":", "05"] {
      if element.utf8.first.map({ !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) ?? true {
        guard rest.hasPrefix(element) else { return cannotParse(rest, element) }
        rest = rest.dropFirst(element.count)
      } else {
        let digits = rest.prefix(element.count)
        guard digits.utf8.count == element.count, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
          return cannotParse(rest, element)
        }
        rest = rest.dropFirst(element.count)
      }
    }
    if rest.hasPrefix(".") || rest.hasPrefix(",") { rest = rest.dropFirst().drop { $0.isASCII && $0.isNumber } }
    guard rest == "Z" || rest.wholeMatch(of: /[+-][0-9]{2}:[0-9]{2}/) != nil else { return cannotParse(rest, "Z07:00") }
    return Timestamp(spelling) == nil ? "parsing time \"\(spelling)\": a part of it is out of range" : nil
  }

  private func cannotParse(_ rest: Substring, _ element: String) -> String {
    "parsing time \"\(spelling)\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"\(rest)\" as \"\(element)\""
  }
}

extension FieldReader {
  mutating func time(_ name: String) throws(ObjectError) -> ObjectTime? {
    let spelling = try string(name)
    return spelling.isEmpty ? nil : ObjectTime(spelling: spelling)
  }
}

extension FieldWriter {
  mutating func add(_ name: String, _ time: ObjectTime?) { add(name, time?.spelling ?? "") }
}
