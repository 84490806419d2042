internal import MVCC

extension ImageStore {
  /// Runs `handler` for each tag of a trigger that moved, now and for ever, until the task is cancelled or the store closed.
  ///
  /// The trigger is added when there is none of that name. A handler that throws is run again after a wait that doubles up to a limit, with the
  /// image that the tag points at then.
  public func runTrigger(
    _ name: String, on tag: ImageStreamTagName, retry: TriggerRetry = TriggerRetry(),
    handler: @escaping @Sendable (TriggerEvent) async throws -> Void
  ) async throws {
    if try read({ try $0.trigger(name) }) == nil { try await addTrigger(name, on: .tag(tag)) }
    try await runTrigger(name, retry: retry, handler: handler)
  }

  /// Runs `handler` for each tag of an existing trigger that moved, now and for ever, until the task is cancelled or the store closed.
  ///
  /// One tag after the other, each with the image that it points at when its turn comes. A handler may be run twice for the same image, after a kill or in
  /// another process. One that throws is run again after a wait; the others go on meanwhile. When it begins, what failed before is tried at once.
  ///
  /// - Throws: `StoreError` with code `notFound` when there is no such trigger, or it was removed.
  public func runTrigger(
    _ name: String, retry: TriggerRetry = TriggerRetry(), handler: @escaping @Sendable (TriggerEvent) async throws -> Void
  ) async throws {
    var runner = TriggerRunner(self, try triggerStatus(name), retry, handler: handler)
    do {
      try await runner.runForever()
    } catch is CancellationError {
      return
    } catch let error as StoreError where error.code == .closed {
      return
    }
  }

  /// Runs `handler` once for each tag of a trigger that has moved, and returns.
  ///
  /// A handler that throws is noted, and run again the next time.
  /// - Throws: `StoreError` with code `notFound` when there is no such trigger; `CancellationError`.
  @discardableResult
  public func runTriggerOnce(_ name: String, handler: @escaping @Sendable (TriggerEvent) async throws -> Void) async throws -> TriggerRun {
    var runner = TriggerRunner(self, try triggerStatus(name), handler: handler)
    try await runner.catchUp()
    return runner.run
  }
}
