import ArgumentParser
import ImageStreamDB

/// `isdb tag`.
struct TagCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tag", abstract: "Point tags at an image.",
    discussion: """
      The source is another tag (shop/web:1.4), an image of a stream (shop/web@sha256:… or 12 digits of it), or an image of a registry by digest \
      (quay.io/shop/web@sha256:…). Streams and tags are made when they are missing. Several tags move in one revision: all of them or none.
      """)

  @Argument(help: "The image: a tag, a stream's image, or a pull spec with a digest.", completion: NameCompletion.tags)
  var source: String

  @Argument(help: "The tags to move; without a tag, latest is meant.", completion: NameCompletion.tags)
  var destination: [String]

  @Flag(name: .long, help: "Follow the source, another tag, whenever it moves; also one of another stream.")
  var follow = false

  @Flag(name: .long, help: "Keep the reference as it is, without looking its image up.")
  var reference = false

  @Flag(name: .long, help: "Record a push: leave what the tag is meant to be, so that the next import may move it again.")
  var pushed = false

  @Flag(name: .long, help: "Move protected tags, too.")
  var overrideProtection = false

  @OptionGroup var authorship: AuthorOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    let target = try target()
    let names = try destination.map { try ImageStreamTagName($0) }
    let (by, because, pushed, overrides) = (authorship.author, authorship.because, pushed, overrideProtection)
    let commit = try await options.writing { store in
      try await store.write { writer in
        try names.map { name in
          if pushed, case .reference(let reference) = target, let digest = reference.digest {
            try writer.makeImageStream(name.stream)
            return try writer.push(
              digest, pullSpec: "\(reference.name)@\(digest)", to: name, by: by, because: because, overridesProtection: overrides)
          }
          return try writer.tag(name, as: target, by: by, because: because, overridesProtection: overrides)
        }
      }
    }
    let document = Document.object([
      "revision": .integer(commit.revision.rawValue), "hasChanges": .boolean(commit.hasChanges),
      "items": .array(commit.value.map(\.document)),
    ])
    try output.print(document) {
      commit.value.map { event in
        let hasMoved = commit.hasChanges && event.revision == commit.revision
        return hasMoved
          ? "\(event.tag) now points at \(event.pullSpec.printable) (revision \(event.revision))"
          : "\(event.tag) points at \(event.pullSpec.printable) already"
      }
    }
  }

  private func target() throws -> TagTarget {
    guard [follow, reference, pushed].filter({ $0 }).count <= 1 else {
      throw StoreError(.invalidArgument, "--follow, --reference and --pushed exclude each other; give one of them")
    }
    let origin = try reference ? TagOrigin.pullSpec(Reference(source)) : TagOrigin(source)
    switch origin {
    case .tag(let name) where follow: return .following(name)
    case .pullSpec(let place) where reference: return .unresolved(place)
    case .pullSpec(let place) where pushed && place.digest != nil: return .reference(place)
    default: break
    }
    if follow {
      throw StoreError(
        .invalidArgument, "\"\(source.printable)\" is not a tag, and only tags are followed; import it on a schedule instead")
    }
    if pushed { throw StoreError(.invalidArgument, "\"\(source.printable)\" is not what was pushed; write REGISTRY/REPOSITORY@DIGEST") }
    return origin.target
  }
}

extension TagOrigin {
  /// What the tags are to point at.
  var target: TagTarget {
    switch self {
    case .tag(let name): .tag(name)
    case .streamImage(let name): .streamImage(name)
    case .pullSpec(let reference): .reference(reference)
    }
  }
}
