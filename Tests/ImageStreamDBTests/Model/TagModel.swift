import TestSupport

@testable import ImageStreamDB

/// Image streams as dictionaries of lists, simple enough to be right by inspection: what a store is compared with.
///
/// It is written from the rules (OpenShift's, and what this store promises beyond them), and shares no code with the store but the plain values.
struct TagModel: Equatable {
  /// What is expected of an event.
  struct Event: Equatable {
    var sequence: Int64
    var image: Digest?
    var pullSpec: String
    var created: Timestamp
    /// The revision of the move.
    var moved: Revision
    /// The revision of the move, or of the last correction.
    var revision: Revision
    var generation: Int64
    var by: String
    var cause: TagEvent.Cause
    var source: String
  }

  /// An automatic move that did not happen.
  struct Refused: Equatable {
    var image: Digest?
    var pullSpec: String
    var cause: TagEvent.Cause
    var source: String
    var reason: Reason
    var time: Timestamp
    var revision: Revision
  }

  /// Why a move did not happen.
  struct Reason: Equatable {
    /// What the sentence has to say.
    var phrase: String
    /// What tells reasons with the same phrase apart.
    var detail = ""
  }

  /// What is expected of a tag, its events oldest first.
  struct Entry: Equatable {
    var spec: TagSpec?
    var events: [Event] = []
    var nextSequence: Int64 = 1
    var condition: ImportCondition?
    var hold: Hold?
    var refused: Refused?

    /// Whether there is anything to keep of it.
    var isEmpty: Bool { spec == nil && events.isEmpty && condition == nil }
  }

  /// What is expected of a stream.
  struct Stream: Equatable {
    var created: Timestamp
    var generation: Int64 = 1
    var labels: [String: String] = [:]
    var annotations: [String: String] = [:]
    var usesLocalLookup = false
    var repository: String?
  }

  /// A rule that protects tags.
  struct Protection: Equatable {
    var pattern: String
    var kind: ProtectionRule.Kind
    var by: String
  }

  /// Why a change is refused.
  struct Refusal: Error, Equatable {
    let code: StoreError.Code
  }

  /// The host of the store's own registry; nil when it has none.
  let host: String?
  /// The repositories of the images that are in the store.
  let imported: [Digest: String]
  /// When the next write is.
  var revision: Revision = 1
  var time = Timestamp(millisecondsSinceEpoch: 0)

  var streams: [ImageStreamName: Stream] = [:]
  var tags: [ImageStreamTagName: Entry] = [:]
  var protections: [String: [Protection]] = [:]
  /// Removed tags as they were when they were last seen.
  var removed: [ImageStreamTagName: Entry] = [:]

  init(host: String?, imported: [Digest: String]) {
    self.host = host
    self.imported = imported
  }

  /// Whether both say the same, whenever they say it.
  func isSameState(as other: TagModel) -> Bool {
    streams == other.streams && tags == other.tags && protections == other.protections
  }

  // MARK: Streams

  /// Counts a change of a stream's spec; its first one makes it.
  @discardableResult
  mutating func advance(_ name: ImageStreamName) -> Int64 {
    if streams[name] == nil { streams[name] = Stream(created: time) } else { streams[name]?.generation += 1 }
    return generation(of: name)
  }

  func generation(of name: ImageStreamName) -> Int64 { streams[name]?.generation ?? 1 }

  func repository(of stream: ImageStreamName) -> String? { host.map { "\($0)/\(stream)" } }

  // MARK: Names

  /// The tag that a spec is made from; nil for another source.
  static func source(_ spec: TagSpec?, in stream: ImageStreamName) -> ImageStreamTagName? {
    guard case .imageStreamTag(let name, let namespace)? = spec?.source else { return nil }
    let parts = name.split(separator: ":").map(String.init)
    let streamName = parts.count == 2 ? parts[0] : stream.name
    return ImageStreamTagName(stringLiteral: "\(namespace ?? stream.namespace)/\(streamName):\(parts[parts.count - 1])")
  }

  /// The tag that is followed: any of the same stream, and one of another stream if the spec says so.
  static func followed(_ spec: TagSpec?, in stream: ImageStreamName) -> ImageStreamTagName? {
    guard let source = source(spec, in: stream), source.stream == stream || spec?.follows == true else { return nil }
    return source
  }

  func followers(of name: ImageStreamTagName) -> [ImageStreamTagName] {
    tags.filter { Self.followed($0.value.spec, in: $0.key.stream) == name }.keys.sorted()
  }

  /// The event of a stream that has an image: the one of its tags that was written last.
  func event(of name: ImageStreamImageName) throws(Refusal) -> Event {
    var newest: [Digest: Event] = [:]
    for (tag, entry) in tags.sorted(by: { $0.key < $1.key }) where tag.stream == name.stream {
      var ofTag: [Digest: Event] = [:]
      for event in entry.events { if let image = event.image, name.digest.matches(image) { ofTag[image] = event } }
      for (image, event) in ofTag where newest[image].map({ $0.revision < event.revision }) ?? true { newest[image] = event }
    }
    guard let event = newest.values.first else { throw Refusal(code: .notFound) }
    guard newest.count == 1 else { throw Refusal(code: .ambiguous) }
    return event
  }

  /// What a tag resolves to; nil when it has no image.
  func pullSpec(of name: ImageStreamTagName) -> String? {
    guard let entry = tags[name], let event = entry.events.last else { return nil }
    guard entry.spec?.referencePolicy == .local, let image = event.image else { return event.pullSpec }
    guard let repository = repository(of: name.stream) ?? streams[name.stream]?.repository else { return event.pullSpec }
    return "\(repository)@\(image)"
  }
}
