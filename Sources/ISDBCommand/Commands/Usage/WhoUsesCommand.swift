import ArgumentParser
import ImageStreamDB

/// `isdb who-uses`.
struct WhoUsesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "who-uses", abstract: "List which tags pointed at what a digest names, and when.",
    discussion: """
      The digest is an image's, a layer's or a configuration's, written in full; that of an image may be cut to 12 digits, or a tag or an image of a stream \
      be named instead. Images that are built on the image are listed too, by what they declare or by their first layers. Tags that were removed count until \
      they are compacted.
      """)

  @Argument(help: "A digest, a tag, or an image of a stream.", completion: NameCompletion.tags)
  var name: String

  @Flag(name: .long, help: "Only what tags point at now.")
  var current = false

  @Option(name: .long, help: ArgumentHelp("The most images to list; 0 means all.", valueName: "number"))
  var limit = 0

  @OptionGroup var read: ReadOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() throws {
    guard limit >= 0 else { throw StoreError(.invalidArgument, "--limit is \(limit); give 0 for all, or more") }
    let point = try read.point()
    let (digest, page, revision) = try options.reading { store in
      try store.read(at: point) { reader in
        let digest = try self.digest(&reader)
        return (digest, try reader.usage(of: digest, includingRemoved: !current, limit: limit), reader.revision)
      }
    }
    let usages = current ? page.elements.map { $0.current } : page.elements
    let document = Document.object([
      "revision": .integer(revision.rawValue), "digest": .string("\(digest)"), "items": .array(usages.map(\.document)),
      "hasMore": .boolean(page.hasMore),
    ])
    try output.print(
      document, table: { table(usages) }, ifEmpty: "nothing has or had \(digest.short); see isdb list images", hasMore: page.hasMore)
  }

  /// The digest that is meant; one in full need not be an image's.
  private func digest(_ reader: inout ImageStreamReader) throws -> Digest {
    if let digest = try? Digest(name) { return digest }
    let resolved: ResolvedImage
    switch try ObjectName(name) {
    case .image(let prefix): return try reader.image(matching: prefix).digest
    case .tag(let tag): resolved = try reader.resolve(tag)
    case .stream(let stream): resolved = try reader.resolve(ImageStreamTagName("\(stream)"))
    case .streamImage(let image): resolved = try reader.resolve(image)
    }
    guard let digest = resolved.image else {
      throw StoreError(.notFound, "\(name) is a reference that was not looked up, so its image is not known; import it")
    }
    return digest
  }

  private func table(_ usages: [ImageUsage]) -> Table {
    var table = Table("IMAGE", "BY", "PLATFORM", "TAG", "FROM", "UNTIL", "BECAUSE")
    for usage in usages {
      let image = [usage.image.short, usage.relation.text, usage.platform.map { "\($0)" } ?? ""]
      if usage.intervals.isEmpty { table.add(image + ["", "", "", ""]) }
      for interval in usage.intervals {
        let until = interval.end.map { end in "\(end.rawValue)\(interval.until.map { " \($0)" } ?? "")" } ?? "now"
        table.add(image + ["\(interval.event.tag)", "\(interval.from)", until, interval.event.account.abbreviated(to: 40)])
      }
    }
    return table
  }
}

extension ImageUsage {
  fileprivate var current: ImageUsage { keeping { $0.end == nil } }

  fileprivate var document: Document {
    .object([
      "image": .string("\(image)"), "relation": .string(relation.rawValue), "platform": platform.map { .string("\($0)") },
      "intervals": .array(intervals.map(\.document)),
    ])
  }
}

extension ImageUsage.Relation {
  fileprivate var text: String {
    switch self {
    case .image: "image"
    case .layer: "layer"
    case .configuration: "configuration"
    case .declaredBase: "base, declared"
    case .base: "base, by layers"
    }
  }
}

extension TagInterval {
  fileprivate var document: Document {
    .object([
      "tag": .string("\(event.tag)"), "from": .string("\(from)"), "until": until.map { .string("\($0)") },
      "endRevision": endRevision.map { .integer($0.rawValue) }, "end": end.map { .string($0.rawValue) }, "event": event.document,
    ])
  }
}
