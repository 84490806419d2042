#if Network
  internal import MVCC

  /// What tells a store and this copy of it apart in the headers of etcd's answers.
  struct ServerIdentity: Hashable, Sendable {
    /// etcd's cluster: the store, wherever it was copied to.
    let cluster: UInt64

    /// etcd's member: this copy of the store.
    let member: UInt64

    /// A single member is elected once, in the second term (observed on etcd 3.5).
    static let term: UInt64 = 2

    init(_ store: RevisionStore) throws {
      let statistics = try store.statistics()
      cluster = Self.number(statistics.store)
      member = Self.number(statistics.instance)
    }

    /// The first 16 of an identifier's 32 digits; 0 means "none" to etcd's clients.
    private static func number(_ identifier: Identifier) -> UInt64 {
      max(1, UInt64("\(identifier)".prefix(16), radix: 16) ?? 1)
    }
  }
#endif
