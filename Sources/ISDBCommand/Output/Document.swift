/// What a command answers, on its way to JSON or YAML.
///
/// Members keep the order in which they are written down, so that output can be compared line by line. Names are camelCase and stable: one that
/// has been printed once is not renamed, and a member without a value is left out.
indirect enum Document: Equatable, Sendable {
  case boolean(Bool)
  case integer(Int64)
  case string(String)
  case array([Document])
  case object([Member])

  /// One name and its value.
  struct Member: Equatable, Sendable {
    let name: String
    let value: Document
  }

  /// The members that have a value, in that order.
  static func object(_ members: KeyValuePairs<String, Document?>) -> Document {
    .object(members.compactMap { name, value in value.map { Member(name: name, value: $0) } })
  }

  /// An object of texts, by name.
  static func object(texts: [String: String]) -> Document {
    .object(texts.sorted { $0.key < $1.key }.map { Member(name: $0.key, value: .string($0.value)) })
  }

  /// The object with more members behind its own; anything else stays as it is.
  func adding(_ members: KeyValuePairs<String, Document?>) -> Document {
    guard case .object(let own) = self, case .object(let added) = Document.object(members) else { return self }
    return .object(own + added)
  }

  static func integer(_ number: Int) -> Document { .integer(Int64(number)) }

  /// An array, or nil instead of an empty one.
  static func nonEmpty(_ elements: [Document]) -> Document? { elements.isEmpty ? nil : .array(elements) }

  /// A string, or nil instead of an empty one.
  static func nonEmpty(_ text: String) -> Document? { text.isEmpty ? nil : .string(text) }

  /// Names and values from a dictionary, by name; nil when there are none.
  static func nonEmpty(_ dictionary: [String: String]) -> Document? {
    if dictionary.isEmpty { return nil }
    return .object(dictionary.sorted { $0.key < $1.key }.map { Member(name: $0.key, value: .string($0.value)) })
  }
}
