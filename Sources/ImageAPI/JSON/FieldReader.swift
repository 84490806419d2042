internal import OCI

/// The members of one JSON object, read by name; what is wrong is said with its place in the document.
///
/// Null counts as absent, as in Go. Members that nobody asks for are unknown; `finish()` notes them as warnings, in a cluster's words.
struct FieldReader {
  /// What the readers of one document share.
  final class Notes {
    var warnings: [String] = []
  }

  let place: String
  private var rest: [String: JSONValue]
  private var order: [String]
  private let notes: Notes

  init(_ value: JSONValue, at place: String, notes: Notes) throws(ObjectError) {
    guard case .object(let members) = value else {
      throw ObjectError(place: place, reason: "it is \(value.typeName) and must be an object")
    }
    self.place = place
    self.notes = notes
    rest = Dictionary(members.map { ($0.name, $0.value) }) { first, _ in first }
    order = members.map(\.name)
  }

  private func placeOf(_ name: String) -> String { place.isEmpty ? name : "\(place).\(name)" }

  private func wrong(_ name: String, _ value: JSONValue, _ wanted: String) -> ObjectError {
    ObjectError(place: placeOf(name), reason: "it is \(value.typeName) and must be \(wanted)")
  }

  /// The member's value; nil when it is absent or null.
  mutating func value(_ name: String) -> JSONValue? {
    guard let value = rest.removeValue(forKey: name) else { return nil }
    if case .null = value { return nil }
    return value
  }

  /// A string, the empty one when it is absent.
  mutating func string(_ name: String) throws(ObjectError) -> String {
    guard let value = value(name) else { return "" }
    guard case .string(let text) = value else {
      var wanted = "a string"
      switch value {
      case .number, .boolean: wanted += "; put it in quotation marks"
      default: break
      }
      throw wrong(name, value, wanted)
    }
    return text
  }

  /// True or false, false when it is absent.
  mutating func boolean(_ name: String) throws(ObjectError) -> Bool {
    guard let value = value(name) else { return false }
    guard case .boolean(let flag) = value else { throw wrong(name, value, "true or false") }
    return flag
  }

  /// A whole number of 64 bits.
  mutating func integer(_ name: String) throws(ObjectError) -> Int64? {
    guard let value = value(name) else { return nil }
    guard case .number(let digits) = value, let number = Int64(digits) else {
      throw wrong(name, value, "a whole number of 64 bits")
    }
    return number
  }

  /// Strings by name; nil when they are absent.
  mutating func map(_ name: String) throws(ObjectError) -> [String: String]? {
    guard let value = value(name) else { return nil }
    guard case .object(let members) = value else { throw wrong(name, value, "an object of strings") }
    var map: [String: String] = [:]
    for member in members {
      switch member.value {
      case .string(let text): map[member.name] = text
      case .null: map[member.name] = ""
      default:
        throw ObjectError(
          place: "\(placeOf(name)).\(member.name)",
          reason: "it is \(member.value.typeName) and must be a string; put it in quotation marks")
      }
    }
    return map
  }

  /// Elements of an array; none when it is absent.
  mutating func elements(_ name: String) throws(ObjectError) -> [JSONValue] {
    guard let value = value(name) else { return [] }
    guard case .array(let elements) = value else { throw wrong(name, value, "an array") }
    return elements
  }

  /// Strings in an array.
  mutating func strings(_ name: String) throws(ObjectError) -> [String] {
    var strings: [String] = []
    for (index, element) in try elements(name).enumerated() {
      guard case .string(let text) = element else {
        throw ObjectError(place: "\(placeOf(name))[\(index)]", reason: "it is \(element.typeName) and must be a string")
      }
      strings.append(text)
    }
    return strings
  }

  /// A part that is an object; nil when it is absent.
  mutating func part<Part: ObjectPart>(_ name: String, _ type: Part.Type = Part.self) throws(ObjectError) -> Part? {
    guard let value = value(name) else { return nil }
    return try Part.read(value, at: placeOf(name), notes: notes)
  }

  /// Parts in an array.
  mutating func parts<Part: ObjectPart>(_ name: String, _ type: Part.Type = Part.self) throws(ObjectError) -> [Part] {
    var parts: [Part] = []
    for (index, element) in try elements(name).enumerated() {
      parts.append(try Part.read(element, at: "\(placeOf(name))[\(index)]", notes: notes))
    }
    return parts
  }

  /// Parts by name; nil when they are absent.
  mutating func partMap<Part: ObjectPart>(_ name: String, _ type: Part.Type = Part.self) throws(ObjectError) -> [String: Part]? {
    guard let value = value(name) else { return nil }
    guard case .object(let members) = value else { throw wrong(name, value, "an object") }
    var parts: [String: Part] = [:]
    for member in members { parts[member.name] = try Part.read(member.value, at: "\(placeOf(name)).\(member.name)", notes: notes) }
    return parts
  }

  /// Members that nobody has asked for, in their order, and no longer unknown.
  mutating func takeRest() -> [JSONValue.Member] {
    defer { rest = [:] }
    return order.compactMap { name in rest[name].map { JSONValue.Member(name, $0) } }
  }

  /// Notes a warning about what nobody has asked for.
  mutating func finish() {
    for member in takeRest() { notes.warnings.append("unknown field \(placeOf(member.name).quotedForMessage)") }
  }
}

/// A part of an object that is itself a JSON object.
protocol ObjectPart {
  init(_ fields: inout FieldReader) throws(ObjectError)
  func write(_ fields: inout FieldWriter)
}

extension ObjectPart {
  static func read(_ value: JSONValue, at place: String, notes: FieldReader.Notes) throws(ObjectError) -> Self {
    var fields = try FieldReader(value, at: place, notes: notes)
    let part = try Self(&fields)
    fields.finish()
    return part
  }

  /// The part as JSON, members in the order in which a cluster writes them.
  var jsonValue: JSONValue {
    var fields = FieldWriter()
    write(&fields)
    return fields.value
  }
}
