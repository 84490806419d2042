internal import ImageRecords
internal import MVCC
internal import OCI

// Invariants:
//   cursor <= position; every tag that moved up to the cursor was handled, given up, or moved back to what was handled
//   every tag that moved after the cursor and up to the position was dealt with likewise, or is in `failing`
//   a handler is never told of the pull spec that it succeeded with last
//   a kill at any point repeats at most the handler that was running

/// Runs a trigger's handler for each tag that points at something else than when the handler last succeeded.
///
/// Level driven: moves in between are left out, and a gap in the log is made up for by looking at the tags as they are. At least once: the delivery is noted
/// after the handler succeeded, and the cursor after that. Nothing is queued but the names of tags that fail; those keep the cursor where it is, and do not
/// keep other tags waiting.
struct TriggerRunner {
  /// How often a runner without work takes its cursor along, so that it does not hold compaction back.
  static let idleInterval = Duration.seconds(60)

  /// Tags looked at in one read transaction when the log has a gap.
  private static let maximumTagsPerPage = 1_000

  private let store: ImageStore
  private let trigger: Trigger
  private let retry: TriggerRetry
  private let idle: @Sendable () async throws -> Void
  private let handler: @Sendable (TriggerEvent) async throws -> Void

  private var cursor: Revision
  private var position: Revision
  /// When each tag that failed is due again.
  private var failing: [ImageStreamTagName: ContinuousClock.Instant] = [:]
  /// The time of the last failure or awakening.
  private var now: ContinuousClock.Instant

  /// What came of it so far.
  private(set) var run = TriggerRun()

  /// - Parameter idle: sleeps through an idle interval.
  init(
    _ store: ImageStore, _ status: TriggerStatus, _ retry: TriggerRetry = TriggerRetry(),
    idle: @escaping @Sendable () async throws -> Void = { try await Task.sleep(for: idleInterval) },
    handler: @escaping @Sendable (TriggerEvent) async throws -> Void
  ) {
    self.store = store
    self.trigger = status.trigger
    self.retry = retry
    self.idle = idle
    self.handler = handler
    cursor = status.revision
    position = status.revision
    now = retry.now()
  }

  // MARK: Running

  /// Handles what is there and what comes, until the store is closed.
  ///
  /// - Throws: `CancellationError`; `StoreError` with code `notFound` once the trigger is removed.
  mutating func runForever() async throws {
    while true {
      try await catchUp()
      for tag in failing.filter({ $0.value <= now }).keys.sorted() { try await handle(tag) }
      try await saveCursor()
      let due = failing.values.min()
      let wake = try await wait(until: due)
      try Task.checkCancellation()
      now = max(now, retry.now())
      switch wake {
      case .changed, .idle: break
      case .slept: now = max(now, due ?? now)
      case .closed: return
      }
      try requireTrigger()
    }
  }

  /// Handles what is there now, each tag once.
  mutating func catchUp() async throws {
    let end = try store.keyValues.revision()
    while position < end { try await readOn() }
    try await saveCursor()
  }

  /// Takes a bounded step through the log, and handles the tags that moved in it.
  private mutating func readOn() async throws {
    let batch: WatchBatch
    do {
      batch = try store.keyValues.events(in: Keyspace.tags(in: trigger.scope), after: position)
    } catch let error as StoreError where error.code == .compacted {
      return try await lookAtAll()
    }
    let names = Set(batch.events.map { Keyspace.name($0.keyValue.key, after: Keyspace.tags) })
    for name in names.sorted() { try await handle(ImageStreamTagName(name)) }
    position = batch.revision
    try await saveCursor()
  }

  /// Handles every tag of the scope that moved after the cursor, when the log does not tell any more which did.
  private mutating func lookAtAll() async throws {
    // What moves while the pages are read has a later revision, so the log tells of it.
    let reached = try store.keyValues.revision()
    var last: ImageStreamTagName?
    var hasMore = true
    while hasMore {
      let page = try store.read { try $0.tags(in: trigger.scope, after: last, limit: Self.maximumTagsPerPage) }
      for tag in page.elements { try await handle(tag.name) }
      last = page.elements.last?.name
      hasMore = page.hasMore
    }
    position = reached
  }

  // MARK: Handling

  /// Runs the handler for a tag if it is due.
  private mutating func handle(_ tag: ImageStreamTagName) async throws {
    try Task.checkCancellation()
    // What counts is where the tag points now, not where it pointed when the log was read.
    let (newest, delivery, companions) = try store.read { reader in
      let newest = try reader.tag(tag)?.newest
      return (newest, try reader.delivery(of: trigger.name, tag), try newest.map { try reader.companions(of: $0, in: trigger.scope) } ?? [])
    }
    guard let newest else {
      failing[tag] = nil
      if delivery != nil { try await note(tag) { _, _ in nil } }
      return
    }
    if let first = companions.first, first.tag < tag {
      // A release fires once: for the first of its tags, which brings the others along.
      failing[tag] = nil
      if newest.revision > cursor { try await handle(first.tag) }
      return
    }
    guard newest.revision > cursor, try isDue(newest, delivery) || isAnyDue(companions) else {
      failing[tag] = nil
      return
    }
    let failures = delivery?.revision == newest.revision ? delivery?.attempts ?? 0 : 0
    if failures > 0, let due = failing[tag], due > now { return }
    let event = TriggerEvent(
      trigger: trigger.name, event: newest, previousImage: delivery?.deliveredImage, attempt: failures + 1, companions: companions)
    do {
      try await handler(event)
    } catch {
      // A handler that was told to stop did not fail; it is run again by the next runner.
      try Task.checkCancellation()
      return try await noteFailure(error, of: event)
    }
    run.successes += 1
    failing[tag] = nil
    for delivered in [newest] + companions {
      try await note(delivered.tag) { time, _ in
        Delivery(
          tag: delivered.tag, deliveredPullSpec: delivered.pullSpec, deliveredImage: delivered.image, attemptedPullSpec: delivered.pullSpec,
          revision: delivered.revision, time: time, attempts: 0, error: nil, isDead: false)
      }
    }
  }

  private func isAnyDue(_ companions: [TagEvent]) throws -> Bool {
    guard !companions.isEmpty else { return false }
    return try store.read { reader in
      for event in companions { if isDue(event, try reader.delivery(of: trigger.name, event.tag)) { return true } }
      return false
    }
  }

  private func isDue(_ newest: TagEvent, _ delivery: Delivery?) -> Bool {
    guard let delivery else { return true }
    if delivery.isDead, delivery.revision == newest.revision { return false }
    return delivery.deliveredImage != newest.image || delivery.deliveredPullSpec != newest.pullSpec
  }

  private mutating func noteFailure(_ error: any Error, of event: TriggerEvent) async throws {
    run.failures += 1
    now = max(now, retry.now())
    let isDead = trigger.maximumAttempts > 0 && event.attempt >= trigger.maximumAttempts
    failing[event.tag] = isDead ? nil : now + retry.delay(afterFailures: event.attempt)
    let message = "\(error)".prefix(bytes: ImageStreamWriter.maximumNoteBytes)
    for attempted in [event.event] + event.companions {
      try await note(attempted.tag) { time, before in
        Delivery(
          tag: attempted.tag, deliveredPullSpec: before?.deliveredPullSpec, deliveredImage: before?.deliveredImage,
          attemptedPullSpec: attempted.pullSpec, revision: attempted.revision, time: time, attempts: event.attempt, error: message,
          isDead: isDead)
      }
    }
  }

  /// Writes down how the trigger stands with a tag, from the time and how it stood; nothing means that the tag is gone.
  private func note(_ tag: ImageStreamTagName, _ delivery: @escaping @Sendable (Timestamp, Delivery?) -> Delivery?) async throws {
    let trigger = trigger
    try await store.write { writer in
      // A trigger that was removed meanwhile leaves nothing behind.
      guard try writer.trigger(trigger.name)?.createRevision == trigger.createRevision else { return }
      let key = Keyspace.delivery(trigger.name, tag)
      if let delivery = delivery(writer.time, try writer.delivery(of: trigger.name, tag)) {
        try writer.view.put(key, try RecordCoding.encode(Isdb_V1_DeliveryRecord(delivery)))
      } else if try writer.tag(tag)?.newest == nil {
        try writer.view.delete(key)
      }
    }
  }

  // MARK: Progress

  /// Moves the cursor to the position, unless a tag that fails keeps it.
  private mutating func saveCursor() async throws {
    guard failing.isEmpty, position > cursor else { return }
    try requireTrigger()
    try await store.keyValues.setConsumer(ImageStore.consumerName(trigger.name), to: position)
    cursor = position
    // The cursor is outside of the revisions. If the trigger was removed in between, it must not stay and hold compaction back for ever.
    do {
      try requireTrigger()
    } catch {
      if let successor = try store.read({ try $0.trigger(trigger.name) }) {
        try await store.keyValues.setConsumer(ImageStore.consumerName(trigger.name), to: successor.createRevision)
      } else {
        try await store.keyValues.removeConsumer(ImageStore.consumerName(trigger.name))
      }
      throw error
    }
  }

  private func requireTrigger() throws {
    guard try store.read({ try $0.trigger(trigger.name) })?.createRevision == trigger.createRevision else {
      throw StoreError.noTrigger(trigger.name)
    }
  }

  // MARK: Waiting

  private enum Wake {
    /// A tag of the scope may have moved.
    case changed
    /// The first tag that failed is due.
    case slept
    /// Nothing happened for a while.
    case idle
    /// The store is closed.
    case closed
  }

  private func wait(until due: ContinuousClock.Instant?) async throws -> Wake {
    let changes = try store.keyValues.watch(Keyspace.tags(in: trigger.scope), after: position)
    return try await withThrowingTaskGroup(of: Wake.self) { group in
      defer { group.cancelAll() }
      group.addTask {
        var iterator = changes.makeAsyncIterator()
        do {
          return try await iterator.next() == nil ? .closed : .changed
        } catch let error as StoreError where error.code == .compacted {
          return .changed
        }
      }
      group.addTask { [idle] in
        try await idle()
        return .idle
      }
      if let due {
        group.addTask { [retry, now] in
          try await retry.sleep(max(.zero, due - now))
          return .slept
        }
      }
      return try await group.next() ?? .closed
    }
  }
}
