/// JSON as RFC 8259 has it: members in the order given, nothing but ASCII controls, quotes and backslashes escaped.
struct JSONText {
  private var text = ""
  private let indentation: Int?

  /// One line, for streams of documents.
  static func compact(_ document: Document) -> String { render(document, indentation: nil) }

  /// Indented by two spaces a level, for people.
  static func indented(_ document: Document) -> String { render(document, indentation: 2) }

  private static func render(_ document: Document, indentation: Int?) -> String {
    var json = JSONText(indentation: indentation)
    json.append(document, depth: 0)
    return json.text
  }

  private init(indentation: Int?) { self.indentation = indentation }

  private mutating func append(_ document: Document, depth: Int) {
    switch document {
    case .boolean(let value): text += value ? "true" : "false"
    case .integer(let number): text += String(number)
    case .string(let string): append(string)
    case .array(let elements):
      append("[", elements, "]", depth) { json, element in json.append(element, depth: depth + 1) }
    case .object(let members):
      append("{", members, "}", depth) { json, member in
        json.append(member.name)
        json.text += json.indentation == nil ? ":" : ": "
        json.append(member.value, depth: depth + 1)
      }
    }
  }

  private mutating func append<Element>(
    _ open: String, _ elements: [Element], _ close: String, _ depth: Int, each: (inout JSONText, Element) -> Void
  ) {
    text += open
    for (index, element) in elements.enumerated() {
      if index > 0 { text += "," }
      breakLine(depth + 1)
      each(&self, element)
    }
    if !elements.isEmpty { breakLine(depth) }
    text += close
  }

  private mutating func breakLine(_ depth: Int) {
    guard let indentation else { return }
    text += "\n" + String(repeating: " ", count: depth * indentation)
  }

  private mutating func append(_ string: String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
