import TestSupport

@testable import ImageStreamDB

/// Tags as a dictionary of lists, simple enough to be right by inspection: what a store is compared with.
struct TagModel: Equatable {
  /// What is expected of an event.
  struct Event: Equatable {
    var sequence: Int64
    var image: Digest?
    var pullSpec: String
    var revision: Revision
    var generation: Int64
    var by: String
    var cause: TagEvent.Cause
  }

  /// What is expected of a tag, its events oldest first.
  struct Entry: Equatable {
    var events: [Event] = []
    var nextSequence: Int64 = 1
    /// The generation of its spec.
    var generation: Int64 = 0
    var failure: String?
    /// What its spec is made from.
    var source: TagSource?
  }

  /// Why a change is refused.
  struct Refusal: Error, Equatable {
    let code: StoreError.Code
  }

  /// A change, as a test makes it up.
  enum Change {
    case reference(ImageStreamTagName, Reference, by: String)
    case copy(ImageStreamTagName, from: ImageStreamTagName)
    case streamImage(ImageStreamTagName, ImageStreamImageName)
    case rollback(ImageStreamTagName, RollbackTarget)
    case untag(ImageStreamTagName)
    case trim(ImageStreamTagName, to: Int)
    case failure(ImageStreamTagName, message: String)
    case removeStream(ImageStreamName)
  }

  private(set) var tags: [ImageStreamTagName: Entry] = [:]
  /// The generation of each stream.
  private(set) var streams: [ImageStreamName: Int64] = [:]

  /// - Parameter revision: the one that the change gets.
  mutating func apply(_ change: Change, at revision: Revision) throws(Refusal) {
    switch change {
    case .reference(let name, let reference, let by):
      guard let digest = reference.digest else { throw Refusal(code: .invalidArgument) }
      move(name, digest, "\(reference.name)@\(digest)", .registryImage("\(reference.name)@\(digest)"), by, .tag, revision)
    case .copy(let name, let source):
      guard let newest = tags[source]?.events.last else { throw Refusal(code: .notFound) }
      move(name, newest.image, newest.pullSpec, Self.image(newest.image, of: source.stream, for: name), "", .tag, revision)
    case .streamImage(let name, let image):
      let event = try newest(of: image)
      move(name, event.image, event.pullSpec, Self.image(event.image, of: image.stream, for: name), "", .tag, revision)
    case .rollback(let name, let target): try rollBack(name, to: target, revision)
    case .untag(let name):
      guard let entry = tags.removeValue(forKey: name) else { throw Refusal(code: .notFound) }
      if entry.source != nil { advance(name.stream) }
    case .trim(let name, let count):
      guard var entry = tags[name] else { return }
      entry.events.removeFirst(max(0, entry.events.count - max(1, count)))
      tags[name] = entry
    case .failure(let name, let message):
      var entry = tags[name] ?? Entry()
      guard entry.failure != message else { return }
      entry.generation = advance(name.stream)
      entry.failure = message
      entry.source = entry.source ?? .registryImage("quay.io/\(name)")
      tags[name] = entry
    case .removeStream(let name):
      guard streams[name] != nil else { throw Refusal(code: .notFound) }
      guard !tags.keys.contains(where: { $0.stream == name }) else { throw Refusal(code: .conflict) }
      streams[name] = nil
    }
  }

  /// Counts a change of a stream's spec; its first one makes it.
  @discardableResult
  private mutating func advance(_ stream: ImageStreamName) -> Int64 {
    streams[stream, default: 0] += 1
    return streams[stream] ?? 1
  }

  /// An image of a stream, as the spec of a tag names it.
  private static func image(_ image: Digest?, of stream: ImageStreamName, for name: ImageStreamTagName) -> TagSource {
    .imageStreamImage(
      "\(stream.name)@\(image.map { "\($0)" } ?? "")", namespace: stream.namespace == name.stream.namespace ? nil : stream.namespace)
  }

  /// - Parameter source: what the tag is meant to be made from now; nil leaves that.
  private mutating func move(
    _ name: ImageStreamTagName, _ image: Digest?, _ pullSpec: String, _ source: TagSource?, _ by: String, _ cause: TagEvent.Cause,
    _ revision: Revision
  ) {
    var entry = tags[name] ?? Entry()
    if let source, entry.source != source {
      entry.source = source
      entry.generation = advance(name.stream)
    }
    let generation = source == nil ? streams[name.stream] ?? 1 : entry.generation
    if var newest = entry.events.last, newest.image == image {
      guard newest.pullSpec != pullSpec || newest.generation != generation else {
        tags[name] = entry
        return
      }
      newest.pullSpec = pullSpec
      newest.revision = revision
      newest.generation = generation
      entry.events[entry.events.count - 1] = newest
    } else {
      entry.events.append(
        Event(
          sequence: entry.nextSequence, image: image, pullSpec: pullSpec, revision: revision, generation: generation, by: by, cause: cause))
      entry.nextSequence += 1
    }
    entry.failure = nil
    tags[name] = entry
  }

  private mutating func rollBack(_ name: ImageStreamTagName, to target: RollbackTarget, _ revision: Revision) throws(Refusal) {
    guard let events = tags[name]?.events, let newest = events.last else { throw Refusal(code: .notFound) }
    let event: Event?
    switch target {
    case .previous: event = events.last { $0.image != newest.image }
    case .steps(let steps):
      guard steps > 0 else { throw Refusal(code: .invalidArgument) }
      event = steps < events.count ? events[events.count - 1 - steps] : nil
    case .image(let prefix):
      guard Set(events.compactMap(\.image).filter(prefix.matches)).count < 2 else { throw Refusal(code: .ambiguous) }
      event = events.last { $0.image.map(prefix.matches) ?? false }
    case .sequence(let sequence): event = events.last { $0.sequence == sequence }
    case .revision, .time: throw Refusal(code: .unsupported)
    }
    guard let event else { throw Refusal(code: .notFound) }
    guard event.image != newest.image || event.pullSpec != newest.pullSpec else { throw Refusal(code: .conflict) }
    move(name, event.image, event.pullSpec, nil, "", .rollback, revision)
  }

  private func newest(of name: ImageStreamImageName) throws(Refusal) -> Event {
    let newestOfTags = tags.filter { $0.key.stream == name.stream }.sorted { $0.key < $1.key }
    let events = newestOfTags.flatMap { tag in
      Dictionary(grouping: tag.value.events.filter { $0.image.map(name.digest.matches) ?? false }, by: \.image).values.compactMap(\.last)
    }
    guard Set(events.map(\.image)).count < 2 else { throw Refusal(code: .ambiguous) }
    guard let event = events.reduce(nil, { (best: Event?, next) in (best.map { $0.revision >= next.revision } ?? false) ? best : next })
    else { throw Refusal(code: .notFound) }
    return event
  }
}

extension TagModel.Change {
  /// Makes the change in a store.
  func apply(to writer: inout ImageStreamWriter) throws {
    switch self {
    case .reference(let name, let reference, let by): try writer.tag(name, as: .reference(reference), by: by)
    case .copy(let name, let source): try writer.tag(name, as: .tag(source))
    case .streamImage(let name, let image): try writer.tag(name, as: .streamImage(image))
    case .rollback(let name, let target): try writer.rollback(name, to: target)
    case .untag(let name): try writer.untag(name)
    case .trim(let name, let count): try writer.trimHistory(of: name, to: count)
    case .failure(let name, let message):
      try writer.recordImportFailure(reason: "NotFound", message: message, from: ImportSource(reference: "quay.io/\(name)"), to: name)
    case .removeStream(let name): try writer.removeImageStream(name)
    }
  }
}
