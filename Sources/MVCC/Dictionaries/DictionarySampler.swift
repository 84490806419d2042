/// A walk over a class of keys that offers what may be sampled to a reservoir.
struct DictionarySampler {
  /// Keys looked at in one read transaction, which bounds how long it pins pages.
  static let maximumKeysPerRead = 10_000

  let store: RevisionStore
  let prefix: [UInt8]
  let coder: ValueCoder
  let sampling: DictionarySampling

  func sample() async throws -> SampleReservoir {
    var reservoir = SampleReservoir(sampling)
    var range = KeyRange.prefix(prefix)
    while let last = try walk(range, &reservoir) {
      range = range.after(last)
      try Task.checkCancellation()
      await Task.yield()
    }
    return reservoir
  }

  /// One read; answers where it stopped, or nil at the end of the class.
  private func walk(_ range: KeyRange, _ reservoir: inout SampleReservoir) throws -> [UInt8]? {
    var count = 0
    var last: [UInt8]?
    try store.read { view in
      try view.walk(range, .ascending) { key, record, bytes in
        count += 1
        if count == Self.maximumKeysPerRead { last = key }
        if maySample(key, record) {
          try reservoir.offer(record.valueByteCount) { try view.decoded(record, bytes, key).value }
        }
        return last == nil
      }
    }
    return last
  }

  private func maySample(_ key: [UInt8], _ record: Record) -> Bool {
    guard (ValueCoder.minimumCompressedBytes...sampling.maximumValueBytes).contains(record.valueByteCount) else { return false }
    if let nearest = coder.classOf(key), nearest.prefix.count > prefix.count { return false }
    return !store.parts.configuration.secretKeyPrefixes.contains { key.starts(with: $0) }
  }
}
