import ArgumentParser
import ImageStreamDB

/// `isdb policy set`.
struct SetPolicyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Let a policy move a tag from now on.",
    discussion: "What it chooses is taken at once. The same policy again goes back to its choice after a person has moved the tag.")

  @Argument(help: "The tag that the policy moves; without a tag, latest is meant.", completion: NameCompletion.tags)
  var tag: String

  @Option(
    name: .long, help: ArgumentHelp("The stream whose tags are the candidates (default: the tag's own).", valueName: "stream"),
    completion: NameCompletion.tags)
  var from: String?

  @OptionGroup var rule: PolicyRuleOptions
  @OptionGroup var authorship: AuthorOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    let name = try ImageStreamTagName(tag)
    let source = try from.map { try ImageStreamName($0) } ?? name.stream
    let policy = try rule.policy()
    let (by, because) = (authorship.author, authorship.because)
    let (assignment, evaluation) = try await options.writing(creates: false) { store in
      let assignment = try await store.setPolicy(policy, from: source, for: name, by: by, because: because)
      return (assignment, try store.read { try $0.evaluatePolicy(of: name, now: .now) })
    }
    try output.print(assignment.document.adding(["nextChange": evaluation.nextChange.map { .string("\($0)") }])) {
      var lines = ["\(name) is moved by a policy: \(policy), from \(source)"]
      if let choice = assignment.choice {
        lines.append("it chose \(choice.tag), \(choice.pullSpec)")
      } else {
        lines.append("it chose nothing yet; isdb policy test \(name) says why")
      }
      if let time = evaluation.nextChange { lines.append("its choice changes at \(time), if isdb keep runs and no tag moves") }
      return lines.map(\.printable)
    }
  }
}
