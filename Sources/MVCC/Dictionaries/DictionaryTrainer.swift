/// Trains dictionaries as a policy says: a duty of the keeper.
public struct DictionaryTrainer: KeeperDuty {
  /// When which class is trained.
  public var policy: DictionaryPolicy

  /// The time between two looks at whether a class has changed enough, which may walk over it.
  public var interval = Duration.seconds(60 * 60)

  /// A trainer with that policy.
  public init(_ policy: DictionaryPolicy = DictionaryPolicy()) { self.policy = policy }

  public mutating func perform(_ store: RevisionStore, now: Timestamp) async throws {
    _ = try await store.trainDictionariesIfDue(policy, now: now)
  }
}
