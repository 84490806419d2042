import Foundation
import MVCC

/// A real etcd as a party that histories are run on: its KV and Lease services over the JSON gateway, one request at a time.
final class EtcdGateway {
  /// etcd refused a request: the gRPC status number and the text that its clients compare.
  struct Refusal: Error, Hashable {
    let code: Int
    let text: String
  }

  let port: UInt16
  var coding = EtcdCoding()
  private let connection: HTTPConnection

  init(port: UInt16) throws {
    self.port = port
    connection = try HTTPConnection(port: port)
  }

  private func call(_ method: String, _ request: EtcdJSON) throws -> EtcdJSON {
    let (status, body) = try connection.post("/v3/\(method)", request.data())
    let json = try EtcdJSON(parsing: body)
    // Releases differ in whether the text is called `message`, `error` or both.
    if status == 200 { return json }
    throw Refusal(code: Int(json.integer("code")), text: json.fields["message"] as? String ?? json.text("error"))
  }

  func range(_ request: RangeRequest) throws -> RangeResponse { coding.rangeResponse(try call("kv/range", coding.encode(request))) }

  func put(_ request: PutRequest) throws -> PutResponse { coding.putResponse(try call("kv/put", coding.encode(request))) }

  func delete(_ request: DeleteRequest) throws -> DeleteResponse {
    coding.deleteResponse(try call("kv/deleterange", coding.encode(request)))
  }

  func transaction(_ request: TransactionRequest) throws -> TransactionResponse {
    try coding.transactionResponse(try call("kv/txn", coding.encode(request)))
  }

  /// Answers the newest revision.
  func compact(to revision: Revision) throws -> Revision {
    coding.headerRevision(try call("kv/compaction", coding.encode(compactionTo: revision)))
  }

  // MARK: Leases

  /// Answers the time to live that was granted.
  func grantLease(_ identifier: Int64, seconds: Int64) throws -> Int64 {
    var request = EtcdJSON()
    request.set("ID", identifier)
    request.set("TTL", seconds)
    return try call("lease/grant", request).integer("TTL")
  }

  /// Answers the newest revision, that of the keys' deletion if there were any.
  func revokeLease(_ identifier: Int64) throws -> Revision {
    var request = EtcdJSON()
    request.set("ID", identifier)
    return coding.headerRevision(try call("lease/revoke", request))
  }

  /// Answers the time to live; 0 for a lease that is not there.
  func keepLeaseAlive(_ identifier: Int64) throws -> Int64 {
    var request = EtcdJSON()
    request.set("ID", identifier)
    // The answer is the first, and only, element of a stream.
    return try call("lease/keepalive", request).object("result")?.integer("TTL") ?? 0
  }

  /// Remaining and granted seconds, -1 and 0 for a lease that is not there; its keys in order.
  func timeToLive(of identifier: Int64) throws -> (remaining: Int64, granted: Int64, keys: [[UInt8]]) {
    var request = EtcdJSON()
    request.set("ID", identifier)
    request.set("keys", true)
    let answer = try call("lease/timetolive", request)
    return (
      answer.integer("TTL"), answer.integer("grantedTTL"), answer.byteStrings("keys").sorted { $0.lexicographicallyPrecedes($1) }
    )
  }

  /// The leases that are not revoked, the next to expire first.
  func leases() throws -> [Int64] { try call("lease/leases", EtcdJSON()).objects("leases").map { $0.integer("ID") } }
}
