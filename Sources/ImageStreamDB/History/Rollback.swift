internal import MVCC
public import OCI

/// Where in its history a tag is to go back to.
public enum RollbackTarget: Hashable, Sendable {
  /// The image before the present one. Done twice, it comes back to the present one: a rollback is an event too.
  case previous
  /// That many events back; 1 is the event before the newest.
  case steps(Int)
  /// The newest event with the image that this is the digest of, or the beginning of one.
  case image(DigestPrefix)
  /// The event of that number.
  case sequence(Int64)
}

extension ImageStreamWriter {
  /// Points a tag at an image of its own history again, as a new event; nothing is removed from the history.
  ///
  /// - Throws: `StoreError` with code `notFound` when there is no such tag or no such event, `conflict` when the tag points at that image already.
  @discardableResult
  public mutating func rollback(
    _ name: ImageStreamTagName, to target: RollbackTarget = .previous, by: String = "", because: String = ""
  ) throws -> TagEvent {
    let newest = try resolve(name).event
    let event = try event(target, of: name, newest: newest)
    guard event.image != newest.image || event.pullSpec != newest.pullSpec else {
      throw StoreError(.conflict, "tag \(name) points at \(event.image) already; see isdb history \(name)")
    }
    return try move(
      name, to: event.image, event.pullSpec, source: "event \(event.sequence)", by: by, because: because, cause: .rollback)
  }

  private mutating func event(_ target: RollbackTarget, of name: ImageStreamTagName, newest: TagEvent) throws -> TagEvent {
    switch target {
    case .previous:
      if let event = try firstEvent(of: name, { $0.image != newest.image }) { return event }
      throw StoreError(.notFound, "tag \(name) never pointed at another image; see isdb history \(name)")
    case .steps(let steps):
      guard steps > 0 else { throw StoreError(.invalidArgument, "a rollback goes 1 event back or more, not \(steps)") }
      let events = try history(of: name, before: newest.sequence, limit: steps)
      guard events.count == steps, let event = events.last else {
        throw StoreError(.notFound, "tag \(name) has \(events.count) older events, not \(steps); see isdb history \(name)")
      }
      return event
    case .image(let prefix):
      guard let event = try firstEvent(of: name, { prefix.matches($0.image) }) else {
        throw StoreError(.notFound, "no image in the history of \(name) begins with \(prefix); see isdb history \(name)")
      }
      if let other = try firstEvent(of: name, { prefix.matches($0.image) && $0.image != event.image }) {
        throw StoreError(.ambiguous, "several images of \(name) begin with \(prefix): \(event.image), \(other.image); give more digits")
      }
      return event
    case .sequence(let sequence):
      guard let event = try event(sequence, of: name) else {
        throw StoreError(.notFound, "tag \(name) has no event \(sequence); see isdb history \(name)")
      }
      return event
    }
  }

  /// The newest event that `matches`.
  private mutating func firstEvent(of name: ImageStreamTagName, _ matches: (TagEvent) -> Bool) throws -> TagEvent? {
    var found: TagEvent?
    try forEach(RangeQuery(Keyspace.events(of: name), order: .descending)) { keyValue in
      let event = try TagEvent(keyValue)
      if matches(event) { found = event }
      return found == nil
    }
    return found
  }
}
