internal import ImageRecords
internal import MVCC
internal import OCI

/// How failed attempts are repeated.
public struct TriggerRetry: Sendable {
  /// The wait after the first failure; it doubles with each further one.
  public var initialDelay: Duration
  /// The longest wait.
  public var maximumDelay: Duration
  /// Sleeps; tests exchange it.
  public var sleep: @Sendable (Duration) async throws -> Void

  /// One second, doubling up to five minutes.
  public init(
    initialDelay: Duration = .seconds(1), maximumDelay: Duration = .seconds(300),
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) {
    self.initialDelay = initialDelay
    self.maximumDelay = maximumDelay
    self.sleep = sleep
  }

  /// The wait after that many failures in a row.
  func delay(afterFailures failures: Int) -> Duration {
    var delay = initialDelay
    for _ in 1..<max(1, min(failures, 60)) {
      delay *= 2
      if delay >= maximumDelay { return maximumDelay }
    }
    return min(delay, maximumDelay)
  }
}

// Invariants:
//   the cursor moves past a revision only when every tag that moved up to it was handled, given up, or moved back to what was handled
//   a handler is never told of the image that it succeeded with last
//   a kill at any point repeats at most the handler that was running

/// Runs a trigger's handler for each tag that points at something else than when the handler last succeeded.
///
/// Level driven: moves in between are left out, and a gap in the log is made up for by looking at the tags as they are. At least once: the delivery is noted
/// after the handler succeeded, and the cursor after that.
struct TriggerRunner {
  let store: ImageStore
  let trigger: Trigger
  let retry: TriggerRetry
  let handler: @Sendable (TriggerEvent) async throws -> Void

  private var consumer: String { ImageStore.consumerName(trigger.name) }

  /// Handles what is there now; answers how far that was, and how often the handler succeeded and failed.
  ///
  /// Tags that fail do not keep the others waiting: each round runs every tag that is due, and what came in meanwhile.
  /// - Parameter isPersistent: whether failures are repeated until they succeed or are given up; otherwise each is tried once and the cursor stays.
  func catchUp(from start: Revision, isPersistent: Bool) async throws -> (revision: Revision, run: TriggerRun) {
    var position = start
    var run = TriggerRun()
    while true {
      let (tags, reached) = try moved(after: position)
      var failures: [Int] = []
      for tag in tags {
        if let count = try await handle(tag, after: position, &run) { failures.append(count) }
      }
      if let fewest = failures.min() {
        guard isPersistent else { return (position, run) }
        try await retry.sleep(retry.delay(afterFailures: fewest))
        continue
      }
      if reached > position { try await store.keyValues.setConsumer(consumer, to: reached) }
      position = reached
      if try store.keyValues.revision() <= position { return (position, run) }
    }
  }

  /// The tags whose records changed, each once, and how far that looked.
  private func moved(after position: Revision) throws -> ([ImageStreamTagName], Revision) {
    do {
      var options = WatchOptions()
      options.excludesDeletes = true
      let batch = try store.keyValues.events(in: Keyspace.tags(in: trigger.scope), after: position, options: options)
      let names = Set(batch.events.map { Keyspace.name($0.keyValue.key, after: Keyspace.tags) })
      return (try names.sorted().map { try ImageStreamTagName($0) }, batch.revision)
    } catch let error as StoreError where error.code == .compacted {
      return try store.read { reader in
        (try reader.tags(in: trigger.scope).elements.map(\.name), reader.revision)
      }
    }
  }

  /// Runs the handler for a tag if it is due; answers how often it has failed in a row, or nil when the tag needs nothing more.
  private func handle(_ tag: ImageStreamTagName, after position: Revision, _ run: inout TriggerRun) async throws -> Int? {
    try Task.checkCancellation()
    // What counts is where the tag points now, not where it pointed when the log was read.
    let (newest, delivery) = try store.read { reader in
      (try reader.tag(tag)?.newest, try reader.delivery(of: trigger.name, tag))
    }
    guard let newest, newest.revision > position, isDue(newest, delivery) else { return nil }
    let failures = delivery?.revision == newest.revision ? delivery?.attempts ?? 0 : 0
    let event = TriggerEvent(trigger: trigger.name, event: newest, previousImage: delivery?.deliveredImage, attempt: failures + 1)
    do {
      try await handler(event)
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      run.failures += 1
      let isDead = trigger.maximumAttempts > 0 && failures + 1 >= trigger.maximumAttempts
      try await note(event, delivery, failures: failures + 1, error: "\(error)", isDead: isDead)
      return isDead ? nil : failures + 1
    }
    run.successes += 1
    try await note(event, delivery, failures: 0, error: nil, isDead: false)
    return nil
  }

  private func isDue(_ newest: TagEvent, _ delivery: Delivery?) -> Bool {
    guard let delivery else { return true }
    if delivery.isDead, delivery.revision == newest.revision { return false }
    return delivery.deliveredImage != newest.image || delivery.deliveredPullSpec != newest.pullSpec
  }

  private func note(_ event: TriggerEvent, _ before: Delivery?, failures: Int, error: String?, isDead: Bool) async throws {
    let name = trigger.name
    let message = error.map { String(decoding: $0.utf8.prefix(ImageStreamWriter.maximumNoteBytes), as: UTF8.self) }
    try await store.write { writer in
      // A trigger that was removed meanwhile leaves nothing behind.
      guard try writer.trigger(name) != nil else { return }
      let delivery = Delivery(
        tag: event.tag, deliveredPullSpec: error == nil ? event.pullSpec : before?.deliveredPullSpec,
        deliveredImage: error == nil ? event.image : before?.deliveredImage, attemptedPullSpec: event.pullSpec,
        revision: event.event.revision,
        time: writer.time, attempts: failures, error: message, isDead: isDead)
      try writer.view.put(Keyspace.delivery(name, event.tag), try RecordCoding.encode(Isdb_V1_DeliveryRecord(delivery)))
    }
  }
}

/// What a trigger's run came to.
public struct TriggerRun: Hashable, Sendable {
  /// Handlers that succeeded.
  public internal(set) var successes = 0
  /// Handlers that failed.
  public internal(set) var failures = 0

  /// Nothing was due.
  public init() {}
}

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
  /// - Throws: `StoreError` with code `notFound` when there is no such trigger, or it was removed.
  public func runTrigger(
    _ name: String, retry: TriggerRetry = TriggerRetry(), handler: @escaping @Sendable (TriggerEvent) async throws -> Void
  ) async throws {
    do {
      while !Task.isCancelled {
        let status = try triggerStatus(name)
        let runner = TriggerRunner(store: self, trigger: status.trigger, retry: retry, handler: handler)
        let (position, _) = try await runner.catchUp(from: status.revision, isPersistent: true)
        // Whatever comes after that position wakes it, the trigger's own notes too; those concern no tag and are passed over.
        var changes = try keyValues.watch(Keyspace.tags(in: status.trigger.scope), after: position).makeAsyncIterator()
        do {
          guard try await changes.next() != nil else { return }
        } catch let error as StoreError where error.code == .compacted {
          continue
        }
      }
    } catch is CancellationError {
      return
    }
  }

  /// Runs `handler` once for each tag of a trigger that has moved, and returns.
  ///
  /// A handler that throws is noted, and run again the next time.
  /// - Throws: `StoreError` with code `notFound` when there is no such trigger.
  @discardableResult
  public func runTriggerOnce(_ name: String, handler: @escaping @Sendable (TriggerEvent) async throws -> Void) async throws -> TriggerRun {
    let status = try triggerStatus(name)
    let runner = TriggerRunner(store: self, trigger: status.trigger, retry: TriggerRetry(), handler: handler)
    return try await runner.catchUp(from: status.revision, isPersistent: false).run
  }
}
