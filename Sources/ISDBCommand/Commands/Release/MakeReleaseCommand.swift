import ArgumentParser
import ImageStreamDB

/// `isdb release make`.
struct MakeReleaseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "make", abstract: "Move tags of a namespace together.",
    discussion: """
      Each move is TAG=SOURCE; the tag is one of the set's namespace, STREAM:TAG, and the source what isdb tag takes. With --expect, nothing moves \
      unless a tag points at the image that is named, or, with nothing behind the =, at none.
      """)

  @Argument(help: ArgumentHelp("The set.", valueName: "namespace/set"))
  var set: String

  @Argument(help: ArgumentHelp("What is to move where.", valueName: "tag=source"))
  var moves: [String]

  @Option(name: .long, parsing: .singleValue, help: ArgumentHelp("What a tag must point at now; may be repeated.", valueName: "tag=digest"))
  var expect: [String] = []

  @Flag(name: .long, help: "Move protected tags, too.")
  var overrideProtection = false

  @OptionGroup var authorship: AuthorOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    let set = try ReleaseSetName(set)
    let moves = try releaseMoves(of: set)
    let (by, because, overrides) = (authorship.author, authorship.because, overrideProtection)
    let release = try await options.writing { store in
      try await store.write { try $0.release(set, moves, by: by, because: because, overridesProtection: overrides) }.value
    }
    try output.print(release.document) { release.lines }
  }

  private func releaseMoves(of set: ReleaseSetName) throws -> [ReleaseMove] {
    var expectations: [ImageStreamTagName: ReleaseMove.Expectation] = [:]
    for text in expect {
      let (tag, digest) = try pair(text, set)
      expectations[tag] = digest.isEmpty ? .absent : .image(try Digest(digest))
    }
    let moves = try moves.map { text in
      let (tag, source) = try pair(text, set)
      return ReleaseMove(tag, to: try TagOrigin(source).target, ifNow: expectations.removeValue(forKey: tag) ?? .anything)
    }
    if let stray = expectations.keys.min() {
      throw StoreError(.invalidArgument, "--expect names \(stray), which the release does not move; name only tags that it moves")
    }
    return moves
  }

  /// `STREAM:TAG=TEXT`; the tag's namespace is the set's unless it is written.
  private func pair(_ text: String, _ set: ReleaseSetName) throws -> (ImageStreamTagName, String) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 else {
      throw StoreError(.invalidArgument, "\"\(text.printable)\" is not a pair; write TAG=SOURCE or TAG=DIGEST")
    }
    return (try ImageStreamTagName(parts[0].contains("/") ? parts[0] : "\(set.namespace)/\(parts[0])"), parts[1])
  }
}
