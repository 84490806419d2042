#if Network
  internal import EtcdAPI
  internal import GRPCTransport
  internal import NIOCore
  internal import SwiftProtobuf

  /// Gathers the methods of all services, with what each kind of them has in common: decoding, encoding, and what failures are told as.
  struct ServiceTable {
    private(set) var services: GRPCServices

    init(observedBy makeObserver: @escaping @Sendable (_ path: String) -> any GRPCMethodObserver) {
      services = GRPCServices(observedBy: makeObserver)
    }

    /// A method whose answer takes microseconds: it is made on the connection's event loop, before the next request is looked at.
    mutating func answer<Request: Message, Response: Message>(
      _ path: String, _ body: @escaping @Sendable (Request) throws -> Response
    ) {
      call(path) { (request: Request, call) in call.answer(GRPCMessage(try body(request).serializedBytes())) }
    }

    /// A method that sees to its answer itself, at once or later; what it throws ends the call.
    mutating func call<Request: Message>(_ path: String, _ body: @escaping @Sendable (Request, GRPCCall) throws -> Void) {
      services[path] = .unary { message, call in
        do {
          try body(try Request(message), call)
        } catch {
          call.finish(GRPCStatus(error))
        }
      }
    }

    /// A method that waits for the store; it goes on when the client has gone.
    mutating func await<Request: Message, Response: Message>(
      _ path: String, _ body: @escaping @Sendable (Request) async throws -> Response
    ) {
      call(path) { (request: Request, call) in
        Task {
          do {
            call.answer(GRPCMessage(try (try await body(request)).serializedBytes()))
          } catch {
            call.finish(GRPCStatus(error))
          }
        }
      }
    }

    /// A method that waits for as long as its client does, or sends many messages.
    mutating func task<Request: Message>(
      _ path: String, endsWhenDrained: Bool = true, _ body: @escaping @Sendable (Request, TaskCallHandler.Output) async throws -> Void
    ) {
      services[path] = .streaming { call in
        TaskCallHandler(call, status: { GRPCStatus($0) }, endsWhenDrained: endsWhenDrained) { message, output in
          try await body(try Request(message), output)
        }
      }
    }

    /// A method with messages either way.
    mutating func stream(_ path: String, _ make: @escaping @Sendable (GRPCCall) -> any GRPCCallHandler) {
      services[path] = .streaming(make)
    }
  }

  extension Message {
    /// A message from the wire.
    ///
    /// - Throws: `GRPCStatus` in the words of grpc-go.
    init(_ buffer: ByteBuffer) throws {
      do {
        try self.init(serializedBytes: Array(buffer.readableBytesView))
      } catch {
        throw GRPCStatus(.internal, "grpc: error unmarshalling request: \(error)")
      }
    }
  }

  extension GRPCCall {
    /// Answers with what a write came to.
    func answer<Value>(_ result: Result<Value, any Error>, _ encode: (Value, inout ByteBuffer) -> Void) {
      switch result {
      case .success(let value): answer(GRPCMessage { encode(value, &$0) })
      case .failure(let error): finish(GRPCStatus(error))
      }
    }
  }
#endif
