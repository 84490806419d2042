#if Network
  internal import MVCC

  /// The keys that image streams are kept under: they can be read like any others, but what writes them keeps rules that a put knows nothing of.
  struct ProtectedKeys: Sendable {
    /// What every key of an image store begins with (docs/etcd-compatibility.md).
    static let prefix = Array("isdb/".utf8)

    static let range = KeyRange.prefix(prefix)

    /// Whether writes into them are refused.
    let isProtected: Bool

    /// - Throws: `StoreError` with code `protected`.
    func check(_ request: PutRequest) throws {
      if isProtected, Self.range.contains(request.key) { throw StoreError.protectedKey(request.key) }
    }

    /// Whether the request may delete such keys, which takes a look at the store; puts are refused without one.
    func needCheck(_ request: TransactionRequest) throws -> Bool { try !deletions(in: request).isEmpty }

    /// The parts of the protected range that a transaction would delete.
    private func deletions(in request: TransactionRequest) throws -> [KeyRange] {
      guard isProtected else { return [] }
      return try (request.success + request.failure).flatMap { operation throws -> [KeyRange] in
        switch operation {
        case .put(let put):
          try check(put)
          return []
        case .delete(let deletion): return overlap(deletion.range).map { [$0] } ?? []
        case .transaction(let nested): return try deletions(in: nested)
        case .range, .empty: return []
        }
      }
    }

    private func overlap(_ range: KeyRange) -> KeyRange? {
      let lower = range.lower.lexicographicallyPrecedes(Self.range.lower) ? Self.range.lower : range.lower
      var upper = Self.range.upper
      if let end = range.upper, let last = upper, end.lexicographicallyPrecedes(last) { upper = end }
      let common = KeyRange(from: lower, upTo: upper)
      return common.isEmpty ? nil : common
    }

    /// Refuses a transaction that would delete a protected key that exists: deleting everything from a store without images is nobody's harm.
    func check(_ request: TransactionRequest, _ view: inout WriteView) throws {
      for range in try deletions(in: request) {
        let found = try view.range(RangeQuery(range, limit: 1, keysOnly: true)).keyValues
        if let first = found.first { throw StoreError.protectedKey(first.key) }
      }
    }
  }

  extension StoreError {
    fileprivate static func protectedKey(_ key: [UInt8]) -> StoreError {
      StoreError(
        .protected,
        "key \"\(String(decoding: key, as: UTF8.self))\" belongs to the image streams, which isdb writes; use another prefix than isdb/, or serve with --allow-image-writes",
        etcdStatus: .permissionDenied)
    }
  }
#endif
