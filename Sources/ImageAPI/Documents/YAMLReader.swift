internal import Yams

/// Reads YAML as a cluster's tools read it: each document becomes a JSON value.
enum YAMLReader {
  /// The parser recurses; a task's stack ends near 160 levels.
  static let maximumDepth = 64

  /// Files that people write and tools export.
  static let maximumBytes = 64 << 20

  /// Aliases can make a small file mean a huge document.
  private static let maximumValues = 8_000_000

  /// The documents that have content.
  static func documents(_ bytes: [UInt8]) throws(ObjectError) -> [JSONValue] {
    guard bytes.count <= maximumBytes else {
      throw ObjectError(place: "", reason: "the document has \(bytes.count) bytes and may have \(maximumBytes)")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ObjectError(place: "", reason: "the document is not valid UTF-8")
    }
    try checkDepth(text)
    var documents: [JSONValue] = []
    do {
      var count = 0
      var nodes = try Yams.compose_all(yaml: text)
      while let node = nodes.next() {
        let value = try self.value(node, at: "", count: &count)
        if value != .null { documents.append(value) }
      }
      // The sequence ends at a mistake as it does at the end.
      if let error = nodes.error { throw error }
    } catch let error as ObjectError {
      throw error
    } catch {
      throw ObjectError(place: "", reason: "the document is not YAML: \(sentence(error))")
    }
    return documents
  }

  private static func sentence(_ error: any Error) -> String {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _)?, .parser(_, let problem, let mark, _)?, .composer(_, let problem, let mark, _)?:
      "\(problem) in line \(mark.line), column \(mark.column)"
    case .duplicatedKeysInMapping(let names, let context)?:
      "it has \(names.joined(separator: " and ")) twice in one mapping, which begins in line \(context.mark.line)"
    default: "\(error)".split(separator: "\n").first.map(String.init) ?? "it cannot be read"
    }
  }

  /// Refuses nesting before anything recurses over it: brackets that are open, and indentations that are open.
  private static func checkDepth(_ text: String) throws(ObjectError) {
    var brackets = 0
    var indentations: [Int] = []
    for (number, line) in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      let indentation = line.prefix { $0 == UInt8(ascii: " ") }.count
      let content = line.dropFirst(indentation)
      if content.isEmpty || content.first == UInt8(ascii: "#") { continue }
      while let last = indentations.last, last >= indentation { indentations.removeLast() }
      indentations.append(indentation)
      let dashes = content.prefix { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "?") }.count / 2
      for byte in content {
        switch byte {
        case UInt8(ascii: "["), UInt8(ascii: "{"): brackets += 1
        case UInt8(ascii: "]"), UInt8(ascii: "}"): brackets = max(0, brackets - 1)
        default: break
        }
        guard brackets + indentations.count + dashes <= 2 * maximumDepth else {
          throw ObjectError(place: "", reason: "the document is nested deeper than \(maximumDepth) levels, in line \(number + 1)")
        }
      }
    }
  }

  private static func value(_ node: Node, at place: String, count: inout Int) throws(ObjectError) -> JSONValue {
    count += 1
    guard count <= maximumValues else { throw ObjectError(place: place, reason: "the document has more than \(maximumValues) values") }
    switch node {
    case .scalar(let scalar): return try self.scalar(scalar, node, at: place)
    case .sequence(let sequence):
      var elements: [JSONValue] = []
      for (index, element) in sequence.enumerated() { elements.append(try value(element, at: "\(place)[\(index)]", count: &count)) }
      return .array(elements)
    case .mapping(let mapping):
      var members: [JSONValue.Member] = []
      var names: Set<String> = []
      for (key, element) in mapping {
        guard case .scalar(let scalar) = key else { throw ObjectError(place: place, reason: "a name in it is not text") }
        let name = scalar.string
        guard names.insert(name).inserted else { throw ObjectError(place: place, reason: "it has \(name) twice") }
        members.append(JSONValue.Member(name, try value(element, at: place.isEmpty ? name : "\(place).\(name)", count: &count)))
      }
      return .object(members)
    case .alias: throw ObjectError(place: place, reason: "it is an alias without an anchor")
    }
  }

  /// Plain text is a number, a boolean or nothing where YAML 1.1 says so; quoted text is text.
  private static func scalar(_ scalar: Node.Scalar, _ node: Node, at place: String) throws(ObjectError) -> JSONValue {
    switch Resolver.default.resolveTag(of: node) {
    case .null: return .null
    case .bool: return Bool.construct(from: scalar).map { .boolean($0) } ?? .string(scalar.string)
    case .int: return Int64.construct(from: scalar).map { .integer($0) } ?? .number(scalar.string)
    case .float:
      guard let number = Double.construct(from: scalar), number.isFinite else {
        throw ObjectError(place: place, reason: "it is \(scalar.string), which JSON has no number for")
      }
      // As it is spelt when JSON spells it so too: a person looks for 1.10, not for 1.1.
      let isJSON = scalar.string.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/) != nil
      return .number(isJSON ? scalar.string : "\(number)")
    default: return .string(scalar.string)
    }
  }
}
