import ArgumentParser
import ImageStreamDB

/// `isdb protect`.
struct ProtectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "protect", abstract: "Keep tags from being moved or removed, by pattern.",
    discussion: """
      A pattern is NAMESPACE/STREAM:TAG with * for any characters and ? for one, such as 'shop/web:v*'; the namespace has none. A protected tag is \
      moved or removed only with --override-protection, and never by automation. An immutable tag that points at an image stays as it is until its \
      rule is removed.
      """)

  @Argument(help: ArgumentHelp("The tags.", valueName: "pattern"))
  var pattern: String?

  @Flag(name: .long, help: "Let nobody move or remove them.")
  var immutable = false

  @Flag(name: .long, help: "Remove the rule.")
  var remove = false

  @Flag(name: .long, help: "List all rules.")
  var list = false

  @OptionGroup var authorship: AuthorOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    if list || pattern == nil { return try printRules() }
    let (namespace, pattern) = try parts(pattern ?? "")
    let (by, because, kind) = (authorship.author, authorship.because, immutable ? ProtectionRule.Kind.immutable : .protected)
    if remove {
      let revision = try await options.writing(creates: false) { store in
        try await store.write { try $0.unprotect(pattern, in: namespace) }.revision
      }
      return try output.print(Document.object(["revision": .integer(revision.rawValue)])) { ["removed the rule \(namespace)/\(pattern)"] }
    }
    let rule = try await options.writing { store in
      try await store.write { try $0.protect(pattern, in: namespace, as: kind, by: by, because: because) }.value
    }
    try output.print(rule.document) { ["tags \(namespace)/\(pattern) are \(rule.kind.rawValue)"] }
  }

  private func parts(_ text: String) throws -> (namespace: String, pattern: String) {
    let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
    guard parts.count == 2 else {
      throw StoreError(.invalidArgument, "\"\(text.printable)\" is not a pattern of tags; write NAMESPACE/STREAM:TAG, as in 'shop/web:v*'")
    }
    return (parts[0], parts[1])
  }

  private func printRules() throws {
    let rules = try options.reading { store in try store.read { try $0.protections() } }
    try output.print(
      Document.object(["items": .array(rules.map(\.document))]), table: { table(rules) }, ifEmpty: "no tag is protected", hasMore: false)
  }

  private func table(_ rules: [ProtectionRule]) -> Table {
    var table = Table("TAGS", "KIND", "SINCE", "BY", "BECAUSE")
    let now = Timestamp.now
    for rule in rules {
      table.add(["\(rule.namespace)/\(rule.pattern)", rule.kind.rawValue, "\(Age(of: rule.created, now: now))", rule.by, rule.because])
    }
    return table
  }
}

extension ProtectionRule {
  fileprivate var document: Document {
    .object([
      "namespace": .string(namespace), "pattern": .string(pattern), "kind": .string(kind.rawValue), "by": .nonEmpty(by),
      "because": .nonEmpty(because), "created": .string("\(created)"),
    ])
  }
}
