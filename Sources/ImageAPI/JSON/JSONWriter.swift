/// Writes a value as JSON: members in their order, nothing but ASCII controls, quotes and backslashes escaped.
struct JSONWriter {
  private var bytes: [UInt8] = []
  private let indentation: Int?

  init(indentation: Int?) { self.indentation = indentation }

  static func write(_ value: JSONValue, indentation: Int?) -> [UInt8] {
    var writer = JSONWriter(indentation: indentation)
    writer.append(value, depth: 0)
    return writer.bytes
  }

  private mutating func append(_ value: JSONValue, depth: Int) {
    switch value {
    case .null: bytes += Array("null".utf8)
    case .boolean(let flag): bytes += Array((flag ? "true" : "false").utf8)
    case .number(let digits): bytes += Array(digits.utf8)
    case .string(let text): append(text)
    case .array(let elements):
      append("[", elements, "]", depth) { writer, element in writer.append(element, depth: depth + 1) }
    case .object(let members):
      append("{", members, "}", depth) { writer, member in
        writer.append(member.name)
        writer.bytes.append(UInt8(ascii: ":"))
        if writer.indentation != nil { writer.bytes.append(UInt8(ascii: " ")) }
        writer.append(member.value, depth: depth + 1)
      }
    }
  }

  private mutating func append<Element>(
    _ open: Unicode.Scalar, _ elements: [Element], _ close: Unicode.Scalar, _ depth: Int, each: (inout JSONWriter, Element) -> Void
  ) {
    bytes.append(UInt8(ascii: open))
    for (index, element) in elements.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      breakLine(depth + 1)
      each(&self, element)
    }
    if !elements.isEmpty { breakLine(depth) }
    bytes.append(UInt8(ascii: close))
  }

  private mutating func breakLine(_ depth: Int) {
    guard let indentation else { return }
    bytes.append(UInt8(ascii: "\n"))
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth * indentation))
  }

  private mutating func append(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): bytes += [UInt8(ascii: "\\"), byte]
      case UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0x0A: bytes += Array("\\n".utf8)
      case 0x0D: bytes += Array("\\r".utf8)
      case 0x09: bytes += Array("\\t".utf8)
      case 0..<0x20, 0x7F:
        let digits = String(byte, radix: 16)
        bytes += Array(("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8)
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}

extension JSONValue {
  /// The value as JSON on one line.
  public var compactJSON: String { String(decoding: JSONWriter.write(self, indentation: nil), as: UTF8.self) }

  /// The value as JSON, indented by two spaces a level, for people.
  public var indentedJSON: String { String(decoding: JSONWriter.write(self, indentation: 2), as: UTF8.self) }
}
