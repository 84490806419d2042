#if Network
  internal import EtcdAPI
  internal import MVCC

  #if canImport(FoundationEssentials)
    internal import FoundationEssentials
  #else
    internal import Foundation
  #endif

  extension RangeRequest {
    /// A range as it comes over the wire.
    ///
    /// - Throws: `StoreError` with etcd's "invalid sort option".
    init(_ request: EtcdRangeRequest) throws {
      var query = RangeQuery(.etcd(key: Array(request.key), rangeEnd: Array(request.rangeEnd)), limit: Int(clamping: request.limit))
      query.sortKey =
        switch request.sortTarget {
        case .key: .key
        case .version: .version
        case .create: .createRevision
        case .mod: .modRevision
        case .value: .value
        case .UNRECOGNIZED(let number): throw StoreError.invalidSortOption(number)
        }
      switch request.sortOrder {
      case .none: query.limitsBeforeSorting = query.sortKey != .key
      case .ascend: break
      case .descend: query.order = .descending
      case .UNRECOGNIZED(let number): throw StoreError.invalidSortOption(number)
      }
      query.keysOnly = request.keysOnly
      query.countsOnly = request.countOnly
      query.includesCount = true
      query.minimumModRevision = Revision(request.minModRevision)
      query.maximumModRevision = Revision(request.maxModRevision)
      query.minimumCreateRevision = Revision(request.minCreateRevision)
      query.maximumCreateRevision = Revision(request.maxCreateRevision)
      self.init(query, revision: Revision(request.revision))
    }
  }

  extension PutRequest {
    /// A put as it comes over the wire.
    init(_ request: EtcdPutRequest) {
      self.init(Array(request.key), Array(request.value), lease: request.lease)
      returnsPrevious = request.prevKv
      keepsValue = request.ignoreValue
      keepsLease = request.ignoreLease
    }
  }

  extension DeleteRequest {
    /// A deletion as it comes over the wire.
    init(_ request: EtcdDeleteRangeRequest) {
      self.init(.etcd(key: Array(request.key), rangeEnd: Array(request.rangeEnd)))
      returnsPrevious = request.prevKv
    }
  }

  extension Compare {
    /// A compare as it comes over the wire. An operand that is missing, or not of the target's kind, is 0 or empty.
    init(_ compare: EtcdCompare) {
      let relation: Relation =
        switch compare.result {
        case .equal, .UNRECOGNIZED: .equal
        case .greater: .greater
        case .less: .less
        case .notEqual: .notEqual
        }
      let operand: Operand =
        switch compare.target {
        case .version, .UNRECOGNIZED: .version(compare.version)
        case .create: .createRevision(Revision(compare.createRevision))
        case .mod: .modRevision(Revision(compare.modRevision))
        case .value: .value(Array(compare.value))
        case .lease: .lease(compare.lease)
        }
      self.init(.etcd(key: Array(compare.key), rangeEnd: Array(compare.rangeEnd)), relation, operand)
    }
  }

  extension TransactionRequest {
    /// A transaction as it comes over the wire.
    init(_ request: EtcdTxnRequest) throws {
      self.init(
        if: request.compare.map { Compare($0) }, then: try request.success.map { try TransactionOperation($0) },
        else: try request.failure.map { try TransactionOperation($0) })
    }
  }

  extension TransactionOperation {
    fileprivate init(_ operation: EtcdRequestOp) throws {
      switch operation.request {
      case .requestRange(let request): self = .range(try RangeRequest(request))
      case .requestPut(let request): self = .put(PutRequest(request))
      case .requestDeleteRange(let request): self = .delete(DeleteRequest(request))
      case .requestTxn(let request): self = .transaction(try TransactionRequest(request))
      case nil: self = .empty
      }
    }
  }

  extension StoreError {
    fileprivate static func invalidSortOption(_ number: Int) -> StoreError {
      StoreError(
        .invalidArgument, "a range is to be sorted in way \(number), which there is not; etcd has orders 0 to 2 and targets 0 to 4",
        etcdStatus: .invalidSortOption)
    }
  }
#endif
