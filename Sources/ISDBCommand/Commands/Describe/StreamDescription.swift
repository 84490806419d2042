import ImageStreamDB

/// A stream with its tags and the beginnings of their histories, as `oc describe is` lays them out.
struct StreamDescription {
  private let stream: ImageStream
  private let tags: [TagBlock]
  private let revision: Revision
  private let hosts: RegistryHosts
  private let imageCount: Int

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
    hosts = try reader.registryHosts()
    imageCount = try reader.imageCount(in: name)
  }

  var document: Document {
    .object([
      "revision": .integer(revision.rawValue),
      "name": .string("\(stream.name)"),
      "created": .string("\(stream.created)"),
      "generation": .integer(stream.generation),
      "labels": stream.labels.isEmpty ? nil : .object(texts: stream.labels),
      "annotations": stream.annotations.isEmpty ? nil : .object(texts: stream.annotations),
      "usesLocalLookup": .boolean(stream.usesLocalLookup),
      "repository": repository.map { .string($0) },
      "tags": .array(tags.map(\.document)),
    ])
  }

  func lines(now: Timestamp) -> [String] {
    var sheet = Sheet()
    sheet.add("Name", stream.name.name)
    sheet.add("Namespace", stream.name.namespace)
    sheet.add("Created", "\(Age(of: stream.created, now: now))")
    sheet.add("Labels", stream.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
    sheet.add("Annotations", stream.annotations.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
    sheet.add("Image Repository", repository)
    sheet.add("Image Lookup", "local=\(stream.usesLocalLookup)")
    sheet.add("Unique Images", "\(imageCount)")
    sheet.add("Tags", "\(tags.count)")
    let aliases = aliases
    for block in tags where !aliases.values.joined().contains(block.tag.name.tag) {
      let names = aliases[block.tag.name.tag, default: []]
      sheet.add(line: "")
      sheet.add(line: block.tag.name.tag + (names.isEmpty ? "" : " (\(names.joined(separator: ", ")))"))
      block.add(to: &sheet, now: now)
    }
    return sheet.lines
  }

  private var repository: String? {
    hosts.publicRepository(of: stream.name) ?? stream.repository ?? hosts.repository(of: stream.name)
  }

  /// The tags that only repeat another one of the stream, by that one's name: they follow it, point where it does, and have nothing to tell of their own.
  private var aliases: [String: [String]] {
    let byName = Dictionary(uniqueKeysWithValues: tags.map { ($0.tag.name, $0.tag) })
    var aliases: [String: [String]] = [:]
    for block in tags {
      let tag = block.tag
      guard case .imageStreamTag? = tag.spec?.source, let target = try? tag.spec?.source?.tag(in: stream.name), target != tag.name,
        let followed = byName[target], followed.newest?.image == tag.newest?.image, tag.hold == nil, tag.refused == nil
      else { continue }
      // Only tags that follow none themselves have a block to be named in.
      guard case .imageStreamTag? = followed.spec?.source else {
        aliases[target.tag, default: []].append(tag.name.tag)
        continue
      }
    }
    return aliases
  }
}
