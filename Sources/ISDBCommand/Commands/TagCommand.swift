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

  @OptionGroup var authorship: AuthorOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    let target = try TagOrigin(source).target
    let names = try destination.map { try ImageStreamTagName($0) }
    let (by, because) = (authorship.author, authorship.because)
    let commit = try await options.writing { store in
      try await store.write { writer in try names.map { try writer.tag($0, as: target, by: by, because: because) } }
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
}

extension TagOrigin {
  fileprivate var target: TagTarget {
    switch self {
    case .tag(let name): .tag(name)
    case .streamImage(let name): .streamImage(name)
    case .pullSpec(let reference): .reference(reference)
    }
  }
}
