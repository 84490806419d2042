/// A stream on its way through a change: its tags by name.
struct WorkingStream {
  // Invariants:
  // - `spec` and `status` have each tag under its own name.

  var stream: ImageStreamObject
  var spec: [String: ImageStreamObject.TagReference]
  var status: [String: ImageStreamObject.NamedTagEventList]

  init(_ stream: ImageStreamObject) {
    self.stream = stream
    spec = Dictionary(stream.spec.tags.map { ($0.name, $0) }) { _, last in last }
    status = Dictionary(stream.status.tags.map { ($0.tag, $0) }) { _, last in last }
  }

  /// The stream, its tags sorted by name.
  var finished: ImageStreamObject {
    var finished = stream
    finished.spec.tags = Array(spec.values)
    finished.status.tags = Array(status.values)
    return finished.canonical
  }

  /// Adds an event to a tag, or folds it into the newest one: only what is new in both pull spec and image is an event of its own.
  /// - Returns: whether anything changed; then no import is failing any more.
  @discardableResult
  mutating func add(_ next: ImageStreamObject.TagEvent, to tag: String) -> Bool {
    var history = status[tag] ?? ImageStreamObject.NamedTagEventList(tag: tag)
    guard let newest = history.items.first else {
      status[tag] = ImageStreamObject.NamedTagEventList(tag: tag, items: [next])
      return true
    }
    let isSamePlace = newest.dockerImageReference == next.dockerImageReference
    let isSameImage = newest.image == next.image
    if isSamePlace, isSameImage, newest.generation == next.generation { return false }
    if isSamePlace || isSameImage {
      history.items[0].dockerImageReference = next.dockerImageReference
      history.items[0].image = next.image
      history.items[0].generation = next.generation
    } else {
      history.items.insert(next, at: 0)
    }
    history.conditions = []
    status[tag] = history
    return true
  }

  /// Carries what is new in a tag on to the tags of this stream that track it; one step, as a cluster does.
  mutating func updateTrackers(since old: WorkingStream?) {
    let name = stream.metadata.name
    let namespace = stream.metadata.namespace
    for tag in status.keys.sorted() {
      guard let history = status[tag], let newest = history.items.first else { continue }
      if old != nil, history.conditions.isEmpty, old?.status[tag]?.items.first == newest { continue }
      for tracker in spec.keys.sorted() {
        guard let from = spec[tracker]?.from, from.kind == "ImageStreamTag", from.namespace.isEmpty || from.namespace == namespace,
          from.name == tag || from.name == "\(name):\(tag)"
        else { continue }
        add(newest, to: tracker)
      }
    }
  }

  /// The event of the one image in all histories whose digest begins with `id`, as of `now`.
  ///
  /// - Throws: `ObjectError` with a cluster's words when there is none, or several.
  func event(ofImage id: String, now: ObjectTime) throws(ObjectError) -> ImageStreamObject.TagEvent {
    var found: [String: ImageStreamObject.TagEvent] = [:]
    for tag in status.keys.sorted() {
      for item in status[tag]?.items ?? [] where Self.matches(image: item.image, id: id) && found[item.image] == nil {
        found[item.image] = item
      }
    }
    if found.count > 1 {
      throw ObjectError(place: "", reason: "multiple images match the prefix \"\(id)\": \(found.keys.sorted().joined(separator: ", "))")
    }
    guard var event = found.first?.value else {
      throw ObjectError(place: "", reason: "imagestreamimage.image.openshift.io \"\(id)\" not found")
    }
    event.created = now
    return event
  }

  /// Whether `id` is a beginning of the image's digest, with or without the algorithm.
  static func matches(image: String, id: String) -> Bool {
    if image.hasPrefix(id) { return true }
    guard DockerImageReferenceGrammar.digestRefusal(image) == nil, let colon = image.firstIndex(of: ":") else { return false }
    return image[image.index(after: colon)...].hasPrefix(id)
  }
}
