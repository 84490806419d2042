import ImageStreamDB

/// An image with the tags that have or had it.
struct ImageDescription {
  private let digest: Digest
  private let image: Image?
  private let event: TagEvent?
  private let references: [TagReference]
  private let revision: Revision

  /// An image of a stream, of which the store may know no more than its place.
  ///
  /// - Throws: `StoreError` with code `notFound` or `ambiguous`.
  init(_ name: ImageStreamImageName, _ reader: inout ImageStreamReader) throws {
    let resolved = try reader.resolve(name)
    guard let digest = resolved.image else { throw StoreError(.notFound, "\(name) is a reference that was not looked up; import it") }
    try self.init(digest, try reader.image(digest), resolved.event, &reader)
  }

  /// An image that was imported.
  ///
  /// - Throws: `StoreError` with code `notFound` or `ambiguous`.
  init(_ prefix: DigestPrefix, _ reader: inout ImageStreamReader) throws {
    let image = try reader.image(matching: prefix)
    try self.init(image.digest, image, nil, &reader)
  }

  private init(_ digest: Digest, _ image: Image?, _ event: TagEvent?, _ reader: inout ImageStreamReader) throws {
    self.digest = digest
    self.image = image
    self.event = event
    references = try reader.tags(referringTo: digest)
    revision = reader.revision
  }

  var document: Document {
    Document.object(["revision": .integer(revision.rawValue)])
      .merging(image?.document ?? .object(["digest": .string("\(digest)")]))
      .adding([
        "pullSpec": event.map { .string($0.pullSpec) },
        "tags": .array(
          references.map {
            .object([
              "name": .string("\($0.tag)"), "isCurrent": .boolean($0.isCurrent), "eventCount": .integer($0.eventCount),
              "newestSequence": .integer($0.newestSequence), "index": $0.index.map { .string("\($0)") },
            ])
          }),
      ])
  }

  func lines(now: Timestamp) -> [String] {
    var sheet = Sheet()
    sheet.add("Image Name", "\(digest)")
    sheet.add("Pull Spec", event?.pullSpec)
    if let image { image.addDetails(to: &sheet, now: now) } else { sheet.add("Metadata", "not imported; isdb import fetches it") }
    sheet.add("Tags", references.filter(\.isCurrent).map(\.text))
    sheet.add("Formerly", references.filter { !$0.isCurrent }.map(\.text))
    return sheet.lines
  }
}

extension TagReference {
  fileprivate var text: String { index.map { "\(tag) in index \($0.short)" } ?? "\(tag)" }
}
