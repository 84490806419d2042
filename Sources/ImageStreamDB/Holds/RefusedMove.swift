public import MVCC
public import OCI

/// An automatic move that a hold or a protection refused. The tag points where it did.
public struct RefusedMove: Hashable, Sendable {
  /// The image that it would have pointed at; nil for a reference.
  public let image: Digest?
  /// Where that is.
  public let pullSpec: String
  /// What kind of move it would have been.
  public let cause: TagEvent.Cause
  /// What it would have been made from.
  public let source: String
  /// Why it was refused, in a sentence.
  public let reason: String
  /// When it was first refused; the same refusal again is not noted again.
  public let time: Timestamp
  /// The revision that noted it.
  public let revision: Revision
}
