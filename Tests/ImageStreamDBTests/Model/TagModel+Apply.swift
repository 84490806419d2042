@testable import ImageStreamDB

extension TagModel {
  /// A whole spec, by openshift.md 3.3 to 3.7 and 3.11 to 3.13. A change of the source's kind is a change here, and so is beginning to follow.
  mutating func apply(_ spec: ImageStreamSpec, to name: ImageStreamName) throws(Refusal) {
    let old = streams[name]
    var before: [String: TagSpec] = [:]
    for (tag, entry) in tags where tag.stream == name { before[tag.tag] = entry.spec }
    var wanted = spec.tags
    for (tag, spec) in wanted {
      if spec.source?.name.contains("::") == true { throw Refusal(code: .invalidArgument) }
      // Only a 0 is listened to.
      if spec.generation != 0 { wanted[tag]?.generation = before[tag]?.generation }
    }
    var stream = old ?? Stream(created: time)
    stream.labels = spec.labels
    stream.annotations = spec.annotations
    stream.usesLocalLookup = spec.usesLocalLookup
    stream.repository = spec.repository
    let isChanged =
      wanted != before || old?.usesLocalLookup != spec.usesLocalLookup || old?.repository != spec.repository
      || wanted.values.contains { $0.generation == 0 }
    if isChanged, old != nil { stream.generation += 1 }
    streams[name] = stream
    guard isChanged || old == nil else { return }
    var toFill: [ImageStreamTagName] = []
    for tag in before.keys where wanted[tag] == nil { setSpec(nil, of: ImageStreamTagName(stringLiteral: "\(name):\(tag)")) }
    for (tag, var spec) in wanted.sorted(by: { $0.key < $1.key }) {
      let tagName = ImageStreamTagName(stringLiteral: "\(name):\(tag)")
      let isMadeAnew = Self.isMadeAnew(spec, after: before[tag], in: name)
      if before[tag] == nil || isMadeAnew || spec.generation == nil || spec.generation == 0 { spec.generation = stream.generation }
      setSpec(spec, of: tagName)
      if isMadeAnew { toFill.append(tagName) }
    }
    for name in toFill { try fill(name) }
  }

  /// Whether a tag is made from something else now, or in another way.
  private static func isMadeAnew(_ spec: TagSpec, after old: TagSpec?, in stream: ImageStreamName) -> Bool {
    guard let source = spec.source else { return false }
    guard let old, let other = old.source else { return true }
    let kinds = [source, other].map { source in
      switch source {
      case .imageStreamTag: "tag"
      case .imageStreamImage: "image"
      case .registryImage: "registry"
      case .layout: "layout"
      }
    }
    return kinds[0] != kinds[1] || source.name != other.name || spec.isReference != old.isReference || spec.importMode != old.importMode
      || (source.namespace ?? stream.namespace) != (other.namespace ?? stream.namespace) || spec.follows && !old.follows
  }

  private mutating func fill(_ name: ImageStreamTagName) throws(Refusal) {
    guard let spec = tags[name]?.spec, let source = spec.source else { return }
    var target = Target(pullSpec: source.name, source: source.name, cause: .tag, generation: generation(of: name.stream))
    switch source {
    case .layout: return
    case .registryImage: if !spec.isReference { return }
    case .imageStreamTag:
      guard let followed = Self.source(spec, in: name.stream) else { return }
      guard streams[followed.stream] != nil else { throw Refusal(code: .notFound) }
      guard let event = tags[followed]?.events.last else { return }
      target.image = event.image
      target.pullSpec = place(of: event, in: followed.stream, for: name.stream, spec)
    case .imageStreamImage(let text, let namespace):
      let parts = text.split(separator: "@")
      let stream = parts.count == 2 ? String(parts[0]) : name.stream.name
      let image = ImageStreamImageName(stringLiteral: "\(namespace ?? name.stream.namespace)/\(stream)@\(parts[parts.count - 1])")
      let event = try event(of: image)
      target.image = event.image
      target.pullSpec = place(of: event, in: image.stream, for: name.stream, spec)
    }
    try move(name, to: target)
    try moveFollowers(of: name)
  }
}
