@testable import ImageStreamDB

extension TagModel {
  mutating func rollBack(
    _ name: ImageStreamTagName, _ target: RollbackTarget, _ hold: RollbackHold?, _ by: String, _ overrides: Bool
  ) throws(Refusal) {
    guard let events = tags[name]?.events, let newest = events.last else { throw Refusal(code: .notFound) }
    let found: Event?
    switch target {
    case .previous: found = events.last { $0.image != newest.image || $0.image == nil && $0.pullSpec != newest.pullSpec }
    case .steps(let steps):
      if steps < 1 { throw Refusal(code: .invalidArgument) }
      found = events.dropLast(steps).last
    case .image(let prefix):
      let matching = events.filter { $0.image.map(prefix.matches) ?? false }
      if Set(matching.map(\.image)).count > 1 { throw Refusal(code: .ambiguous) }
      found = matching.last
    case .sequence(let sequence): found = events.first { $0.sequence == sequence }
    case .revision(let revision): found = events.last { $0.moved <= revision }
    case .time(let time): found = events.last { $0.created <= time }
    }
    guard let event = found else { throw Refusal(code: .notFound) }
    if event.image == newest.image, event.pullSpec == newest.pullSpec { throw Refusal(code: .conflict) }
    let isMoved = try move(
      name,
      to: Target(
        image: event.image, pullSpec: event.pullSpec, source: "event \(event.sequence)", cause: .rollback, by: by,
        overridesProtection: overrides))
    if isMoved { try moveFollowers(of: name) }
    switch hold {
    case nil: break
    case .pin: setHold(name, .pin, by)
    case .untilNewer(let version): setHold(name, .untilNewer(version), by)
    case .until(let time): setHold(name, .until(time), by)
    case .skippingCurrentImage:
      guard let image = newest.image else { throw Refusal(code: .invalidArgument) }
      setHold(name, .skip(image), by)
    }
  }
}
