import ArgumentParser
import ImageStreamDB
import MVCC

/// `isdb diff`.
struct DiffCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Show how two images differ, or what moved between two revisions or times.",
    usage: """
      isdb diff <image> <image> [--platform <platform>] [--at <revision|time>]
      isdb diff <scope> --from <revision|time> [--to <revision|time>] [--limit <number>]
      """,
    discussion: """
      An image is a digest, which may be cut to 12 digits, a tag, or an image of a stream. A scope is a tag, a stream, a namespace, or * for every tag; + is a \
      tag that came, - one that went, ~ one that moved, each with who moved it. Given an earlier --to than --from, it tells what going back would change.
      """)

  @Argument(help: "Two images, or a tag, a stream, a namespace or *.", completion: NameCompletion.tags)
  var names: [String]

  @Option(name: .long, help: ArgumentHelp("Compare tags as they were at a revision or a time.", valueName: "revision|time"))
  var from: String?

  @Option(name: .long, help: ArgumentHelp("With the tags as they were then; now, when left out.", valueName: "revision|time"))
  var to: String?

  @Option(name: .long, help: ArgumentHelp("Of indexes, compare the images for this platform.", valueName: "platform"))
  var platform: String?

  @Option(name: .long, help: ArgumentHelp("The most tags to list; 0 means all.", valueName: "number"))
  var limit = 0

  @OptionGroup var read: ReadOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() throws {
    guard limit >= 0 else { throw StoreError(.invalidArgument, "--limit is \(limit); give 0 for all, or more") }
    if let from {
      guard names.count == 1 else {
        throw StoreError(.invalidArgument, "--from compares one scope with itself; give one name, not \(names.count)")
      }
      try compareTags(names[0], from)
    } else {
      guard names.count == 2, to == nil else {
        throw StoreError(.invalidArgument, "give two images, or one scope with --from and, if not now is meant, --to")
      }
      try compareImages()
    }
  }

  // MARK: Images

  private func compareImages() throws {
    let point = try read.point()
    let platform = try platform.map { try Platform($0) }
    let (difference, revision) = try options.reading { store in
      try store.read(at: point) { reader in
        let digests = try names.map { try digest($0, platform, &reader) }
        return (try reader.difference(from: digests[0], to: digests[1]), reader.revision)
      }
    }
    try output.print(Document.object(["revision": .integer(revision.rawValue)]).merging(difference.document)) { difference.lines }
  }

  private func digest(_ name: String, _ platform: Platform?, _ reader: inout ImageStreamReader) throws -> Digest {
    let digest: Digest?
    switch try ObjectName(name) {
    case .image(let prefix): digest = try reader.image(matching: prefix).digest
    case .tag(let tag): digest = try reader.resolve(tag).image
    case .stream(let stream): digest = try reader.resolve(ImageStreamTagName("\(stream)")).image
    case .streamImage(let image): digest = try reader.resolve(image).image
    }
    guard let digest else { throw StoreError(.notFound, "\(name) is a reference that was not looked up; import it") }
    guard let platform, let image = try reader.image(digest), image.isIndex else { return digest }
    guard let child = image.manifests.first(where: { $0.platform?.matches(platform) ?? false }) else {
      throw StoreError(.notFound, "\(name) has no image for \(platform); see isdb describe \(name)")
    }
    return child.digest
  }

  // MARK: Tags

  private func compareTags(_ name: String, _ from: String) throws {
    let scope = try TagScope(name)
    let times = TimeExpression.current()
    let (source, target) = (try times.point(from), try to.map(times.point) ?? .latest)
    let (found, image) = try options.reading { store in
      let found = try store.differences(in: scope, from: source, to: target, limit: limit)
      return (found, try Self.imageDifference(found, scope, store))
    }
    let document = Document.object([
      "from": .integer(found.source.rawValue), "to": .integer(found.target.rawValue), "items": .array(found.elements.map(\.document)),
      "hasMore": .boolean(found.hasMore), "image": image?.document,
    ])
    guard image == nil || output.output != .table else {
      return try StandardStreams.write(lines: table(found.elements).lines + [""] + (image?.lines ?? []))
    }
    try output.print(
      document, table: { table(found.elements) },
      ifEmpty: "no tag of \(scope) points elsewhere between revisions \(found.source) and \(found.target)", hasMore: found.hasMore)
  }

  /// Of one tag, how its two images differ, when the store has both.
  private static func imageDifference(_ found: TagDifferences, _ scope: TagScope, _ store: ImageStore) throws -> ImageDifference? {
    guard case .tag = scope, let difference = found.elements.first, let before = difference.before?.image,
      let after = difference.after?.image
    else { return nil }
    return try store.read { reader in
      guard let source = try reader.image(before), let target = try reader.image(after) else { return nil }
      return ImageDifference(from: source, to: target)
    }
  }

  /// Characters of an account in a table.
  private static let maximumAccountWidth = 50

  private func table(_ differences: [TagDifference]) -> Table {
    var table = Table("", "TAG", "BEFORE", "AFTER", "REVISION", "MOVED BY")
    for difference in differences {
      let event = difference.after
      table.add([
        difference.kind.sign, "\(difference.tag)", difference.before?.target ?? "", event?.target ?? "",
        event.map { "\($0.revision)" } ?? "",
        event?.account.abbreviated(to: Self.maximumAccountWidth) ?? "",
      ])
    }
    return table
  }
}

extension TagEvent {
  /// The image, or what a reference names.
  fileprivate var target: String { image?.short ?? pullSpec }
}

extension TagDifference.Kind {
  fileprivate var sign: String {
    switch self {
    case .added: "+"
    case .removed: "-"
    case .moved: "~"
    }
  }
}

extension TagDifference {
  fileprivate var document: Document {
    .object(["tag": .string("\(tag)"), "kind": .string(kind.rawValue), "before": before?.document, "after": after?.document])
  }
}
