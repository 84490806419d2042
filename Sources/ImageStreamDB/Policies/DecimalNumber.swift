/// A decimal number of any length, compared digit by digit.
///
/// Not a floating-point number: build numbers such as `20261121143000123` have more digits than one keeps, and two builds would be the same.
struct DecimalNumber: Hashable, Sendable {
  private let isNegative: Bool
  /// Without leading zeros; empty for zero.
  private let whole: String
  /// Without trailing zeros.
  private let fraction: String

  /// Digits with an optional sign and an optional fraction; nil for anything else.
  init?(_ text: String) {
    var rest = text[...]
    let hasMinus = rest.first == "-"
    if hasMinus || rest.first == "+" { rest.removeFirst() }
    let (whole, fraction) = rest.divided(at: ".")
    guard !whole.isEmpty, whole.utf8.allSatisfy(\.isDigit) else { return nil }
    if let fraction { guard !fraction.isEmpty, fraction.utf8.allSatisfy(\.isDigit) else { return nil } }
    self.whole = String(whole.drop { $0 == "0" })
    var digits = fraction ?? ""
    while digits.last == "0" { digits.removeLast() }
    self.fraction = String(digits)
    isNegative = hasMinus && !(self.whole.isEmpty && self.fraction.isEmpty)
  }
}

extension DecimalNumber: Comparable {
  static func < (left: DecimalNumber, right: DecimalNumber) -> Bool {
    if left.isNegative != right.isNegative { return left.isNegative }
    return left.isNegative ? right.isSmaller(than: left) : left.isSmaller(than: right)
  }

  /// Compares without the signs.
  private func isSmaller(than other: DecimalNumber) -> Bool {
    if whole.utf8.count != other.whole.utf8.count { return whole.utf8.count < other.whole.utf8.count }
    return whole != other.whole ? whole < other.whole : fraction < other.fraction
  }
}
