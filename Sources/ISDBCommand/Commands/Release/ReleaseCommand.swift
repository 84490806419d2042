import ArgumentParser
import ImageStreamDB

/// `isdb release`.
struct ReleaseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "release", abstract: "Move several tags together or not at all.",
    discussion: """
      A set, NAMESPACE/SET, is the history of such moves: each is one revision, one firing of a trigger on the namespace, and can be rolled back or \
      promoted to another namespace as one.
      """,
    subcommands: [
      MakeReleaseCommand.self, RollbackReleaseCommand.self, PromoteReleaseCommand.self, ReleaseHistoryCommand.self,
      ListReleasesCommand.self,
    ])
}

extension Release {
  /// Several tags that moved together.
  var document: Document {
    .object([
      "set": .string("\(set)"), "sequence": .integer(sequence), "revision": .integer(revision.rawValue), "created": .string("\(created)"),
      "by": .nonEmpty(by), "because": .nonEmpty(because), "source": .nonEmpty(source), "moves": .array(moves.map(\.document)),
    ])
  }

  /// What it did, a line a tag.
  var lines: [String] {
    ["\(set) release \(sequence) (revision \(revision))"]
      + moves.map { move in
        "  \(move.tag) points at \(move.pullSpec.printable)\(move.previousPullSpec == move.pullSpec ? " as before" : "")"
      }
  }
}

extension Release.Move {
  fileprivate var document: Document {
    .object([
      "tag": .string("\(tag)"), "image": image.map { .string("\($0)") }, "pullSpec": .string(pullSpec),
      "previousImage": previousImage.map { .string("\($0)") }, "previousPullSpec": previousPullSpec.map { .string($0) },
    ])
  }
}
