import ArgumentParser
import ImageStreamDB

/// `isdb list streams`.
struct ListStreamsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "streams", abstract: "List streams with their tags.")

  @Argument(
    help: ArgumentHelp("Only the streams of a namespace; a stream, NAMESPACE/STREAM, lists its tags.", valueName: "namespace"),
    completion: NameCompletion.tags)
  var scope: String?

  @Option(
    name: [.customShort("l"), .long], help: ArgumentHelp("Only streams with such labels: tier=web,env!=test,!legacy.", valueName: "labels"))
  var selector: String?

  @OptionGroup var page: PageOptions
  @OptionGroup var read: ReadOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() throws {
    let point = try read.point()
    let scope = try scope.map { try TagScope($0) } ?? .all
    let selector = try selector.map { try LabelSelector($0) }
    let namespace: String?
    switch scope {
    case .all: namespace = nil
    case .namespace(let name): namespace = name
    case .stream, .tag: return try TagListing(scope: scope, point: point, limit: page.limit).print(output, options)
    }
    let (listings, hasMore, revision) = try options.reading { store in
      try store.read(at: point) { reader in
        let streams = try reader.imageStreams(in: namespace, limit: page.limit, matching: selector)
        let hosts = try reader.registryHosts()
        let listings = try streams.elements.map { try Listing($0, hosts, &reader) }
        return (listings, streams.hasMore, reader.revision)
      }
    }
    let document = Document.object([
      "revision": .integer(revision.rawValue), "items": .array(listings.map(document)), "hasMore": .boolean(hasMore),
    ])
    try output.print(
      document, table: { table(listings) },
      ifEmpty: "no streams\(namespace.map { " in \($0)" } ?? ""); make one with isdb import or isdb tag", hasMore: hasMore)
  }

  private func document(_ listing: Listing) -> Document {
    .object([
      "name": .string("\(listing.stream.name)"),
      "created": .string("\(listing.stream.created)"),
      "updated": listing.newestFirst.first?.newest.map { .string("\($0.created)") },
      "tags": .array(listing.tags.sorted { TagOrder($0.name.tag) < TagOrder($1.name.tag) }.map { .string($0.name.tag) }),
    ])
  }

  private func table(_ listings: [Listing]) -> Table {
    let hasRepositories = listings.contains { $0.repository != nil }
    var table = hasRepositories ? Table("NAME", "IMAGE REPOSITORY", "TAGS", "UPDATED") : Table("NAME", "TAGS", "UPDATED")
    for listing in listings { table.add(listing.cells(hasRepositories: hasRepositories, now: .now)) }
    return table
  }
}

/// A stream with its tags.
private struct Listing {
  let stream: ImageStream
  let tags: [Tag]
  let repository: String?

  init(_ stream: ImageStream, _ hosts: RegistryHosts, _ reader: inout ImageStreamReader) throws {
    self.stream = stream
    tags = try reader.tags(in: .stream(stream.name)).elements
    repository = hosts.publicRepository(of: stream.name) ?? stream.repository ?? hosts.repository(of: stream.name)
  }

  func cells(hasRepositories: Bool, now: Timestamp) -> [String] {
    let updated = newestFirst.first?.newest.map { "\(Age(of: $0.created, now: now))" } ?? ""
    return ["\(stream.name)"] + (hasRepositories ? [repository ?? ""] : []) + [tagsText, updated]
  }

  /// As `oc get is` has them: the tags that moved last come first.
  var newestFirst: [Tag] {
    let earliest = Timestamp(millisecondsSinceEpoch: .min)
    return tags.sorted { left, right in
      let (leftTime, rightTime) = (left.newest?.created ?? earliest, right.newest?.created ?? earliest)
      return leftTime == rightTime ? left.name < right.name : leftTime > rightTime
    }
  }

  /// Tags up to about 40 columns, and how many there are beyond.
  var tagsText: String {
    let names = newestFirst.map(\.name.tag)
    var shown: [String] = []
    var width = 0
    for name in names {
      if !shown.isEmpty, width + 1 + name.count > Self.maximumTagsWidth { break }
      shown.append(name)
      width += name.count + 1
    }
    let rest = names.count - shown.count
    return shown.joined(separator: ",") + (rest > 0 ? " + \(rest) more" : "")
  }

  private static let maximumTagsWidth = 40
}
