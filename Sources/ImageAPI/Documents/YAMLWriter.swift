internal import Yams

/// Writes YAML 1.2, block style, members in their order.
enum YAMLWriter {
  static func write(_ value: JSONValue) throws(ObjectError) -> String {
    // A width of -1 keeps long lines whole: a folded digest cannot be copied.
    do { return try Yams.serialize(node: node(value), width: -1, allowUnicode: true) } catch {
      throw ObjectError(place: "", reason: "the object cannot be written as YAML: \(error)")
    }
  }

  private static func node(_ value: JSONValue) -> Node {
    switch value {
    case .null: Node("null", Tag(.null))
    case .boolean(let flag): Node(flag ? "true" : "false", Tag(.bool))
    case .number(let digits): Node(digits, Tag(Int64(digits) == nil ? .float : .int))
    case .string(let text): scalar(text)
    case .array(let elements): .sequence(Node.Sequence(elements.map(node), Tag(.seq), elements.isEmpty ? .flow : .block))
    case .object(let members):
      .mapping(Node.Mapping(members.map { (scalar($0.name), node($0.value)) }, Tag(.map), members.isEmpty ? .flow : .block))
    }
  }

  /// Text that a reader would take for a number, a boolean, a time or nothing is quoted, and so is what has control characters.
  private static func scalar(_ text: String) -> Node {
    let isPlain = Resolver.default.resolveTag(of: Node(text, .implicit)) == Tag.Name.str && !text.isEmpty
    let hasControls = text.unicodeScalars.contains { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) }
    return Node(text, Tag(.str), isPlain && !hasControls ? .any : .doubleQuoted)
  }
}

extension JSONValue {
  /// The value as a YAML document without the `---` line, ending in a line break.
  ///
  /// - Throws: `ObjectError` when it has text that YAML cannot have.
  public func yaml() throws(ObjectError) -> String { try YAMLWriter.write(self) }
}
