public import MVCC

/// A durable wish to be told when tags move: a name, the tags, and what to do.
public struct Trigger: Hashable, Sendable {
  /// 1 to 63 lower-case letters, digits and inner hyphens.
  public let name: String
  /// The tags it is about.
  public let scope: TagScope
  /// The command and its arguments, for triggers that `isdb trigger run` executes; empty for those of a program.
  public let command: [String]
  /// When it was added.
  public let created: Timestamp
  /// The revision that added it. It tells a trigger from one of the same name that was removed.
  public let createRevision: Revision
  /// Attempts after which an image is given up for a tag; 0 means never.
  public let maximumAttempts: Int
}
