import ArgumentParser
import ImageStreamDB

/// `isdb release rollback`.
struct RollbackReleaseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback", abstract: "Point the tags of a set at what an older release pointed them at.",
    discussion: "Its tags are pinned, as those of isdb rollback are; --hold says otherwise.")

  @Argument(help: ArgumentHelp("The set.", valueName: "namespace/set"))
  var set: String

  @Option(name: .long, help: ArgumentHelp("The release to go back to (default: the one before the newest).", valueName: "number"))
  var to: Int64?

  @OptionGroup var rollback: RollbackOptions

  @OptionGroup var authorship: AuthorOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    let set = try ReleaseSetName(set)
    let hold = try rollback.rollbackHold()
    let (to, by, because, overrides) = (to, authorship.author, authorship.because, rollback.overrideProtection)
    let release = try await options.writing(creates: false) { store in
      try await store.write { try $0.rollback(set: set, to: to, hold: hold, by: by, because: because, overridesProtection: overrides) }
        .value
    }
    try output.print(release.document) { release.lines }
  }
}
