public import OCI

/// What pruning decided about one object, and why.
public struct PruneDecision: Hashable, Sendable {
  /// What a decision is about.
  public enum Object: Hashable, Sendable {
    /// An event of a tag's history.
    case event(TagEvent)
    /// A tag: one without events, or one that is kept with all of them.
    case tag(ImageStreamTagName)
    /// An image, with what it takes to find it.
    case image(Digest)
    /// The bytes of an image's manifest.
    case manifest(Digest)
    /// The bytes of a configuration.
    case configuration(Digest)
    /// Something registered, as an object that uses images.
    case use(UsingObject)
    /// A record that cannot be read, by its key.
    case record(String)
  }

  /// What was decided.
  public enum Verdict: String, Hashable, Sendable, CaseIterable {
    /// It stays.
    case keep
    /// It goes; when the run is confirmed, it is gone.
    case remove
    /// It could not be judged, and stays.
    case fault
  }

  /// What it is about.
  public let object: Object
  /// What was decided.
  public let verdict: Verdict
  /// Why, in a sentence.
  public let reason: String
}

extension PruneDecision.Object: CustomStringConvertible {
  public var description: String {
    switch self {
    case .event(let event): "event \(event.sequence) of \(event.tag)"
    case .tag(let name): "tag \(name)"
    case .image(let digest): "image \(digest)"
    case .manifest(let digest): "manifest \(digest)"
    case .configuration(let digest): "configuration \(digest)"
    case .use(let object): "use by \(object)"
    case .record(let key): "record \(key)"
    }
  }
}
