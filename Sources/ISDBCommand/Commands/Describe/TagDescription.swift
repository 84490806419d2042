import ImageStreamDB

/// A tag with its history and the image that it points at.
struct TagDescription {
  private let block: TagBlock
  private let image: Image?
  private let policy: PolicyAssignment?
  private let revision: Revision

  /// - Throws: `StoreError` with code `notFound` when there is no such tag.
  init(_ name: ImageStreamTagName, _ reader: inout ImageStreamReader) throws {
    guard let tag = try reader.tag(name) else {
      throw StoreError(.notFound, "there is no tag \(name) at revision \(reader.revision); see isdb list \(name.stream)")
    }
    block = TagBlock(tag: tag, events: try reader.history(of: name, limit: TagBlock.maximumEvents))
    image = try tag.newest?.image.flatMap { try reader.image($0) }
    policy = try reader.policy(of: name)
    revision = reader.revision
  }

  var document: Document {
    .object(["revision": .integer(revision.rawValue)]).merging(block.document).adding([
      "policy": policy?.document, "image": image?.document,
    ])
  }

  func lines(now: Timestamp) -> [String] {
    var sheet = Sheet()
    sheet.add("Name", block.tag.name.tag)
    sheet.add("Stream", "\(block.tag.name.stream)")
    sheet.add("Events", "\(block.tag.eventCount)")
    if let policy { sheet.add("Policy", "\(policy.policy), from \(policy.source); chose \(policy.choice?.tag ?? "none")") }
    if let newest = block.tag.newest {
      if let image = newest.image { sheet.add("Image Name", "\(image)") }
      sheet.add("Pull Spec", newest.pullSpec)
      sheet.add("Updated", "\(Age(of: newest.created, now: now)), \(newest.account)")
    }
    if let image {
      image.addDetails(to: &sheet, now: now)
    } else if block.tag.newest != nil {
      sheet.add("Metadata", "not imported; isdb import fetches it")
    }
    sheet.add(line: "")
    block.add(to: &sheet, now: now)
    return sheet.lines
  }
}
