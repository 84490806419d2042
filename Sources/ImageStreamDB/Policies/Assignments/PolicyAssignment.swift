public import MVCC
public import OCI

/// A policy that moves a tag, with what it has chosen.
public struct PolicyAssignment: Hashable, Sendable {
  /// The tag that it moves.
  public let tag: ImageStreamTagName

  /// The stream whose tags are the candidates; it may be the tag's own.
  public let source: ImageStreamName

  /// The policy.
  public let policy: TagPolicy

  /// What it has chosen; nil while no candidate is eligible. The tag points there, unless a hold or a person says otherwise.
  public internal(set) var choice: PolicyChoice?

  /// Who set it, as they said.
  public let by: String

  /// Why, as they said; may be empty.
  public let because: String

  /// Since when.
  public let created: Timestamp

  /// The revision that set it.
  public let revision: Revision
}

/// A candidate that a policy has chosen, as it was when it was chosen.
public struct PolicyChoice: Hashable, Sendable {
  /// The candidate's own name, without its stream.
  public let tag: String

  /// The image that it pointed at. It may point at another one since, which is not old enough yet.
  public let image: Digest

  /// Where that is.
  public let pullSpec: String

  /// When the candidate first pointed at that image.
  public let firstSeen: Timestamp

  /// The revision that chose it.
  public let revision: Revision

  /// The candidate that it was chosen as.
  func candidate(platforms: [Platform]?) -> PolicyCandidate {
    PolicyCandidate(tag: tag, image: image, firstSeen: firstSeen, platforms: platforms)
  }
}
