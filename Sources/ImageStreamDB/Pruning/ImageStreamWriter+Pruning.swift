internal import ImageRecords
internal import MVCC
internal import OCI

extension ImageStreamWriter {
  /// Carries out a step that was judged in this write, and adds to it what could not be.
  mutating func carryOut(_ step: inout PruneStep) throws {
    for removal in step.tags { try carryOut(removal, &step) }
    for image in step.images { try remove(image) }
  }

  private mutating func carryOut(_ removal: TagRemoval, _ step: inout PruneStep) throws {
    var record = try existingTagRecord(removal.name)
    guard !removal.removesTag || record.eventCount == removal.events.count else {
      let error = RecordCoding.corrupt(Keyspace.tag(removal.name), "counts \(record.eventCount) events, not \(removal.events.count)")
      step.retract(removal, error)
      return
    }
    for event in removal.events.reversed() {
      do {
        if let image = event.image { try forget(image, event.sequence, event.tag) }
      } catch let error as StoreError where error.code == .corrupt {
        step.fault(.event(event), error)
      }
      try view.delete(Keyspace.event(event.tag, event.sequence))
    }
    record.eventCount -= Int64(removal.events.count)
    guard removal.removesTag else { return try put(record, removal.name) }
    try view.delete(Keyspace.tag(removal.name))
    try put(try streamRecord(removal.name.stream), removal.name.stream)
  }

  private mutating func remove(_ image: Image) throws {
    for part in image.parts { try view.delete(Keyspace.part(part, image.digest)) }
    for manifest in image.manifests { try view.delete(Keyspace.parent(manifest.digest, image.digest)) }
    try view.delete(Keyspace.manifest(image.digest))
    try view.delete(Keyspace.image(image.digest))
    if let configuration = image.configuration, try images(with: configuration).isEmpty {
      try view.delete(Keyspace.configuration(configuration))
    }
  }
}

extension PruneStep {
  /// Says of a tag that it stays after all.
  fileprivate mutating func retract(_ removal: TagRemoval, _ error: StoreError) {
    decisions.removeAll { decision in
      switch decision.object {
      case .event(let event): event.tag == removal.name && decision.verdict == .remove
      case .tag(let name): name == removal.name
      default: false
      }
    }
    fault(.tag(removal.name), error)
  }
}
