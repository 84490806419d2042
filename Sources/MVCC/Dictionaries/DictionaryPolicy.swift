internal import LMDB

/// When a store trains dictionaries by itself.
public struct DictionaryPolicy: Hashable, Sendable {
  /// The classes that are looked after, by the beginnings of their keys; nil means every class that has a dictionary.
  public var keyPrefixes: [[UInt8]]?

  /// A class is trained again once this many of its live records were written since it was last trained, whatever came of that…
  public var minimumChangedRecords = 1_000

  /// …or records of this many bytes before compression.
  public var minimumChangedBytes = 1 << 20

  /// The least time between two trainings of a class: dictionaries are kept for ever, and what fits today fits tomorrow.
  public var interval = Duration.seconds(24 * 60 * 60)

  /// How much is sampled.
  public var sampling = DictionarySampling()

  /// The defaults.
  public init() {}
}

extension RevisionStore {
  /// Trains a dictionary for every class for which the policy says that it is time; answers what came of each.
  ///
  /// When a class was last trained is kept in the store, so that any process may call this as often as it likes, and one that takes over goes on where
  /// the last one stopped.
  ///
  /// - Parameter now: nil means the store's clock.
  /// - Throws: `StoreError` as `trainDictionary` does, but for `conflict`: what another process trained in the meantime is as good.
  /// - Complexity: one row read for each class that is not due by its interval; one walk over a class that is, up to the records that make it due.
  public func trainDictionariesIfDue(_ policy: DictionaryPolicy = DictionaryPolicy(), now: Timestamp? = nil) async throws
    -> [DictionaryTraining]
  {
    let now = now ?? parts.clock()
    let coder = try parts.coder(for: parts.beginRead().transaction)
    var trainings: [DictionaryTraining] = []
    for prefix in try policy.keyPrefixes ?? dictionaryPrefixes() {
      let revision = try self.revision()
      let last = try TrainingRow.read(prefix, self)
      // A time after now is of a clock that was set back since.
      if let last, last.time <= now, now - last.time < policy.interval { continue }
      let sampler = DictionarySampler(store: self, prefix: prefix, coder: coder, sampling: policy.sampling)
      guard try await sampler.hasChanged(since: last?.revision ?? .zero, policy) else { continue }
      do {
        trainings.append(try await trainDictionary(for: prefix, sampling: policy.sampling))
      } catch let error as StoreError where error.code == .conflict {
        continue
      }
      try await TrainingRow(revision: revision, time: now).write(prefix, self)
    }
    return trainings
  }
}

/// When a class was last trained by the policy, and how far the store was: in `system` under "training/" and the prefix.
///
///     revision   8 bytes
///     time       8 bytes: milliseconds since 1970
private struct TrainingRow {
  let revision: Revision
  let time: Timestamp

  private static func name(_ prefix: [UInt8]) -> [UInt8] { SystemRow.trainings + prefix }

  static func read(_ prefix: [UInt8], _ store: RevisionStore) throws -> TrainingRow? {
    let name = name(prefix)
    return try StoreError.translating(store.path) {
      let snapshot = try store.parts.beginRead()
      return try snapshot.transaction.withValue(for: name.span, in: store.parts.tables.system) { bytes in
        let body = try SystemRow.open(bytes, name: name)
        guard body.count == 16 else { throw SystemRow.corrupt(name) }
        func number(_ offset: Int) -> Int64 { Int64(bitPattern: body.span.loadBigEndianUInt64(at: offset)) }
        return TrainingRow(revision: Revision(number(0)), time: Timestamp(millisecondsSinceEpoch: number(8)))
      }
    }
  }

  func write(_ prefix: [UInt8], _ store: RevisionStore) async throws {
    let name = Self.name(prefix)
    let body = [UInt8].bigEndian(revision.rawValue) + [UInt8].bigEndian(time.millisecondsSinceEpoch)
    try await store.queue.perform { batch in
      try batch.transaction.put(SystemRow.seal(body, name: name).span, for: name.span, in: batch.store.tables.system)
      batch.hasChanges = true
    }
  }
}
