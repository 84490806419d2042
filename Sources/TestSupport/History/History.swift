public import MVCC

/// All that the clients of one store did and were told, put together from their records.
public struct History: Sendable {
  /// Every call, in no particular order.
  public var calls: [RecordedCall] = []

  /// Every watch.
  public var watches: [RecordedWatch] = []

  /// Every event of the store from revision 2 on, as the store's own log tells them.
  public var log: [Event] = []

  /// Nothing happened.
  public init() {}

  /// Puts entries together. Those of one client or watcher must be in the order in which they were noted.
  ///
  /// A call without an answer was under way when its client died.
  public init(_ entries: [HistoryEntry], log: [Event]) {
    self.log = log
    struct CallName: Hashable {
      let client: String
      let number: Int
    }
    var places: [CallName: Int] = [:]
    var watchPlaces: [String: Int] = [:]
    var deaths: [String: UInt64] = [:]
    for entry in entries {
      switch entry {
      case .invoked(let client, let number, let time, let request):
        places[CallName(client: client, number: number)] = calls.count
        calls.append(RecordedCall(client: client, number: number, request: request, invoked: time))
      case .answered(let client, let number, let time, let answer):
        guard let place = places[CallName(client: client, number: number)] else { continue }
        calls[place].returned = answer == .unknown ? nil : time
        calls[place].answer = answer
      case .died(let process, let time): deaths[process] = time
      case .watchBegan(let watcher, let time, let range, let options, let after):
        let session = RecordedWatch.Session(range: range, options: options, after: after, began: time)
        if let place = watchPlaces[watcher] {
          watches[place].sessions.append(session)
        } else {
          watchPlaces[watcher] = watches.count
          watches.append(RecordedWatch(watcher: watcher, sessions: [session]))
        }
      case .delivered(let watcher, let time, let batch):
        guard let place = watchPlaces[watcher] else { continue }
        let last = watches[place].sessions.count - 1
        watches[place].sessions[last].deliveries.append(RecordedWatch.Delivery(time: time, batch: batch))
      case .watchCompacted(let watcher, let time):
        guard let place = watchPlaces[watcher] else { continue }
        watches[place].sessions[watches[place].sessions.count - 1].compacted = time
      }
    }
    for place in calls.indices where calls[place].returned == nil {
      calls[place].died = deaths.first { calls[place].client.hasPrefix("\($0.key).") }?.value
    }
  }
}

/// A rule that a history breaks.
public struct Violation: Sendable, CustomStringConvertible {
  /// The rule, for tests of the check itself.
  public let rule: String

  /// Which call or event breaks it, and how.
  public let detail: String

  /// A violation with both fields given.
  public init(_ rule: String, _ detail: String) {
    self.rule = rule
    self.detail = detail
  }

  public var description: String { "\(rule): \(detail)" }
}
