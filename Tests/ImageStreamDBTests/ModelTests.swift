import TestSupport
import Testing

@testable import ImageStreamDB

/// Seeded random histories, compared with a model at every revision.
@Suite struct ModelTests {
  private static let streams: [ImageStreamName] = ["shop/web", "shop/web-api", "shop2/web"]
  private static let tagNames = ["latest", "1.0", "v"]
  private static let images = (0..<5).map { ImageFixtures.reference("image \($0)") }

  @Test(arguments: [UInt64](1...4))
  func `random changes leave what the model says, now and at every earlier revision`(seed: UInt64) async throws {
    try await withImageStore { store in
      var random = SeededGenerator(seed: seed)
      var model = TagModel()
      var states: [Revision: TagModel] = [1: model]
      for round in 0..<200 {
        let changes = (0..<(random.oneIn(4) ? 3 : 1)).map { _ in Self.change(&random) }
        let next = try store.keyValues.revision() + 1
        var expected = model
        var refusal: TagModel.Refusal?
        do {
          for change in changes { try expected.apply(change, at: next) }
        } catch let error as TagModel.Refusal {
          refusal = error
          expected = model
        }
        do {
          let commit = try await store.write { writer in
            for change in changes { try change.apply(to: &writer) }
          }
          #expect(refusal == nil, "seed \(seed), round \(round): \(changes) was not refused")
          if changes.count == 1 { #expect(commit.hasChanges == (expected != model), "seed \(seed), round \(round): \(changes)") }
        } catch let error as StoreError {
          #expect(refusal?.code == error.code, "seed \(seed), round \(round): \(changes): \(error)")
        }
        model = expected
        states[try store.keyValues.revision()] = model
        try #require(try store.keyValues.revision() <= next)
      }
      for (revision, state) in states {
        try store.read(at: .revision(revision)) { reader in
          try #require(try difference(from: state, &reader) == nil, "seed \(seed), revision \(revision)")
        }
      }
      try await requireWatch(store, states, seed: seed)
    }
  }

  private static func change(_ random: inout SeededGenerator) -> TagModel.Change {
    let stream = streams.randomElement(using: &random) ?? streams[0]
    func name(_ random: inout SeededGenerator) -> ImageStreamTagName {
      let stream = random.oneIn(5) ? streams.randomElement(using: &random) ?? streams[0] : stream
      return ImageStreamTagName(stringLiteral: "\(stream):\(tagNames.randomElement(using: &random) ?? "latest")")
    }
    let tag = name(&random)
    let image = images.randomElement(using: &random) ?? images[0]
    let digest = image.digest ?? Digest(of: [])
    let prefix = DigestPrefix(digest, digits: random.oneIn(2) ? 12 : 64)
    switch Int.random(in: 0..<20, using: &random) {
    case 0...6: return .reference(tag, image, by: "ci \(Int.random(in: 0..<100, using: &random))")
    case 7:
      let mirror = try? Reference(registry: "mirror.local", repository: "shop/web", digest: digest)
      return .reference(tag, mirror ?? image, by: "mirror")
    case 8: return .reference(tag, "quay.io/shop/web:1.0", by: "a tag that can change")
    case 9, 10: return .copy(tag, from: name(&random))
    case 11: return .streamImage(tag, ImageStreamImageName(stream: stream, digest: prefix))
    case 12: return .rollback(tag, .previous)
    case 13: return .rollback(tag, .steps(Int.random(in: 0...4, using: &random)))
    case 14: return .rollback(tag, random.oneIn(2) ? .image(prefix) : .sequence(Int64.random(in: -1...9, using: &random)))
    case 15: return .untag(tag)
    case 16: return .trim(tag, to: Int.random(in: 0...4, using: &random))
    case 17, 18: return .failure(tag, message: "try \(Int.random(in: 0..<2, using: &random))")
    default: return .removeStream(stream)
    }
  }

  /// The changes after any revision, applied to the newest events of then, come to those of now, and a stream resumed half-way goes on where it stopped.
  private func requireWatch(_ store: ImageStore, _ states: [Revision: TagModel], seed: UInt64) async throws {
    let end = try store.keyValues.revision()
    let whole = try await changes(of: store, after: 1, until: end)
    for change in whole {
      let state = try #require(states[change.revision], "seed \(seed)")
      let newest = state.tags[change.tag]?.events.last
      switch change.kind {
      case .moved(let event): #expect(event.sequence == newest?.sequence && event.revision == newest?.revision, "seed \(seed): \(change)")
      case .removed: #expect(state.tags[change.tag] == nil, "seed \(seed): \(change)")
      case .refused, .held, .holdEnded: Issue.record("seed \(seed): \(change)")
      case .importFailed(let condition): #expect(condition.message == state.tags[change.tag]?.failure, "seed \(seed): \(change)")
      }
    }
    var newest: [ImageStreamTagName: Int64] = [:]
    for change in whole {
      if case .moved(let event) = change.kind { newest[change.tag] = event.sequence }
      if case .removed = change.kind { newest[change.tag] = nil }
    }
    #expect(newest == states[end]?.tags.compactMapValues { $0.events.last?.sequence }, "seed \(seed)")
    let stops = whole.indices.filter { whole[$0].isLastOfRevision }
    for stop in [stops.first, stops[stops.count / 2], stops.last].compactMap({ $0 }) {
      let rest = try await changes(of: store, after: whole[stop].revision, until: end)
      #expect(rest == Array(whole[(stop + 1)...]), "seed \(seed)")
    }
  }

  /// Every change after `revision`: a last one, made in a scope of its own, tells where the stream ends.
  private func changes(of store: ImageStore, after revision: Revision, until end: Revision) async throws -> [TagChange] {
    let last: ImageStreamTagName = "end/of:stream"
    if try store.read({ try $0.tag(last) }) == nil { try await store.tag(last, as: Self.images[0]) }
    var changes: [TagChange] = []
    for try await change in try store.events(in: .all, after: revision) {
      if change.tag == last { break }
      changes.append(change)
    }
    #expect(changes.allSatisfy { $0.revision > revision && $0.revision <= end })
    #expect(
      zip(changes, changes.dropFirst()).allSatisfy { $0.revision < $1.revision || $0.revision == $1.revision && !$0.isLastOfRevision })
    return changes
  }

  // MARK: Comparing

  /// What differs between the store and the model, in the public reads and in the keys behind them; nil when nothing does.
  private func difference(from model: TagModel, _ reader: inout ImageStreamReader) throws -> String? {
    let streams = try reader.imageStreams().elements.map(\.name)
    guard streams == model.streams.keys.sorted() else { return "the streams are \(streams)" }
    for (name, generation) in model.streams {
      guard try reader.imageStream(name)?.generation == generation else { return "the generation of \(name) is not \(generation)" }
    }
    let tags = try reader.tags(in: .all).elements
    guard tags.map(\.name) == model.tags.keys.sorted() else { return "the tags are \(tags.map(\.name))" }
    var eventCount = 0
    for tag in tags {
      let entry = model.tags[tag.name] ?? TagModel.Entry()
      let history = try reader.history(of: tag.name)
      let events = history.reversed().map {
        TagModel.Event(
          sequence: $0.sequence, image: $0.image, pullSpec: $0.pullSpec, revision: $0.revision, generation: $0.generation, by: $0.by,
          cause: $0.cause)
      }
      guard events == entry.events else { return "the history of \(tag.name) is \(events), not \(entry.events)" }
      guard tag.newest == history.first, tag.eventCount == Int64(events.count) else { return "\(tag) does not agree with its history" }
      guard tag.generation == entry.generation, tag.importCondition?.message == entry.failure, tag.spec?.source == entry.source
      else { return "\(tag) is not \(entry)" }
      if let newest = tag.newest { guard try reader.resolve(tag.name).event == newest else { return "\(tag.name) resolves to another" } }
      eventCount += events.count
    }
    guard try reader.rangeCount(Keyspace.events) == eventCount else { return "there are events without a tag" }
    return try referenceDifference(from: model, &reader)
  }

  private func referenceDifference(from model: TagModel, _ reader: inout ImageStreamReader) throws -> String? {
    var count = 0
    for image in Self.images.compactMap(\.digest) {
      let expected = model.tags.sorted { $0.key < $1.key }.compactMap { name, entry -> TagReference? in
        let events = entry.events.filter { $0.image == image }
        guard let newest = events.last else { return nil }
        return TagReference(
          tag: name, eventCount: Int64(events.count), newestSequence: newest.sequence, isCurrent: entry.events.last?.image == image,
          index: nil)
      }
      let found = try reader.tags(referringTo: image)
      guard found == expected else { return "the references to \(image) are \(found), not \(expected)" }
      count += found.count
    }
    return try reader.rangeCount(Keyspace.references) == count ? nil : "there are references to other images"
  }
}

extension ImageStreamReader {
  fileprivate mutating func rangeCount(_ prefix: String) throws -> Int {
    var count = 0
    try forEach(RangeQuery(.prefix(Array(prefix.utf8)), keysOnly: true)) { _ in
      count += 1
      return true
    }
    return count
  }
}

extension DigestPrefix {
  fileprivate init(_ digest: Digest, digits: Int) {
    do { try self.init(String(digest.hex.prefix(digits))) } catch { preconditionFailure(error.message) }
  }
}
