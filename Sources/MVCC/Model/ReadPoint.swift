/// When a read looks at the store.
public enum ReadPoint: Hashable, Sendable {
  /// The newest committed revision.
  case latest

  /// Right after that revision was committed.
  case revision(Revision)

  /// As the store stood at that time: after the last commit at or before it.
  case time(Timestamp)
}
