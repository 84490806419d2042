internal import LMDB

extension RevisionStore {
  /// The state hash as it was right after a revision: equal for equal contents.
  ///
  /// - Throws: `StoreError` with code `compacted` or `futureRevision` when the revision cannot be read.
  /// - Complexity: O(keys); for the newest revision, `statistics()` has it for nothing.
  public func stateHash(at revision: Revision) throws -> StateHash {
    try read(at: .revision(revision)) { view in
      var sum = StateHash.empty
      try view.forEach(in: .all, order: .ascending, keysOnly: false) { keyValue in
        sum += StateHash(
          key: keyValue.key, createRevision: keyValue.createRevision, modRevision: keyValue.modRevision, version: keyValue.version,
          lease: keyValue.lease, valueHash: Checksum.xxh3(keyValue.value.span))
        return true
      }
      return sum
    }
  }
}

extension StateHash {
  /// The lowest 32 bits, for protocols that have no room for more (etcd's `HashKV`).
  public var folded: UInt32 { UInt32(truncatingIfNeeded: low) }
}
