import ArgumentParser
import ImageStreamDB

/// `isdb policy list`.
struct ListPoliciesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List policies with what they have chosen.", aliases: ["ls"])

  @Argument(
    help: ArgumentHelp("Only those of a tag, a stream or a namespace.", valueName: "scope"), completion: NameCompletion.tags)
  var scope: String?

  @OptionGroup var page: PageOptions
  @OptionGroup var read: ReadOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() throws {
    let scope = try scope.map { try TagScope($0) } ?? .all
    let point = try read.point()
    let (policies, revision) = try options.reading { store in
      try store.read(at: point) { (try $0.policies(in: scope, limit: page.limit), $0.revision) }
    }
    let document = Document.object([
      "revision": .integer(revision.rawValue), "items": .array(policies.elements.map(\.document)), "hasMore": .boolean(policies.hasMore),
    ])
    try output.print(
      document,
      table: {
        var table = Table("TAG", "FROM", "CHOICE", "POLICY")
        for policy in policies.elements {
          table.add(["\(policy.tag)", "\(policy.source)", policy.choice?.tag ?? "none", "\(policy.policy)"])
        }
        return table
      }, ifEmpty: "no policies; set one with isdb policy set", hasMore: policies.hasMore)
  }
}
