import Yams

/// YAML 1.2, block style, members in the order given.
enum YAMLText {
  /// A document without the `---` line, ending in a line break.
  static func render(_ document: Document) throws -> String {
    // A width of -1 keeps long lines whole: a folded digest cannot be copied.
    try Yams.serialize(node: node(document), width: -1, allowUnicode: true)
  }

  private static func node(_ document: Document) -> Node {
    switch document {
    case .boolean(let value): Node(value ? "true" : "false", Tag(.bool))
    case .integer(let number): Node(String(number), Tag(.int))
    case .string(let text): scalar(text)
    case .array(let elements): .sequence(Node.Sequence(elements.map(node), Tag(.seq), elements.isEmpty ? .flow : .block))
    case .object(let members):
      .mapping(
        Node.Mapping(members.map { (scalar($0.name), node($0.value)) }, Tag(.map), members.isEmpty ? .flow : .block))
    }
  }

  /// Text that a reader would take for a number, a boolean, a time or nothing is quoted, and so is what has line breaks or other controls.
  private static func scalar(_ text: String) -> Node {
    let plain = Node(text, .implicit)
    let isText = Resolver.default.resolveTag(of: plain) == Tag.Name.str && !text.isEmpty && text.printable == text
    return Node(text, Tag(.str), isText ? .any : .doubleQuoted)
  }
}
