internal import OCI

/// Makes values of JSON that `JSONGuard` has accepted: nothing here is checked again.
struct JSONParser {
  // Invariants:
  // - `bytes` is one JSON value, valid UTF-8, of at most the guard's depth; `position` is inside it or at its end.

  /// Objects of a cluster are at most etcd's request, 1.5 MiB; ours may hold a stream of 10⁵ tags, some 300 B each.
  static let limits = JSONGuard(maximumBytes: 64 << 20, maximumDepth: 64, maximumTokens: 8_000_000)

  private let bytes: [UInt8]
  private var position = 0

  private init(bytes: [UInt8]) { self.bytes = bytes }

  /// The value that the bytes spell.
  static func parse(_ bytes: [UInt8]) throws(ObjectError) -> JSONValue {
    do { try limits.check(bytes, subject: "document") } catch { throw ObjectError(place: "", reason: error.message) }
    var parser = JSONParser(bytes: bytes)
    return parser.value()
  }

  private mutating func value() -> JSONValue {
    switch next() {
    case UInt8(ascii: "{"): return object()
    case UInt8(ascii: "["): return array()
    case UInt8(ascii: "\""): return .string(string())
    case UInt8(ascii: "t"):
      position += 4
      return .boolean(true)
    case UInt8(ascii: "f"):
      position += 5
      return .boolean(false)
    case UInt8(ascii: "n"):
      position += 4
      return .null
    default: return number()
    }
  }

  private mutating func object() -> JSONValue {
    var members: [JSONValue.Member] = []
    position += 1
    while next() != UInt8(ascii: "}") {
      if next() == UInt8(ascii: ",") { position += 1 }
      _ = next()
      let name = string()
      _ = next()
      position += 1  // the colon
      members.append(JSONValue.Member(name, value()))
    }
    position += 1
    return .object(members)
  }

  private mutating func array() -> JSONValue {
    var elements: [JSONValue] = []
    position += 1
    while next() != UInt8(ascii: "]") {
      if next() == UInt8(ascii: ",") { position += 1 }
      elements.append(value())
    }
    position += 1
    return .array(elements)
  }

  private mutating func number() -> JSONValue {
    let start = position
    while position < bytes.count, Self.isOfNumber(bytes[position]) { position += 1 }
    return .number(String(decoding: bytes[start..<position], as: UTF8.self))
  }

  private static func isOfNumber(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "+-.eE".utf8.contains(byte)
  }

  /// The next byte that is no space; 0 at the end, which the guard has excluded.
  private mutating func next() -> UInt8 {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return bytes[position]
      }
    }
    return 0
  }

  private mutating func string() -> String {
    position += 1
    let start = position
    while position < bytes.count, bytes[position] != UInt8(ascii: "\""), bytes[position] != UInt8(ascii: "\\") { position += 1 }
    var text = Array(bytes[start..<position])
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
      if bytes[position] == UInt8(ascii: "\\") { escape(into: &text) } else { text.append(take()) }
    }
    position += 1
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func take() -> UInt8 {
    defer { position += 1 }
    return bytes[position]
  }

  private mutating func escape(into text: inout [UInt8]) {
    position += 1
    switch take() {
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      var unit = codeUnit()
      if (0xD800...0xDBFF).contains(unit) {
        position += 2  // the second escape of the pair
        unit = 0x10000 + (unit - 0xD800) << 10 + (codeUnit() - 0xDC00)
      }
      if let scalar = Unicode.Scalar(unit) { text.append(contentsOf: String(Character(scalar)).utf8) }
    case let byte: text.append(byte)
    }
  }

  private mutating func codeUnit() -> UInt32 {
    var unit: UInt32 = 0
    for _ in 0..<4 { unit = unit << 4 | UInt32(Character(Unicode.Scalar(take())).hexDigitValue ?? 0) }
    return unit
  }
}

extension JSONValue {
  /// The value that the bytes spell, as RFC 8259 has it and without duplicate names.
  ///
  /// - Throws: `ObjectError` past 64 MiB or 64 levels, and for anything that is not one JSON value.
  public init(parsing bytes: [UInt8]) throws(ObjectError) { self = try JSONParser.parse(bytes) }
}
