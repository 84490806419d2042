internal import ImageRecords
internal import MVCC
internal import OCI

extension Trigger {
  init(_ keyValue: KeyValue) throws(StoreError) {
    let record: Isdb_V1_TriggerRecord = try RecordCoding.decode(keyValue)
    name = Keyspace.name(keyValue.key, after: Keyspace.triggers)
    do {
      scope = try TagScope(record.scope)
    } catch {
      throw RecordCoding.corrupt(keyValue.key, "has the scope \(record.scope.quotedForMessage)", cause: error)
    }
    command = record.command
    created = Timestamp(record: record.created)
    createRevision = keyValue.createRevision
    maximumAttempts = Int(record.maximumAttempts)
  }
}

extension Isdb_V1_TriggerRecord {
  init(_ trigger: Trigger) {
    self.init()
    scope = trigger.scope.description
    command = trigger.command
    created = trigger.created.millisecondsSinceEpoch
    maximumAttempts = Int64(trigger.maximumAttempts)
  }
}

extension Delivery {
  init(_ keyValue: KeyValue, trigger: String) throws(StoreError) {
    let record: Isdb_V1_DeliveryRecord = try RecordCoding.decode(keyValue)
    do {
      tag = try ImageStreamTagName(Keyspace.name(keyValue.key, after: "\(Keyspace.deliveries)\(trigger)/"))
    } catch {
      throw RecordCoding.corrupt(keyValue.key, "is under a key that names no tag", cause: error)
    }
    deliveredPullSpec = record.deliveredPullSpec.nilIfEmpty
    deliveredImage = record.deliveredImage.isEmpty ? nil : try RecordCoding.digest(record.deliveredImage, in: keyValue.key)
    attemptedPullSpec = record.pullSpec
    revision = Revision(record.revision)
    time = Timestamp(record: record.time)
    attempts = Int(record.attempts)
    error = record.error.nilIfEmpty
    isDead = record.dead
  }
}

extension Isdb_V1_DeliveryRecord {
  init(_ delivery: Delivery) {
    self.init()
    deliveredPullSpec = delivery.deliveredPullSpec ?? ""
    deliveredImage = delivery.deliveredImage?.description ?? ""
    pullSpec = delivery.attemptedPullSpec
    revision = delivery.revision.rawValue
    time = delivery.time.millisecondsSinceEpoch
    attempts = Int64(delivery.attempts)
    error = delivery.error ?? ""
    dead = delivery.isDead
  }
}
