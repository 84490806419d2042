public import MVCC

/// A key space in memory, simple enough to be right by inspection: what stores are compared with.
public struct ModelStore: Sendable {
  /// A change of one key.
  public enum Change: Hashable, Sendable {
    case put(key: [UInt8], value: [UInt8])
    case delete(key: [UInt8])

    /// The key that is changed.
    public var key: [UInt8] {
      switch self {
      case .put(let key, _), .delete(let key): key
      }
    }
  }

  /// Every version there ever was, by key, oldest first; a deletion has version 0.
  public private(set) var versions: [[UInt8]: [KeyValue]] = [:]

  /// Every event, in order.
  public private(set) var events: [Event] = []

  /// The newest revision.
  public private(set) var revision = Revision.initial

  /// The oldest readable revision.
  public var compactRevision = Revision.zero

  /// An empty key space at revision 1.
  public init() {}

  /// Applies changes as one revision; a body without effect gets none. A key that is changed twice is changed once, to the last.
  public mutating func apply(_ changes: [Change]) { record(effect(of: changes)) }

  /// The events that changes would make as the next revision; none when they would change nothing.
  public func effect(of changes: [Change]) -> [Event] {
    var order: [[UInt8]] = []
    var last: [[UInt8]: [UInt8]?] = [:]
    for change in changes {
      switch change {
      case .put(let key, let value):
        if last[key] == nil { order.append(key) }
        last[key] = .some(value)
      case .delete(let key):
        guard last[key] != nil || get(key, at: revision) != nil else { continue }
        if last[key] == nil { order.append(key) }
        last[key] = .some(nil)
      }
    }
    let next = revision + 1
    var events: [Event] = []
    for key in order {
      let prior = get(key, at: revision)
      if let value = last[key] ?? nil {
        let version = KeyValue(
          key: key, value: value, createRevision: prior?.createRevision ?? next, modRevision: next, version: (prior?.version ?? 0) + 1)
        events.append(Event(kind: .put, keyValue: version, previous: prior))
      } else if prior != nil {
        let tombstone = KeyValue(key: key, value: [], createRevision: .zero, modRevision: next, version: 0)
        events.append(Event(kind: .delete, keyValue: tombstone, previous: prior))
      }
    }
    return events
  }

  /// Makes events, which `effect` answered, the next revision.
  public mutating func record(_ effect: [Event]) {
    if effect.isEmpty { return }
    for event in effect { versions[event.keyValue.key, default: []].append(event.keyValue) }
    events += effect
    revision = revision + 1
  }

  /// The version of `key` visible at `revision`.
  public func get(_ key: [UInt8], at revision: Revision) -> KeyValue? {
    guard let all = versions[key] else { return nil }
    // The number of versions up to the revision, by bisection: hot keys have thousands.
    var lower = 0
    var upper = all.count
    while lower < upper {
      let middle = (lower + upper) / 2
      if all[middle].modRevision <= revision { lower = middle + 1 } else { upper = middle }
    }
    guard lower > 0, all[lower - 1].version > 0 else { return nil }
    return all[lower - 1]
  }

  /// Every key of `range` visible at `revision`, in key order.
  public func range(_ range: KeyRange, at revision: Revision) -> [KeyValue] {
    versions.keys.filter(range.contains).sorted { $0.lexicographicallyPrecedes($1) }.compactMap { get($0, at: revision) }
  }

  /// The events of `range` after `revision`.
  public func events(in range: KeyRange, after revision: Revision) -> [Event] {
    events.filter { $0.keyValue.modRevision > revision && range.contains($0.keyValue.key) }
  }

  /// The readable versions of `key` up to `revision`, newest first.
  public func versions(of key: [UInt8], at revision: Revision) -> [KeyValue] {
    let all = versions[key] ?? []
    return all.indices.reversed().compactMap { index in
      let version = all[index]
      guard version.version > 0, version.modRevision <= revision else { return nil }
      let end = index + 1 < all.count ? all[index + 1].modRevision : Revision(Int64.max)
      return end > compactRevision ? version : nil
    }
  }
}
