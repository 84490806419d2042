internal import ImageRecords
internal import MVCC
internal import OCI

extension RegisteredUse {
  /// The use that a key and its record speak of.
  init(_ keyValue: KeyValue) throws(StoreError) {
    let record: Isdb_V1_UseRecord = try RecordCoding.decode(keyValue)
    do {
      object = try UsingObject(Keyspace.name(keyValue.key, after: Keyspace.uses))
      var tags: [ImageStreamTagName] = []
      for tag in record.tags { tags.append(try ImageStreamTagName(tag)) }
      self.tags = tags
    } catch {
      throw RecordCoding.corrupt(keyValue.key, "names no object or tag", cause: error)
    }
    var images: [Digest] = []
    for image in record.images { images.append(try RecordCoding.digest(image, in: keyValue.key)) }
    self.images = images
    pullSpecs = record.pullSpecs
    by = record.by
    created = Timestamp(record: record.created)
    revision = keyValue.modRevision
  }
}

extension Isdb_V1_UseRecord {
  init(_ use: RegisteredUse) {
    self.init()
    tags = use.tags.map(\.description)
    images = use.images.map(\.description)
    pullSpecs = use.pullSpecs
    by = use.by
    created = use.created.millisecondsSinceEpoch
  }
}
