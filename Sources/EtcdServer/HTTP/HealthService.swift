#if Network
  internal import EtcdAPI
  internal import GRPCTransport
  internal import SwiftProtobuf

  /// gRPC's own health checking: the server, and each of its services, serves as long as it answers.
  struct HealthService {
    let core: ServerCore

    func add(to table: inout ServiceTable) {
      let names = Set(table.services.paths.map { String($0.dropFirst().prefix { $0 != "/" }) }).union([""])
      table.answer("/grpc.health.v1.Health/Check") { (request: GRPCHealthCheckRequest) in
        guard names.contains(request.service) else { throw GRPCStatus(.notFound, "unknown service") }
        return GRPCHealthCheckResponse.with { $0.status = .serving }
      }
      table.task("/grpc.health.v1.Health/Watch") { (request: GRPCHealthCheckRequest, output) in
        let isKnown = names.contains(request.service)
        let response = GRPCHealthCheckResponse.with { $0.status = isKnown ? .serving : .serviceUnknown }
        try await output.send(GRPCMessage(response.serializedBytes()))
        // It does not change before the server ends, which ends the call.
        while true { try await Task.sleep(for: .seconds(86_400)) }
      }
    }
  }
#endif
