import ImageStreamDB

/// A stream with its tags and the beginnings of their histories, as `oc describe is` lays them out.
struct StreamDescription {
  private let stream: ImageStream
  private let tags: [TagBlock]
  private let revision: Revision

  /// - Throws: `StoreError` with code `notFound` when there is no such stream.
  init(_ name: ImageStreamName, _ reader: inout ImageStreamReader) throws {
    guard let stream = try reader.imageStream(name) else {
      throw StoreError(.notFound, "there is no stream \(name) at revision \(reader.revision); see isdb list")
    }
    self.stream = stream
    tags = try reader.tags(in: .stream(name)).elements.sorted { TagOrder($0.name.tag) < TagOrder($1.name.tag) }.map { tag in
      TagBlock(tag: tag, events: try reader.history(of: tag.name, limit: TagBlock.maximumEvents))
    }
    revision = reader.revision
  }

  var document: Document {
    .object([
      "revision": .integer(revision.rawValue),
      "name": .string("\(stream.name)"),
      "created": .string("\(stream.created)"),
      "tags": .array(tags.map(\.document)),
    ])
  }

  func lines(now: Timestamp) -> [String] {
    var sheet = Sheet()
    sheet.add("Name", stream.name.name)
    sheet.add("Namespace", stream.name.namespace)
    sheet.add("Created", "\(Age(of: stream.created, now: now))")
    sheet.add("Unique Images", "\(Set(tags.flatMap { $0.events.map(\.image) }).count)")
    sheet.add("Tags", "\(tags.count)")
    for tag in tags {
      sheet.add(line: "")
      sheet.add(line: tag.tag.name.tag)
      tag.add(to: &sheet, now: now)
    }
    return sheet.lines
  }
}
