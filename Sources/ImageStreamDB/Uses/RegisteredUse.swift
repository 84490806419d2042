public import MVCC
public import OCI

/// What an object outside of the store uses, as somebody registered it: pruning keeps that.
public struct RegisteredUse: Hashable, Sendable {
  /// The object.
  public let object: UsingObject
  /// Tags that it uses, wherever they point.
  public let tags: [ImageStreamTagName]
  /// Images that it uses, by digest.
  public let images: [Digest]
  /// Pull specs that it uses, as they are spelled there. One by digest stands for the image, another one for the tag that its repository and tag name;
  /// the registry's host does not matter.
  public let pullSpecs: [String]
  /// Who registered it, as they said.
  public let by: String
  /// When it was registered as it is now.
  public let created: Timestamp
  /// The revision of that.
  public let revision: Revision

  /// The pull specs that name nothing, because they are no references.
  public var unreadablePullSpecs: [String] { pullSpecs.filter { (try? Reference($0)) == nil } }

  /// What it uses, each once.
  var targets: Set<UseTarget> {
    Set(tags.map { .tag($0) } + images.map { .image($0) } + pullSpecs.compactMap { UseTarget(pullSpec: $0) })
  }
}

/// A tag or an image that something uses.
enum UseTarget: Hashable {
  case tag(ImageStreamTagName)
  case image(Digest)

  /// What a pull spec stands for in this store; nil when it can be nothing that a store has.
  init?(pullSpec text: String) {
    guard let reference = try? Reference(text) else { return nil }
    if let digest = reference.digest {
      self = .image(digest)
    } else if let tag = try? ImageStreamTagName("\(reference.repository):\(reference.tag ?? Reference.defaultTag)") {
      self = .tag(tag)
    } else {
      return nil
    }
  }

  /// The name; a digest's has a colon before any slash, a tag's behind one.
  var text: String {
    switch self {
    case .tag(let name): name.description
    case .image(let digest): digest.description
    }
  }
}
