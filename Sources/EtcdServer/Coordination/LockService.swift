#if Network
  internal import EtcdAPI
  internal import GRPCTransport
  internal import MVCC
  internal import SwiftProtobuf

  #if canImport(FoundationEssentials)
    internal import FoundationEssentials
  #else
    internal import Foundation
  #endif

  /// etcd's service Lock: locks that are held as long as a lease lives.
  struct LockService {
    let core: ServerCore

    func add(to table: inout ServiceTable) {
      let core = core
      table.coordinate("/v3lockpb.Lock/Lock") { (request: EtcdLockRequest, output) in
        let queue = Queueing(core, name: Array(request.name))
        let place = try await queue.enter(lease: request.lease, value: [])
        do {
          let revision = try await queue.waitForTurn(place)
          let response = EtcdLockResponse.with {
            $0.header = core.header(revision)
            $0.key = Data(place.key)
          }
          try await output.send(GRPCMessage(response.serializedBytes()))
        } catch {
          // Whoever does not wait for the lock any more must not get it.
          await queue.leave(place)
          throw error
        }
      }
      table.coordinate("/v3lockpb.Lock/Unlock") { (request: EtcdUnlockRequest) in
        let key = Array(request.key)
        try core.protectedKeys.check(PutRequest(key, []))
        let response = try await core.store.delete(DeleteRequest(.key(key)))
        return EtcdUnlockResponse.with { $0.header = core.header(response.revision) }
      }
    }
  }
#endif
