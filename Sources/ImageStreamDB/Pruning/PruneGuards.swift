internal import MVCC
internal import OCI

/// What the specs and holds of tags name, wherever they are: pruning keeps that.
///
/// Collected once, by a look at every tag, and kept up with what moves meanwhile. Takes 64 bytes or so for each tag that is made from an image of a stream, or
/// from another stream's tag that it does not follow: those that follow are found by a key.
struct PruneGuards: Sendable {
  /// The SHA-256 of each `stream:tag` and `stream@digest` that a spec names.
  private var named: Set<Digest> = []
  /// Images that specs name by the beginning of their digest.
  private var shortNames: [ImageStreamName: Set<DigestPrefix>] = [:]
  /// Images that a hold skips.
  private var skipped: Set<Digest> = []
  /// Up to where tags were looked at.
  private(set) var revision = Revision.zero

  /// Whether a spec is made from this tag.
  func names(_ tag: ImageStreamTagName) -> Bool { !named.isEmpty && named.contains(Self.key("\(tag)")) }

  /// Whether a spec is made from this image of this stream.
  func names(_ image: Digest, of stream: ImageStreamName) -> Bool {
    if let prefixes = shortNames[stream], prefixes.contains(where: { $0.matches(image) }) { return true }
    return !named.isEmpty && named.contains(Self.key("\(stream)@\(image)"))
  }

  /// Whether a hold skips this image.
  func skips(_ image: Digest) -> Bool { skipped.contains(image) }

  private static func key(_ name: String) -> Digest { Digest(of: Array(name.utf8)) }

  /// - Throws: `StoreError` when the spec names what cannot be read.
  private mutating func note(_ tag: Tag) throws(StoreError) {
    if case .skip(let image)? = tag.hold?.rule { skipped.insert(image) }
    guard let spec = tag.spec, let source = spec.source else { return }
    if let name = try source.tag(in: tag.name.stream), try spec.followedTag(in: tag.name.stream) == nil {
      named.insert(Self.key("\(name)"))
    }
    guard let name = try source.image(in: tag.name.stream) else { return }
    if let algorithm = name.digest.algorithm, name.digest.hex.count == algorithm.hexCount {
      named.insert(Self.key("\(name)"))
    } else {
      shortNames[name.stream, default: []].insert(name.digest)
    }
  }

  /// Notes a tag by its record; answers what is wrong with it.
  private mutating func note(_ keyValue: KeyValue) -> PruneDecision? {
    do {
      try note(Tag(keyValue))
      return nil
    } catch {
      return PruneDecision(object: .record(keyValue.keyText), verdict: .fault, reason: "\(error)")
    }
  }

  /// Tags looked at in one read transaction.
  private static let maximumTagsPerPage = 1_000

  /// Looks at the tags that changed since the last look; at all of them the first time, or when the log does not tell any more. Answers what is wrong.
  mutating func catchUp(with store: ImageStore) throws -> [PruneDecision] {
    var faults: [PruneDecision] = []
    let tags = Keyspace.tags(in: .all)
    if revision > .zero {
      do {
        while true {
          let batch = try store.keyValues.events(in: tags, after: revision)
          faults += batch.events.filter { $0.kind == .put }.compactMap { note($0.keyValue) }
          guard batch.revision > revision else { return faults }
          revision = batch.revision
          if revision >= batch.storeRevision { return faults }
        }
      } catch let error as StoreError where error.code == .compacted {
        revision = .zero
      }
    }
    let start = try store.keyValues.revision()
    var rest = tags
    while true {
      let page = try store.read { reader in try reader.page(rest, limit: Self.maximumTagsPerPage) { $0 } }
      faults += page.elements.compactMap { note($0) }
      guard page.hasMore, let last = page.elements.last else { break }
      rest = tags.after(last.key)
    }
    revision = start
    return faults
  }
}
