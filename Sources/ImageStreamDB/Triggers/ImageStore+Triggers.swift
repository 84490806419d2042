internal import ImageRecords
internal import MVCC
internal import OCI

extension ImageStreamReading where Self: ~Copyable {
  /// The trigger of that name, or nil.
  public mutating func trigger(_ name: String) throws -> Trigger? { try get(Keyspace.trigger(name)).map { try Trigger($0) } }

  /// Every trigger, by name.
  public mutating func triggers() throws -> [Trigger] {
    try page(.prefix(Array(Keyspace.triggers.utf8)), limit: 0) { try Trigger($0) }.elements
  }

  /// How a trigger stands with each tag that it ever ran for.
  public mutating func deliveries(of trigger: String) throws -> [Delivery] {
    try page(Keyspace.deliveries(of: trigger), limit: 0) { try Delivery($0, trigger: trigger) }.elements
  }

  /// How a trigger stands with one tag; nil when it never ran for it.
  public mutating func delivery(of trigger: String, _ tag: ImageStreamTagName) throws -> Delivery? {
    try get(Keyspace.delivery(trigger, tag)).map { try Delivery($0, trigger: trigger) }
  }
}

extension ImageStore {
  /// The name under which a trigger's progress is kept.
  static func consumerName(_ trigger: String) -> String { "trigger/\(trigger)" }

  /// Adds a trigger. It is told of what moves from now on.
  ///
  /// - Parameter maximumAttempts: attempts after which an image is given up for a tag; 0 means never.
  /// - Throws: `StoreError` with code `alreadyExists`, or `invalidArgument` for a bad name.
  @discardableResult
  public func addTrigger(_ name: String, on scope: TagScope, command: [String] = [], maximumAttempts: Int = 0) async throws -> Trigger {
    guard NameRules.isNamespace(name[...]) else {
      throw NameRules.invalid(
        name, "a trigger's name", "it takes 1 to \(NameRules.maximumNamespaceBytes) lower-case letters, digits and inner hyphens")
    }
    let commit = try await write { writer in
      guard try writer.trigger(name) == nil else {
        throw StoreError(.alreadyExists, "there is a trigger \(name) already; remove it or choose another name")
      }
      let trigger = Trigger(
        name: name, scope: scope, command: command, created: writer.time, createRevision: writer.nextRevision,
        maximumAttempts: max(0, maximumAttempts))
      try writer.view.put(Keyspace.trigger(name), try RecordCoding.encode(Isdb_V1_TriggerRecord(trigger)))
      return trigger
    }
    try await keyValues.setConsumer(Self.consumerName(name), to: commit.revision)
    return commit.value
  }

  /// Removes a trigger with its progress.
  ///
  /// - Throws: `StoreError` with code `notFound`.
  public func removeTrigger(_ name: String) async throws {
    let consumer = Self.consumerName(name)
    if try read({ try $0.trigger(name) }) == nil {
      // Whoever removed it may have died before its cursor went.
      guard try keyValues.consumer(consumer) != nil else { throw StoreError.noTrigger(name) }
    } else {
      while try await write({ try $0.removeTrigger(name) }).value {}
    }
    try await keyValues.removeConsumer(consumer)
  }

  /// A trigger with its progress.
  ///
  /// - Throws: `StoreError` with code `notFound`.
  public func triggerStatus(_ name: String) throws -> TriggerStatus {
    let (trigger, deliveries) = try read { reader in (try reader.trigger(name), try reader.deliveries(of: name)) }
    guard let trigger else { throw StoreError.noTrigger(name) }
    // A trigger whose cursor was never written, because its process died in between, begins where it was created.
    let revision = try keyValues.consumer(Self.consumerName(name))?.revision ?? trigger.createRevision
    return TriggerStatus(trigger: trigger, revision: revision, deliveries: deliveries)
  }
}

extension ImageStreamWriter {
  /// The most deliveries that go with a trigger in one revision.
  static let maximumDeliveriesPerRemoval = 1_000

  /// Removes deliveries of a trigger, and with the last of them the trigger; answers whether there are more.
  fileprivate mutating func removeTrigger(_ name: String) throws -> Bool {
    let page = try page(Keyspace.deliveries(of: name), limit: Self.maximumDeliveriesPerRemoval) { $0.key }
    for key in page.elements { try view.delete(key) }
    if !page.hasMore { try view.delete(Keyspace.trigger(name)) }
    return page.hasMore
  }
}

extension StoreError {
  static func noTrigger(_ name: String) -> StoreError {
    StoreError(.notFound, "there is no trigger \(name); see isdb trigger list")
  }
}
