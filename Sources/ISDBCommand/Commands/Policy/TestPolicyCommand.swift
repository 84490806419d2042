import ArgumentParser
import ImageStreamDB

/// `isdb policy test`.
struct TestPolicyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Show each candidate of a policy with its verdict and the reason.",
    usage: """
      isdb policy test <tag> [--when <time>] [--output <format>]
      isdb policy test --from <stream> --semver <range> [--pattern <regex>] ... [--when <time>]
      """,
    discussion: "Nothing is changed. With options, a policy is tried out that is not set.")

  @Argument(help: "A tag that a policy moves.", completion: NameCompletion.policies)
  var tag: String?

  @Option(
    name: .long, help: ArgumentHelp("The stream whose tags a policy is tried out on.", valueName: "stream"), completion: NameCompletion.tags
  )
  var from: String?

  @Option(name: .long, help: ArgumentHelp("Judge ages at that time (default: now).", valueName: "time"))
  var when: String?

  @OptionGroup var rule: PolicyRuleOptions
  @OptionGroup var read: ReadOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() throws {
    let time = try when.map { try TimeExpression.current().time($0) } ?? .now
    let point = try read.point()
    let evaluation = try options.reading { store in try store.read(at: point) { try evaluate(&$0, time) } }
    try output.print(
      Document.object([
        "time": .string("\(time)"), "chosen": evaluation.chosen.map { .string($0.tag) },
        "nextChange": evaluation.nextChange.map { .string("\($0)") }, "items": .array(evaluation.verdicts.map(\.document)),
      ]),
      table: {
        var table = Table("TAG", "FIRST SEEN", "VERDICT", "REASON")
        for verdict in evaluation.verdicts {
          let candidate = verdict.candidate
          table.add([candidate.tag, "\(Age(of: candidate.firstSeen, now: time))", verdict.word, verdict.reason ?? ""])
        }
        return table
      }, ifEmpty: "no candidates; the stream has no tags with images")
    if output.output == .table, let change = evaluation.nextChange {
      try StandardStreams.write("the choice changes at \(change), if no tag moves\n")
    }
  }

  private func evaluate(_ reader: inout ImageStreamReader, _ time: Timestamp) throws -> PolicyEvaluation {
    guard let tag else {
      guard let from else {
        throw StoreError(.invalidArgument, "nothing to test; name a tag that a policy moves, or give --from with the options of a policy")
      }
      return try reader.evaluate(rule.policy(), from: ImageStreamName(from), now: time)
    }
    let name = try ImageStreamTagName(tag)
    guard rule.isGiven || from != nil else { return try reader.evaluatePolicy(of: name, now: time) }
    throw StoreError(
      .invalidArgument, "tag \(name) is given together with a policy; leave out the tag, and give --from, to try a policy out")
  }
}
