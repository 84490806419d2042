import ArgumentParser

/// `isdb policy`.
struct PolicyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy", abstract: "Let a rule choose which image a tag points at.",
    discussion: """
      A policy chooses one tag among the candidates of a stream, by version, number, name or the time it was first seen, and moves a tag of its own to \
      that one's image whenever a better candidate arrives. isdb keep does the same when a candidate has become old enough. Holds keep the tag in place.
      """,
    subcommands: [
      SetPolicyCommand.self, ShowPolicyCommand.self, ListPoliciesCommand.self, TestPolicyCommand.self, RemovePolicyCommand.self,
    ])
}
