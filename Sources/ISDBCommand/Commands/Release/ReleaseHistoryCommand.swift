import ArgumentParser
import ImageStreamDB

/// `isdb release history`.
struct ReleaseHistoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "history", abstract: "List the releases of a set, newest first.")

  @Argument(help: ArgumentHelp("The set.", valueName: "namespace/set"))
  var set: String

  @Option(name: .long, help: ArgumentHelp("The most releases to list; 0 means all.", valueName: "number"))
  var limit = 0

  @OptionGroup var read: ReadOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() throws {
    let set = try ReleaseSetName(set)
    let point = try read.point()
    let releases = try options.reading { store in try store.read(at: point) { try $0.releases(of: set, limit: limit) } }
    let document = Document.object(["items": .array(releases.map(\.document))])
    try output.print(document, table: { table(releases) }, ifEmpty: "no releases", hasMore: false)
  }

  private func table(_ releases: [Release]) -> Table {
    var table = Table("RELEASE", "CREATED", "REVISION", "TAGS", "BY", "BECAUSE", "FROM")
    let now = Timestamp.now
    for release in releases {
      let moved = release.moves.filter { $0.previousPullSpec != $0.pullSpec }.count
      table.add([
        "\(release.sequence)", "\(Age(of: release.created, now: now))", "\(release.revision)", "\(release.moves.count) (\(moved) moved)",
        release.by, release.because, release.source,
      ])
    }
    return table
  }
}

/// `isdb release list`.
struct ListReleasesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List the sets with their newest releases.")

  @OptionGroup var read: ReadOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() throws {
    let point = try read.point()
    let releases = try options.reading { store in
      try store.read(at: point) { reader in try reader.releaseSets().compactMap { try reader.release($0) } }
    }
    try output.print(
      Document.object(["items": .array(releases.map(\.document))]), table: { table(releases) },
      ifEmpty: "no release sets; make one with isdb release make", hasMore: false)
  }

  private func table(_ releases: [Release]) -> Table {
    var table = Table("SET", "RELEASE", "TAGS", "UPDATED")
    let now = Timestamp.now
    for release in releases {
      table.add(["\(release.set)", "\(release.sequence)", "\(release.moves.count)", "\(Age(of: release.created, now: now))"])
    }
    return table
  }
}
