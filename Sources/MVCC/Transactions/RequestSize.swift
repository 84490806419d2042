/// How many bytes etcd would count a request as: those of its Protocol Buffers encoding, which its limit on requests is about.
///
/// A field takes its tag, the length of what has one, and its bytes; fields that are empty or 0 take nothing (protobuf.dev, "Encoding").
enum RequestSize {
  /// The header and the field around a request in etcd's log (`InternalRaftRequest`).
  static let envelope = 24

  static func bytes(_ count: Int) -> Int { count == 0 ? 0 : 1 + varint(UInt64(count)) + count }

  static func message(_ count: Int) -> Int { 1 + varint(UInt64(count)) + count }

  static func number(_ value: Int64) -> Int { value == 0 ? 0 : 1 + varint(UInt64(bitPattern: value)) }

  static func flag(_ value: Bool) -> Int { value ? 2 : 0 }

  private static func varint(_ value: UInt64) -> Int { max(1, (70 - value.leadingZeroBitCount) / 7) }
}

extension PutRequest {
  var byteCount: Int {
    RequestSize.bytes(key.count) + RequestSize.bytes(value.count) + RequestSize.number(lease) + RequestSize.flag(returnsPrevious)
      + RequestSize.flag(keepsValue) + RequestSize.flag(keepsLease)
  }
}

extension KeyRange {
  /// As `key` and `range_end`.
  fileprivate var byteCount: Int {
    RequestSize.bytes(lower.count) + (singleKey != nil ? 0 : RequestSize.bytes(upper?.count ?? 1))
  }
}

extension DeleteRequest {
  var byteCount: Int { range.byteCount + RequestSize.flag(returnsPrevious) }
}

extension RangeRequest {
  fileprivate var byteCount: Int {
    let bounds = [
      query.minimumModRevision, query.maximumModRevision, query.minimumCreateRevision, query.maximumCreateRevision, revision,
    ]
    let flags = RequestSize.flag(query.keysOnly) + RequestSize.flag(query.countsOnly)
    return query.range.byteCount + RequestSize.number(Int64(query.limit)) + flags
      + bounds.reduce(0) { $0 + RequestSize.number($1.rawValue) }
      + RequestSize.flag(query.sortKey != .key) + RequestSize.flag(query.order == .descending)
  }
}

extension Compare {
  fileprivate var byteCount: Int {
    let operandBytes =
      switch operand {
      case .version(let number), .lease(let number): 1 + max(1, RequestSize.number(number) - 1)
      case .createRevision(let revision), .modRevision(let revision): 1 + max(1, RequestSize.number(revision.rawValue) - 1)
      case .value(let bytes): RequestSize.message(bytes.count)
      }
    // The tag of `range_end`, field 64, takes two bytes.
    return range.byteCount + (range.singleKey == nil ? 1 : 0) + operandBytes + 4
  }
}

extension TransactionRequest {
  var byteCount: Int {
    let compareBytes = compares.reduce(0) { $0 + RequestSize.message($1.byteCount) }
    return (success + failure).reduce(compareBytes) { $0 + RequestSize.message(RequestSize.message($1.byteCount)) }
  }
}

extension TransactionOperation {
  fileprivate var byteCount: Int {
    switch self {
    case .range(let request): request.byteCount
    case .put(let request): request.byteCount
    case .delete(let request): request.byteCount
    case .transaction(let request): request.byteCount
    case .empty: 0
    }
  }
}
