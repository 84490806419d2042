internal import ImageRecords
internal import MVCC
internal import OCI

// Which images go: those that no event, no index that stays, no registered use and no hold names, unless they are young.

extension ImageStreamReading where Self: ~Copyable {
  /// Judges images from a position on, as many as one step takes.
  mutating func judgeImages(from position: PrunePosition, _ context: PruneContext) throws -> PruneStep {
    var step = PruneStep()
    var judge = EventJudge(context, triggers: try triggers().map(\.name))
    let hosts = try registryHosts()
    var range = KeyRange.prefix(Array(Keyspace.images.utf8))
    if let after = position.after { range = range.after(after) }
    let page = try page(range, limit: Self.maximumImagesPerStep) { $0 }
    for keyValue in page.elements {
      do {
        let image = try Image(keyValue)
        if let reason = try reasonToKeep(image, hosts, &judge) {
          step.keep(.image(image.digest), reason)
        } else {
          try remove(image, hosts, &judge, &step)
        }
      } catch {
        step.fault(.record(keyValue.keyText), error)
      }
      if step.isFull, keyValue.key != page.elements.last?.key || page.hasMore {
        step.next = PrunePosition(after: keyValue.key)
        return step
      }
    }
    step.next = page.hasMore ? PrunePosition(after: page.elements.last?.key) : nil
    return step
  }

  /// The most images of a step: with three decisions each, below what a step may keep.
  private static var maximumImagesPerStep: Int { 250 }

  private mutating func remove(_ image: Image, _ hosts: RegistryHosts, _ judge: inout EventJudge, _ step: inout PruneStep) throws {
    step.remove(.image(image.digest), "no event of a tag, no index that stays and no registered use has it")
    step.remove(.manifest(image.digest), "its image goes")
    step.images.append(image)
    step.changeCount += 3 + image.parts.count + image.manifests.count
    guard let configuration = image.configuration, try get(Keyspace.configuration(configuration)) != nil else { return }
    for other in try images(with: configuration) where other != image.digest {
      guard let other = try self.image(other) else { continue }
      if try reasonToKeep(other, hosts, &judge) != nil {
        step.keep(.configuration(configuration), "image \(other.digest) has it too")
        return
      }
      // The last of the images that have it takes it along.
      if image.digest < other.digest { return }
    }
    step.remove(.configuration(configuration), "no image that stays has it")
  }

  /// Why an image stays; nil when it goes.
  private mutating func reasonToKeep(_ image: Image, _ hosts: RegistryHosts, _ judge: inout EventJudge) throws -> String? {
    let context = judge.context
    if let tag = try tagThatKeeps(image.digest, &judge) { return "tag \(tag) has it in its history" }
    if let user = try users(of: .image(image.digest), limit: EventJudge.maximumUsersRead).first { return "\(user) uses it" }
    if context.guards.skips(image.digest) { return "a hold names it" }
    for index in try directIndexes(containing: image.digest) {
      if let index = try self.image(index), try reasonToKeep(index, hosts, &judge) != nil { return "index \(index.digest) has it" }
    }
    if let added = image.added, context.isYoung(added) { return "it is younger than \(judge.ageText)" }
    if context.options.onlyManaged, !image.isManaged(hosts) { return "it is not managed" }
    return nil
  }

  /// A tag of whose events one with the image stays; nil when none does.
  ///
  /// What goes is gone when a confirmed run comes to its images; otherwise the histories are judged again.
  private mutating func tagThatKeeps(_ image: Digest, _ judge: inout EventJudge) throws -> ImageStreamTagName? {
    var range = Keyspace.references(to: image)
    while true {
      let page = try page(range, limit: Self.maximumReferencesPerPage) { $0 }
      for keyValue in page.elements {
        let record: Isdb_V1_TagReferenceRecord = try RecordCoding.decode(keyValue)
        guard record.image == image.description else { continue }
        let name = try Keyspace.referrer(keyValue)
        if try judge.context.confirms || keepsEvent(record.newestSequence, of: name, &judge) { return name }
      }
      guard page.hasMore, let last = page.elements.last else { return nil }
      range = range.after(last.key)
    }
  }

  private static var maximumReferencesPerPage: Int { 250 }

  /// Whether an event would stay. Of several with the same image the newest is asked about: whatever keeps an older one keeps it.
  private mutating func keepsEvent(_ sequence: Int64, of name: ImageStreamTagName, _ judge: inout EventJudge) throws -> Bool {
    guard let tag = try tag(name), let newest = tag.newest, let event = try event(sequence, of: name) else { return true }
    if let stream = try imageStream(name.stream), judge.context.isYoung(stream.created) { return true }
    if sequence == newest.sequence {
      guard case .remove = try judge.verdict(onNewest: newest, of: tag, keepsOlder: false, &self) else { return true }
      // It goes only with all of its history, which is rare enough to be judged event by event.
      for older in try history(of: name, before: newest.sequence, limit: 0) {
        if case .keep = try judge.verdict(on: older, at: Int.max, of: tag, &self) { return true }
      }
      return false
    }
    let kept = judge.context.options.keepTagRevisions
    let isAmongNewest = try kept > 1 && history(of: name, limit: kept).last.map { $0.sequence <= sequence } ?? false
    guard case .remove = try judge.verdict(on: event, at: isAmongNewest ? 1 : Int.max, of: tag, &self) else { return true }
    return false
  }

  /// The indexes that list an image themselves.
  private mutating func directIndexes(containing image: Digest) throws -> [Digest] {
    let range = Keyspace.parents(of: image)
    var indexes: [Digest] = []
    try forEach(RangeQuery(range, keysOnly: true)) { keyValue in
      indexes.append(try RecordCoding.digest(String(decoding: keyValue.key.dropFirst(range.lower.count), as: UTF8.self), in: keyValue.key))
      return true
    }
    return indexes
  }
}

extension Image {
  /// Whether it is in the store's own registry, or says that it was pushed to one.
  ///
  /// Reference: OpenShift's annotation `openshift.io/image.managed`.
  fileprivate func isManaged(_ hosts: RegistryHosts) -> Bool {
    if annotations["openshift.io/image.managed"] == "true" { return true }
    guard let repository else { return false }
    return [hosts.inside, hosts.outside].contains { host in host.map { repository.hasPrefix("\($0)/") } ?? false }
  }
}
