import ArgumentParser
import ImageStreamDB

/// `isdb release promote`.
struct PromoteReleaseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "promote", abstract: "Make a release of one namespace the release of another.",
    discussion:
      "The tags of the same names there are pointed at the same images, in one revision, as a release of the set of the same name there.")

  @Argument(help: ArgumentHelp("The set.", valueName: "namespace/set"))
  var set: String

  @Option(name: .long, help: ArgumentHelp("The namespace to promote to.", valueName: "namespace"))
  var to: String

  @Option(name: .long, help: ArgumentHelp("The release to promote (default: the newest).", valueName: "number"))
  var release: Int64?

  @Flag(name: .long, help: "Move protected tags, too.")
  var overrideProtection = false

  @OptionGroup var authorship: AuthorOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    let set = try ReleaseSetName(set)
    let (to, number, by, because, overrides) = (to, release, authorship.author, authorship.because, overrideProtection)
    let release = try await options.writing(creates: false) { store in
      try await store.write { try $0.promote(set, number, to: to, by: by, because: because, overridesProtection: overrides) }.value
    }
    try output.print(release.document) { release.lines }
  }
}
