#if Network
  package import NIOCore

  /// Answers a call with one request by a task that may wait, and be cancelled with the call.
  package final class TaskCallHandler: GRPCCallHandler {
    /// What the task does. It returns to end the call well and throws to end it otherwise.
    package typealias Body = @Sendable (_ request: ByteBuffer, _ output: Output) async throws -> Void

    private let call: GRPCCall
    private let status: @Sendable (any Error) -> GRPCStatus
    private let body: Body
    private let endsWhenDrained: Bool
    private var task: Task<Void, Never>?
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// - Parameters:
    ///   - status: what the client is told of an error.
    ///   - endsWhenDrained: whether the call ends as unavailable when the server goes away, since it might else go on for ever.
    package init(
      _ call: GRPCCall, status: @escaping @Sendable (any Error) -> GRPCStatus, endsWhenDrained: Bool = false, _ body: @escaping Body
    ) {
      self.call = call
      self.status = status
      self.endsWhenDrained = endsWhenDrained
      self.body = body
    }

    package func receive(_ message: ByteBuffer) {
      guard task == nil else { return }
      let call = call
      let status = status
      let body = body
      let output = Output(call: call, handler: NIOLoopBound(self, eventLoop: call.eventLoop))
      task = Task {
        do {
          try await body(message, output)
          call.finish()
        } catch {
          call.finish(status(error))
        }
      }
    }

    package func receiveEnd() {
      if task == nil { call.finish(GRPCStatus(.internal, "the call has no request")) }
    }

    package func cancel() {
      task?.cancel()
      becomeWritable()
    }

    package func becomeWritable() {
      let ready = waiting
      waiting = []
      for continuation in ready { continuation.resume() }
    }

    package func drain() {
      guard endsWhenDrained else { return }
      call.finish(GRPCStatus(.unavailable, "etcdserver: server stopped"))
      cancel()
    }

    /// Where a task sends its messages.
    package struct Output: Sendable {
      /// The call.
      package let call: GRPCCall
      fileprivate let handler: NIOLoopBound<TaskCallHandler>

      /// Sends a message and returns when there is room for the next one.
      ///
      /// - Throws: `CancellationError` when the call has ended.
      package func send(_ message: GRPCMessage) async throws {
        try Task.checkCancellation()
        let message = call.compressed(message)
        await withCheckedContinuation { continuation in
          call.eventLoop.execute {
            call.send(message)
            if call.isWritable { continuation.resume() } else { handler.value.waiting.append(continuation) }
          }
        }
        try Task.checkCancellation()
      }
    }
  }
#endif
