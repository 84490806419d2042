/// A walk over a class of keys that offers what may be sampled to a reservoir.
struct DictionarySampler {
  /// Keys looked at in one read transaction, which bounds how long it pins pages.
  static let maximumKeysPerRead = 10_000

  let store: RevisionStore
  let prefix: [UInt8]
  let coder: ValueCoder
  let sampling: DictionarySampling

  /// Chooses among all records of the class.
  func sample() async throws -> SampleReservoir {
    var reservoir = SampleReservoir(sampling)
    try await walk { view, key, record, bytes in
      try reservoir.offer(record.valueByteCount) { try view.decoded(record, bytes, key).value }
      return true
    }
    return reservoir
  }

  /// Whether as many records were written after a revision as the policy asks for.
  func hasChanged(since revision: Revision, _ policy: DictionaryPolicy) async throws -> Bool {
    var count = 0
    var byteCount = 0
    func isEnough() -> Bool { count >= policy.minimumChangedRecords || byteCount >= policy.minimumChangedBytes }
    try await walk { _, _, record, _ in
      if record.modRevision > revision {
        count += 1
        byteCount += record.valueByteCount
      }
      return !isEnough()
    }
    return isEnough()
  }

  /// Visits the records of the class that may be sampled until `visit` answers false, in short transactions.
  private func walk(_ visit: (borrowing ReadView, [UInt8], Record, Span<UInt8>) throws -> Bool) async throws {
    var range: KeyRange? = .prefix(prefix)
    while let part = range {
      range = try store.read { view in
        var count = 0
        var rest: KeyRange?
        try view.walk(part, .ascending) { key, record, bytes in
          if maySample(key, record), try !visit(view, key, record, bytes) { return false }
          count += 1
          if count == Self.maximumKeysPerRead { rest = part.after(key) }
          return rest == nil
        }
        return rest
      }
      try Task.checkCancellation()
      await Task.yield()
    }
  }

  private func maySample(_ key: [UInt8], _ record: Record) -> Bool {
    guard (ValueCoder.minimumCompressedBytes...sampling.maximumValueBytes).contains(record.valueByteCount) else { return false }
    if let nearest = coder.classOf(key), nearest.prefix.count > prefix.count { return false }
    return !store.parts.configuration.secretKeyPrefixes.contains { key.starts(with: $0) }
  }
}
