/// A JSON value that keeps what a decoder would lose: the order of members, and numbers digit by digit.
///
/// Two values are equal when they mean the same: the order of members and the spelling of a number do not count.
public indirect enum JSONValue: Sendable {
  case null
  case boolean(Bool)
  /// A number as RFC 8259 spells it.
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([Member])

  /// One name and its value.
  public struct Member: Hashable, Sendable {
    /// The name.
    public let name: String
    /// The value.
    public let value: JSONValue

    /// A member.
    public init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  /// A whole number.
  public static func integer(_ number: some BinaryInteger) -> JSONValue { .number(String(number)) }

  /// A map of text by name.
  public static func map(_ map: [String: String]) -> JSONValue {
    .object(map.sorted { $0.key < $1.key }.map { Member($0.key, .string($0.value)) })
  }

  /// The value of a member; nil when this is no object or has none of that name.
  public subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// The text, when it is a string.
  public var text: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  /// What it is, in words that follow "is".
  var typeName: String {
    switch self {
    case .null: "null"
    case .boolean(let value): value ? "true" : "false"
    case .number(let digits): "the number \(digits)"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }

  /// The value without what Go's `omitempty` leaves out: null, false, zero, and empty strings, arrays and objects, at every depth.
  ///
  /// Two objects that a cluster reads as the same object are equal in this form. Elements of arrays stay, so that their places do.
  public var withoutEmpties: JSONValue {
    switch self {
    case .array(let elements): .array(elements.map(\.withoutEmpties))
    case .object(let members):
      .object(
        members.compactMap { member in
          let value = member.value.withoutEmpties
          return value.isEmpty ? nil : Member(member.name, value)
        })
    default: self
    }
  }

  private var isEmpty: Bool {
    switch self {
    case .null, .boolean(false): true
    case .number(let digits): Double(digits) == 0
    case .string(let text): text.isEmpty
    case .array(let elements): elements.isEmpty
    case .object(let members): members.isEmpty
    case .boolean(true): false
    }
  }
}

extension JSONValue: Hashable {
  public static func == (left: JSONValue, right: JSONValue) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.boolean(let left), .boolean(let right)): left == right
    case (.number(let left), .number(let right)):
      left == right || (Int64(left) == nil || Int64(right) == nil) && Double(left) == Double(right)
    case (.string(let left), .string(let right)): left == right
    case (.array(let left), .array(let right)): left == right
    case (.object(let left), .object(let right)):
      left.count == right.count
        && (left == right || left.sorted { $0.name < $1.name } == right.sorted { $0.name < $1.name })
    default: false
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .boolean(let value): hasher.combine(value)
    case .number(let digits): hasher.combine(Double(digits))
    case .string(let text): hasher.combine(text)
    case .array(let elements): hasher.combine(elements)
    case .object(let members): hasher.combine(Set(members.map(\.name)))
    }
  }
}
