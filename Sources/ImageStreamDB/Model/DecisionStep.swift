public import MVCC

/// A step of the way to a move of a tag: what was asked, what was found, what was decided, and why.
///
/// The steps of an event are stored with it, in the order in which they were taken, so that explaining it reads what was known then.
public struct DecisionStep: Hashable, Sendable {
  /// What kind of step it was.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Somebody asked for the move.
    case request
    /// A source was looked at, and answered.
    case `import`
    /// A policy chose among candidates.
    case policy
    /// A tag that is followed moved.
    case tracking
    /// A hold was consulted.
    case hold
    /// A rule that protects tags was consulted.
    case protection
    /// A release moved several tags together.
    case release
  }

  /// What kind of step it was.
  public let kind: Kind
  /// What it was about: a reference, a tag, a policy, a rule.
  public let subject: String
  /// What came of it, in a word or two.
  public let outcome: String
  /// Why, in a sentence; may be empty.
  public let detail: String
  /// The revision of another move that led to this one; nil when there is none.
  public let revision: Revision?

  /// A step.
  public init(_ kind: Kind, _ subject: String, outcome: String, detail: String = "", revision: Revision? = nil) {
    self.kind = kind
    self.subject = subject
    self.outcome = outcome
    self.detail = detail
    self.revision = revision
  }
}
