import MVCC

/// The store as a party that histories are run on.
struct StoreParty {
  let store: RevisionStore

  /// The answer to any step but watches; a refusal in etcd's words.
  func answer(_ step: HistoryStep) async throws -> HistoryAnswer {
    do {
      switch step {
      case .range(let request): return .range(try store.range(request))
      case .put(let request): return .put(try await store.put(request))
      case .delete(let request): return .delete(try await store.delete(request))
      case .transaction(let request): return .transaction(try await store.transaction(request))
      case .compact(let revision):
        try await store.compact(to: revision)
        return .revision(try store.revision())
      case .grantLease(let lease, let seconds):
        return .granted(seconds: try await store.grantLease(seconds: seconds, id: lease).grantedSeconds)
      case .revokeLease(let lease): return .revision(try await store.revokeLease(lease))
      case .keepLeaseAlive(let lease): return .granted(seconds: try await store.keepLeaseAlive(lease)?.grantedSeconds ?? 0)
      case .timeToLive(let lease):
        return .lease(
          try store.lease(lease).map {
            LeaseState(
              grantedSeconds: $0.grantedSeconds, remainingSeconds: $0.remaining.components.seconds, keys: try store.keys(of: lease))
          })
      case .leases: return .leases(try store.leases().map(\.id))
      case .watches: preconditionFailure("watches are run step by step")
      }
    } catch let error as StoreError {
      // Without a status it is a failure that etcd does not have, which no answer of etcd's equals.
      return .refusal(EtcdGateway.Refusal(code: error.etcdStatus?.code ?? -1, text: error.etcdStatus?.text ?? error.message))
    }
  }
}

/// A watch on the store that is read when the history says so.
struct StoreWatch {
  let watch: HistoryWatch
  private(set) var outcome = WatchOutcome()
  private var position: Revision

  /// - Parameter current: the newest revision, where a watch that names no start begins.
  init(_ watch: HistoryWatch, current: Revision) {
    self.watch = watch
    position = watch.start == .zero ? current : watch.start - 1
  }

  /// Takes in all events that are there now.
  mutating func drain(_ store: RevisionStore) throws {
    guard outcome.compactRevision == nil else { return }
    do {
      while true {
        let batch = try store.events(in: watch.range, after: position, options: watch.options)
        outcome.events += batch.events
        if batch.revision == position { return }
        position = batch.revision
      }
    } catch let error as StoreError where error.code == .compacted {
      outcome.compactRevision = error.compactRevision ?? .zero
    }
  }
}

extension EtcdGateway {
  /// The answer to any step but watches.
  func answer(_ step: HistoryStep) throws -> HistoryAnswer {
    do {
      switch step {
      case .range(let request): return .range(try range(request))
      case .put(let request): return .put(try put(request))
      case .delete(let request): return .delete(try delete(request))
      case .transaction(let request): return .transaction(try transaction(request))
      case .compact(let revision): return .revision(try compact(to: revision))
      case .grantLease(let lease, let seconds): return .granted(seconds: try grantLease(lease, seconds: seconds))
      case .revokeLease(let lease): return .revision(try revokeLease(lease))
      case .keepLeaseAlive(let lease): return .granted(seconds: try keepLeaseAlive(lease))
      case .timeToLive(let lease):
        let (remaining, granted, keys) = try timeToLive(of: lease)
        return .lease(remaining == -1 ? nil : LeaseState(grantedSeconds: granted, remainingSeconds: remaining, keys: keys))
      case .leases: return .leases(try leases())
      case .watches: preconditionFailure("watches are run step by step")
      }
    } catch let refusal as Refusal {
      return .refusal(refusal)
    }
  }
}
