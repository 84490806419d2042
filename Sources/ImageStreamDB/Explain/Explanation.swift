/// Why a tag points where it does: the event, the way that led to it, what stood in the way, and what followed.
///
/// All of it was written when it happened; nothing is guessed from what is so now.
public struct Explanation: Sendable {
  /// A trigger that ran for the event, or did not yet.
  public struct Firing: Hashable, Sendable {
    /// The trigger.
    public let trigger: Trigger
    /// What came of it; nil when it has not run for this event.
    public let delivery: Delivery?
  }

  /// The tag as it is at the revision that was read.
  public let tag: Tag
  /// The event.
  public let event: TagEvent
  /// The event before it; nil for the first.
  public let previous: TagEvent?
  /// The way to it, in order.
  public let steps: [DecisionStep]
  /// How the event of the followed tag came about, when it was one; the nearest first.
  public let upstream: [Explanation.Origin]
  /// The rule that protects the tag; nil when none does.
  public let protection: ProtectionRule?
  /// The triggers that are about the tag.
  public let firings: [Firing]

  /// An event of another tag that led to this one.
  public struct Origin: Hashable, Sendable {
    /// The event.
    public let event: TagEvent
    /// The way to it.
    public let steps: [DecisionStep]
  }
}
