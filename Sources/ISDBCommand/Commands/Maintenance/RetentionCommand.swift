import ArgumentParser
import ImageStreamDB
import MVCC

/// `isdb retention`.
struct RetentionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retention", abstract: "Say how much history is kept.",
    discussion: """
      A policy is kept in the store and applied by isdb keep, or by isdb retention apply. It counts for the keys with a prefix, of which the longest \
      that fits decides, or for all others. A version is dropped when neither --revisions nor --age keeps it.
      """,
    subcommands: [SetRetentionCommand.self, ListRetentionCommand.self, RemoveRetentionCommand.self, ApplyRetentionCommand.self])
}

/// Which keys a policy is for.
struct RetentionPrefixOptions: ParsableArguments {
  @Option(name: .long, help: "The beginning of the keys; all keys without a policy of their own when left out.")
  var prefix = ""

  var bytes: [UInt8] { Array(prefix.utf8) }
}

/// `isdb retention set`.
struct SetRetentionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "set", abstract: "Set how much history of some keys is kept.")

  @Option(name: .long, help: "How many revisions before the newest stay readable; 0 keeps the newest alone.")
  var revisions: Int64?

  @Option(name: .long, help: ArgumentHelp("How far back every time stays readable, such as 30d.", valueName: "time"))
  var age: String?

  @Option(name: .long, help: "How many revisions a trigger or other consumer may be behind before it is passed by.")
  var maximumLagRevisions: Int64?

  @Option(name: .long, help: ArgumentHelp("How long a consumer may be behind before it is passed by.", valueName: "time"))
  var maximumLag: String?

  @OptionGroup var keys: RetentionPrefixOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    var policy = RetentionPolicy(revisions: revisions, age: try age.map(TimeExpression.duration))
    if maximumLag != nil || maximumLagRevisions != nil {
      policy.holdLimit = HoldLimit(revisions: maximumLagRevisions, age: try maximumLag.map(TimeExpression.duration))
    }
    let chosen = policy
    try await options.writing(creates: false) { try await $0.keyValues.setRetention(chosen, forPrefix: keys.bytes) }
    try output.print(Document.object(["prefix": .string(keys.prefix)]).adding(chosen.members)) {
      ["\(keys.bytes.keysText): \(chosen.text)"]
    }
  }
}

/// `isdb retention list`.
struct ListRetentionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the policies and how far each has come.", aliases: ["ls"])

  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() throws {
    let classes = try options.reading { try $0.keyValues.retentionClasses() }
    let items = classes.map { kept in
      Document.object([
        "prefix": .string(printableBytes(kept.prefix)), "oldestRevision": .integer(max(kept.compactRevision, .initial).rawValue),
        "isCompacting": .boolean(kept.isCompacting),
      ]).adding(kept.policy?.members ?? [:])
    }
    try output.print(
      Document.object(["items": .array(items)]),
      table: {
        var table = Table("KEYS", "OLDEST", "KEPT")
        for kept in classes {
          table.add([
            kept.prefix.keysText, "\(max(kept.compactRevision, .initial))",
            kept.policy?.text ?? (kept.prefix.isEmpty ? "everything" : "removed"),
          ])
        }
        return table
      }, ifEmpty: "")
  }
}

/// `isdb retention remove`.
struct RemoveRetentionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Remove a policy: its keys come under that of the shorter prefix.", aliases: ["rm"])

  @OptionGroup var keys: RetentionPrefixOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.writing(creates: false) { try await $0.keyValues.removeRetention(forPrefix: keys.bytes) }
    try output.print(Document.object(["removed": .string(keys.prefix)])) { ["removed the policy of \(keys.bytes.keysText)"] }
  }
}

/// `isdb retention apply`.
struct ApplyRetentionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply", abstract: "Drop what the policies do not keep, once.",
    discussion: "For a job that runs now and then; isdb keep does the same.")

  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    let results = try await options.writing(creates: false) { store in
      let results = try await store.keyValues.applyRetention()
      try await store.keyValues.finishCompaction()
      return results.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    }
    let items = results.map { prefix, result in
      Document.object([
        "prefix": .string(printableBytes(prefix)), "oldestRevision": .integer(max(result.compactRevision, .initial).rawValue),
        "heldBackBy": .array(result.heldBackBy.map { .string($0.name) }), "passedBy": .array(result.passedBy.map { .string($0.name) }),
      ])
    }
    try output.print(Document.object(["items": .array(items)])) {
      if results.isEmpty { return ["nothing to drop"] }
      return results.flatMap { prefix, result in
        ["\(prefix.keysText): the oldest readable revision is \(max(result.compactRevision, .initial))"]
          + result.heldBackBy.map { "held back by \($0.name.printable), which has come to revision \($0.revision)" }
          + result.passedBy.map { "passed by \($0.name.printable), which had come to revision \($0.revision)" }
      }
    }
  }
}

extension [UInt8] {
  /// The keys with that prefix, for people.
  fileprivate var keysText: String { isEmpty ? "all other keys" : "\(printableBytes(self))*" }
}

extension RetentionPolicy {
  fileprivate var members: KeyValuePairs<String, Document?> {
    [
      "revisions": revisions.map { .integer($0) }, "ageSeconds": age.map { .integer($0.components.seconds) },
      "maximumLagRevisions": holdLimit?.revisions.map { .integer($0) },
      "maximumLagSeconds": holdLimit?.age.map { .integer($0.components.seconds) },
    ]
  }

  fileprivate var text: String {
    let kept = [revisions.map { "\($0) revisions" }, age.map { "\($0.lengthText)" }].compactMap(\.self)
    var text = kept.isEmpty ? "everything" : kept.joined(separator: " or ")
    let lags = [holdLimit?.revisions.map { "\($0) revisions" }, holdLimit?.age.map(\.lengthText)].compactMap(\.self)
    if !lags.isEmpty { text += ", consumers at most \(lags.joined(separator: " or ")) behind" }
    return text
  }
}
