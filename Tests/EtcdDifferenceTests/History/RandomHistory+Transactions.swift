import MVCC
import TestSupport

extension RandomHistory {
  /// etcd's limit on the operations of a transaction, as long as it is not told another.
  private static let maximumOperations = 128

  mutating func transaction() -> TransactionRequest {
    if oneIn(40) { return transactionAtTheLimit() }
    let request = transaction(depth: 0)
    return request.hasEndlessDeletion ? request.withoutKeeping : request
  }

  private mutating func transaction(depth: Int) -> TransactionRequest {
    TransactionRequest(
      if: (0..<pick(0, 0, 1, 1, 2, 3)).map { _ in compare() }, then: operations(depth: depth),
      else: oneIn(2) ? [] : operations(depth: depth))
  }

  /// Mostly operations that do not meet, since a key that is changed twice has the whole transaction refused.
  private mutating func operations(depth: Int) -> [TransactionOperation] {
    var free = Self.keys.shuffled(using: &random)[...]
    return (0..<pick(0, 1, 1, 2, 2, 3, 4, 6)).map { _ in
      let key = oneIn(12) ? key() : free.popFirst() ?? key()
      switch number(0..<100) {
      case ..<40: return .put(put(key))
      case ..<55:
        var request = DeleteRequest(.key(key))
        request.returnsPrevious = oneIn(2)
        return .delete(request)
      case ..<60: return .delete(delete())
      case ..<85: return .range(range(isInTransaction: true))
      case 99 where oneIn(2): return .empty
      default: return depth < 3 ? .transaction(transaction(depth: depth + 1)) : .put(put(key))
      }
    }
  }

  private mutating func compare() -> Compare {
    let operand: Compare.Operand =
      switch number(0..<5) {
      case 0: .version(Int64(number(0..<4)))
      case 1: .createRevision(oneIn(3) ? .zero : max(revision(), .zero))
      case 2: .modRevision(oneIn(3) ? .zero : max(revision(), .zero))
      case 3: .value(value())
      default: .lease(oneIn(3) ? 0 : lease())
      }
    return Compare(keyRange(), pick(.equal, .notEqual, .greater, .less), operand)
  }

  /// As many operations or compares as may be, or one more, at one level or down a nesting.
  private mutating func transactionAtTheLimit() -> TransactionRequest {
    let count = Self.maximumOperations + number(0..<2)
    let read = TransactionOperation.range(RangeRequest(RangeQuery(.key(key()), limit: 1)))
    let outer = number(1..<count)
    switch number(0..<4) {
    case 0: return TransactionRequest(if: Array(repeating: compare(), count: count), then: [read])
    case 1: return TransactionRequest(then: Array(repeating: read, count: count))
    case 2: return TransactionRequest(then: [.put(put(key()))], else: Array(repeating: read, count: count))
    default:
      let nested = TransactionOperation.transaction(TransactionRequest(then: Array(repeating: read, count: count - outer)))
      return TransactionRequest(then: [nested] + Array(repeating: read, count: outer - 1))
    }
  }
}

// etcd ends its process on a put that keeps the value or lease of a key that the same transaction has deleted. Only a deletion without an end can come
// to that: all others are refused beside such a put.
extension TransactionRequest {
  fileprivate var hasEndlessDeletion: Bool {
    (success + failure).contains { operation in
      switch operation {
      case .delete(let request): request.range.upper == nil
      case .transaction(let request): request.hasEndlessDeletion
      default: false
      }
    }
  }

  fileprivate var withoutKeeping: TransactionRequest {
    TransactionRequest(if: compares, then: success.map(\.withoutKeeping), else: failure.map(\.withoutKeeping))
  }
}

extension TransactionOperation {
  fileprivate var withoutKeeping: TransactionOperation {
    switch self {
    case .put(var request):
      request.keepsValue = false
      request.keepsLease = false
      return .put(request)
    case .transaction(let request): return .transaction(request.withoutKeeping)
    default: return self
    }
  }
}
