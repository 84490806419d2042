import MVCC
import TestSupport
import Testing

/// A way in which a watch could be wrong, planted into the record of one that is not.
struct WatchFault: Sendable, CustomTestStringConvertible {
  let name: String
  /// The rule that has to catch it.
  let rule: WatchRule
  /// Plants the fault; answers false when the watch has no place for it.
  let plant: @Sendable (inout RecordedWatch) -> Bool

  var testDescription: String { name }

  init(_ name: String, caughtBy rule: WatchRule, _ plant: @escaping @Sendable (inout RecordedWatch) -> Bool) {
    self.name = name
    self.rule = rule
    self.plant = plant
  }

  static let all = [
    WatchFault("two batches come in the wrong order", caughtBy: .ordered) { watch in
      watch.withDeliveries(atLeast: 2) { deliveries in
        let events = deliveries[0].batch.events
        deliveries[0].batch.events = deliveries[1].batch.events
        deliveries[1].batch.events = events
        return true
      }
    },
    WatchFault("an event comes again in the next batch", caughtBy: .unique) { watch in
      watch.withDeliveries(atLeast: 2) { deliveries in
        guard let event = deliveries[0].batch.events.last else { return false }
        deliveries[1].batch.events.insert(event, at: 0)
        return true
      }
    },
    WatchFault("a resumed watch repeats the last batch", caughtBy: .unique) { watch in
      guard let place = watch.sessions.indices.dropLast().first(where: { watch.isResumed($0 + 1) }) else { return false }
      let delivery = watch.sessions[place].deliveries.last { !$0.batch.events.isEmpty }
      guard let delivery else { return false }
      watch.sessions[place + 1].deliveries.insert(delivery, at: 0)
      return true
    },
    WatchFault("a batch is missing in the middle", caughtBy: .reliable) { watch in
      watch.withDeliveries(atLeast: 3) { deliveries in
        deliveries.remove(at: 1)
        return true
      }
    },
    WatchFault("an event comes with another value", caughtBy: .reliable) { watch in
      watch.withEvent({ $0.kind == .put }) { $0.keyValue.value.append(0x21) }
    },
    WatchFault("an event comes that never happened", caughtBy: .reliable) { watch in
      guard watch.sessions[0].range == .all else { return false }
      return watch.withDeliveries(atLeast: 2) { deliveries in
        guard var event = deliveries[0].batch.events.last else { return false }
        event.keyValue.key.append(0x21)
        deliveries[0].batch.events.append(event)
        return true
      }
    },
    WatchFault("a revision is split over two batches", caughtBy: .atomic) { watch in
      watch.withDeliveries(atLeast: 1) { deliveries in
        for place in deliveries.indices {
          let batch = deliveries[place].batch
          guard let last = batch.events.last, batch.events.dropLast().last?.keyValue.modRevision == last.keyValue.modRevision else {
            continue
          }
          deliveries[place].batch.events.removeLast()
          let rest = WatchBatch(events: [last], revision: batch.revision, storeRevision: batch.storeRevision)
          deliveries.insert(RecordedWatch.Delivery(time: deliveries[place].time, batch: rest), at: place + 1)
          return true
        }
        return false
      }
    },
    WatchFault("an event of a revision with several is missing", caughtBy: .atomic) { watch in
      watch.withNeighbours { events, place in events.remove(at: place) }
    },
    WatchFault("the events of a revision come in another order", caughtBy: .atomic) { watch in
      watch.withNeighbours { events, place in events.swapAt(place, place + 1) }
    },
    WatchFault("the first event of a watch is missing", caughtBy: .resumable) { watch in
      guard let batch = watch.sessions[0].deliveries.first?.batch, batch.events.count > 1 else { return false }
      watch.sessions[0].deliveries[0].batch.events.removeFirst()
      return true
    },
    WatchFault("a watch resumes before the place where it stopped", caughtBy: .resumable) { watch in
      guard let place = watch.sessions.indices.first(where: { watch.isResumed($0) }) else { return false }
      watch.sessions[place].after = watch.sessions[place].after - 1
      return true
    },
    WatchFault("a watch begins with an event from before its start", caughtBy: .resumable) { watch in
      guard let event = watch.sessions[0].events.first else { return false }
      watch.sessions[0].after = event.keyValue.modRevision
      return true
    },
    WatchFault("a watch ends as compacted without a compaction", caughtBy: .resumable) { watch in
      watch.sessions[0].compacted = 0
      return true
    },
    WatchFault("a batch says that it goes further than it does", caughtBy: .bookmarkable) { watch in
      watch.withDeliveries(atLeast: 2) { deliveries in
        guard let next = deliveries[1].batch.events.first else { return false }
        deliveries[0].batch.revision = next.keyValue.modRevision
        return true
      }
    },
    WatchFault("a bookmark goes back", caughtBy: .bookmarkable) { watch in
      watch.withDeliveries(atLeast: 2) { deliveries in
        deliveries[1].batch.revision = deliveries[0].batch.revision - 1
        return true
      }
    },
    WatchFault("a progress notice overtakes an event", caughtBy: .bookmarkable) { watch in
      watch.withDeliveries(atLeast: 1) { deliveries in
        guard let place = deliveries.indices.first(where: { !deliveries[$0].batch.events.isEmpty }) else { return false }
        var notice = deliveries[place]
        notice.batch.events = []
        deliveries.insert(notice, at: place)
        return true
      }
    },
    WatchFault("progress is told before the watch's beginning", caughtBy: .bookmarkable) { watch in
      let after = watch.sessions[0].after
      let notice = WatchBatch(events: [], revision: after, storeRevision: after - 1)
      watch.sessions[0].deliveries.insert(RecordedWatch.Delivery(time: watch.sessions[0].began, batch: notice), at: 0)
      return true
    },
    WatchFault("a previous version is not the one right before", caughtBy: .previousPair) { watch in
      watch.withEvent({ $0.previous != nil }) { $0.previous?.value.append(0x21) }
    },
    WatchFault("a previous version is missing", caughtBy: .previousPair) { watch in
      watch.withEvent({ $0.previous != nil }) { $0.previous = nil }
    },
    WatchFault("a created key has a previous version", caughtBy: .previousPair) { watch in
      watch.withEvent({ $0.isCreation }) { $0.previous = $0.keyValue }
    },
    WatchFault("an update passes for a creation", caughtBy: .creation) { watch in
      watch.withEvent({ $0.kind == .put && !$0.isCreation }) { $0.keyValue.createRevision = $0.keyValue.modRevision }
    },
    WatchFault("a creation passes for an update", caughtBy: .creation) { watch in
      watch.withEvent({ $0.isCreation }) { $0.keyValue.createRevision = 1 }
    },
    WatchFault("a created key counts more than one version", caughtBy: .creation) { watch in
      watch.withEvent({ $0.isCreation }) { $0.keyValue.version = 2 }
    },
    WatchFault("an event outside of the range comes", caughtBy: .filter) { watch in
      guard let key = watch.sessions[0].range.singleKey else { return false }
      return watch.withEvent({ _ in true }) { $0.keyValue.key = key + [0x21] }
    },
    WatchFault("a put comes that was to be left out", caughtBy: .filter) { watch in
      for place in watch.sessions.indices { watch.sessions[place].options.excludesPuts = true }
      return watch.sessions[0].events.contains { $0.kind == .put }
    },
    WatchFault("a deletion comes that was to be left out", caughtBy: .filter) { watch in
      for place in watch.sessions.indices { watch.sessions[place].options.excludesDeletes = true }
      return watch.sessions[0].events.contains { $0.kind == .delete }
    },
  ]
}

extension RecordedWatch {
  /// Whether a session goes on where the one before stopped.
  func isResumed(_ place: Int) -> Bool { place > 0 && sessions[place - 1].compacted == nil && !sessions[place - 1].deliveries.isEmpty }

  /// Changes the batches of the first session that has enough of them, which it first makes to follow each other without notices between.
  mutating func withDeliveries(atLeast count: Int, _ body: (inout [Delivery]) -> Bool) -> Bool {
    let place = sessions.indices.first { place in sessions[place].deliveries.count { !$0.batch.events.isEmpty } >= count }
    guard let place, let last = sessions[place].deliveries.last else { return false }
    sessions[place].deliveries = sessions[place].deliveries.dropLast().filter { !$0.batch.events.isEmpty } + [last]
    return body(&sessions[place].deliveries)
  }

  /// Changes the last event that fits: the later, the less compaction explains.
  mutating func withEvent(_ fits: (Event) -> Bool, _ body: (inout Event) -> Void) -> Bool {
    for session in sessions.indices.reversed() {
      for delivery in sessions[session].deliveries.indices.reversed() {
        guard let place = sessions[session].deliveries[delivery].batch.events.lastIndex(where: fits) else { continue }
        body(&sessions[session].deliveries[delivery].batch.events[place])
        return true
      }
    }
    return false
  }

  /// Changes the events of a batch at the first of two neighbours from one revision.
  mutating func withNeighbours(_ body: (inout [Event], Int) -> Void) -> Bool {
    for session in sessions.indices {
      for delivery in sessions[session].deliveries.indices {
        var events = sessions[session].deliveries[delivery].batch.events
        let place = events.indices.dropLast().first { events[$0].keyValue.modRevision == events[$0 + 1].keyValue.modRevision }
        guard let place else { continue }
        body(&events, place)
        sessions[session].deliveries[delivery].batch.events = events
        return true
      }
    }
    return false
  }
}
