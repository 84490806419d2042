#if Network
  import EtcdAPI
  import EtcdServer
  import Foundation
  import SwiftProtobuf
  import TestSupport
  import Testing

  /// gRPC's own services: health checking, of a store and of real etcds, and reflection.
  @Suite(.serialized) struct DiscoveryTests {
    @Test(arguments: TestedServer.allCases)
    func `a server is healthy, and does not know of services that it does not have`(_ server: TestedServer) async throws {
      try await server.run { (connection) async throws in
        func check(_ service: String) async throws -> GRPCHealthCheckResponse {
          try await connection.ask("/grpc.health.v1.Health/Check", GRPCHealthCheckRequest.with { $0.service = service })
        }
        #expect(try await check("").status == .serving)
        let unknown = try await refusal { () async throws in try await check("nothing") }
        #expect(unknown == Refusal(5, "unknown service"))
        // Of its services etcd says nothing here.
        if server == .store { #expect(try await check("etcdserverpb.KV").status == .serving) }
        for (service, expected) in [("", GRPCHealthCheckResponse.ServingStatus.serving), ("nothing", .serviceUnknown)] {
          let call = try await connection.open("/grpc.health.v1.Health/Watch")
          try await call.send(GRPCHealthCheckRequest.with { $0.service = service }.serializedBytes(), isLast: true)
          var events = call.events.makeAsyncIterator()
          guard case .message(let bytes)? = await events.next(isolation: #isolation) else {
            Issue.record("the watch ended")
            return
          }
          #expect(try GRPCHealthCheckResponse(serializedBytes: bytes).status == expected)
          try await call.cancel()
        }
      }
    }

    /// Questions on one stream of reflection.
    private struct Reflection {
      private let call: GRPCTestConnection.Call
      private var events: AsyncStream<GRPCTestConnection.Event>.AsyncIterator

      init(_ connection: GRPCTestConnection, version: String) async throws {
        call = try await connection.open("/grpc.reflection.\(version).ServerReflection/ServerReflectionInfo")
        events = call.events.makeAsyncIterator()
      }

      mutating func ask(_ question: GRPCServerReflectionRequest.OneOf_MessageRequest?) async throws -> GRPCServerReflectionResponse {
        let request = GRPCServerReflectionRequest.with {
          $0.host = "here"
          $0.messageRequest = question
        }
        try await call.send(request.serializedBytes())
        guard case .message(let bytes)? = await events.next(isolation: #isolation) else { throw Refusal(-1, "the stream ended") }
        let response = try GRPCServerReflectionResponse(serializedBytes: bytes)
        #expect(response.originalRequest == request && response.validHost == "here")
        return response
      }

      /// The file that answers a question.
      mutating func file(_ question: GRPCServerReflectionRequest.OneOf_MessageRequest) async throws -> Google_Protobuf_FileDescriptorProto {
        let files = try await ask(question).fileDescriptorResponse.fileDescriptorProto
        return try Google_Protobuf_FileDescriptorProto(serializedBytes: #require(files.first, "\(question)"))
      }

      /// The end, after the last question.
      mutating func end() async throws -> GRPCTestConnection.Event? {
        try await call.send([], isLast: true)
        var last: GRPCTestConnection.Event?
        while let event = await events.next(isolation: #isolation) { last = event }
        return last
      }
    }

    private static let services = [
      "etcdserverpb.Auth", "etcdserverpb.Cluster", "etcdserverpb.KV", "etcdserverpb.Lease", "etcdserverpb.Maintenance",
      "etcdserverpb.Watch",
      "v3electionpb.Election", "v3lockpb.Lock",
    ]

    @Test(arguments: ["v1", "v1alpha"])
    func `reflection tells of every service, file and symbol`(_ version: String) async throws {
      try await withServer { (server, _) async throws in
        let connection = try await GRPCTestConnection.connect(port: server.port)
        var reflection = try await Reflection(connection, version: version)
        let names = try await reflection.ask(.listServices("")).listServicesResponse.service.map(\.name)
        #expect(names == names.sorted() && Set(Self.services).isSubset(of: names), "\(names)")
        var methods = 0
        for name in names {
          let file = try await reflection.file(.fileContainingSymbol(name))
          let service = try #require(file.service.first { "\(file.package).\($0.name)" == name })
          methods += service.method.count
          for method in service.method {
            #expect(try await reflection.file(.fileContainingSymbol("\(name).\(method.name)")) == file)
            for type in [method.inputType, method.outputType] {
              // They are written with a dot before the package.
              let symbol = String(type.drop { $0 == "." })
              let defining = try await reflection.file(.fileContainingSymbol(symbol))
              #expect(defining.messageType.contains { "\(defining.package).\($0.name)" == symbol }, "\(symbol)")
            }
          }
          // Whoever has a file asks for those that it needs.
          #expect(try await reflection.file(.fileByFilename(file.name)) == file)
          for needed in file.dependency { #expect(try await reflection.file(.fileByFilename(needed)).name == needed) }
        }
        #expect(methods > 45)
        let nested = try await reflection.file(.fileContainingSymbol("etcdserverpb.RangeRequest.SortOrder"))
        #expect(nested.messageType.contains { $0.name == "RangeRequest" && $0.enumType.contains { $0.name == "SortOrder" } })
        try await connection.close()
      }
    }

    @Test(arguments: ["v1", "v1alpha"])
    func `reflection refuses what is not there, and goes on`(_ version: String) async throws {
      try await withServer { (server, _) async throws in
        let connection = try await GRPCTestConnection.connect(port: server.port)
        var reflection = try await Reflection(connection, version: version)
        for question: GRPCServerReflectionRequest.OneOf_MessageRequest in [
          .fileContainingSymbol("etcdserverpb.Nothing"), .fileContainingSymbol(""), .fileByFilename("nothing.proto"),
          .fileContainingExtension(.with { $0.containingType = "etcdserverpb.RangeRequest" }),
        ] {
          #expect(try await reflection.ask(question).errorResponse.errorCode == 5, "\(question)")
        }
        #expect(try await reflection.ask(nil).errorResponse.errorCode == 3)
        let numbers = try await reflection.ask(.allExtensionNumbersOfType("etcdserverpb.RangeRequest")).allExtensionNumbersResponse
        #expect(numbers.baseTypeName == "etcdserverpb.RangeRequest" && numbers.extensionNumber.isEmpty)
        #expect(try await reflection.file(.fileContainingSymbol("mvccpb.KeyValue")).package == "mvccpb")
        try await connection.close()
      }
    }
  }
#endif
