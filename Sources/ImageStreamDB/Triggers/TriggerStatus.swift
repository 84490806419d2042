public import MVCC

/// A trigger with its progress.
public struct TriggerStatus: Hashable, Sendable {
  /// The trigger.
  public let trigger: Trigger
  /// Everything up to here is dealt with.
  public let revision: Revision
  /// How it stands with each tag that it ever ran for, by name.
  public let deliveries: [Delivery]
}
