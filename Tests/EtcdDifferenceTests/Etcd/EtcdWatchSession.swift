import Foundation
import MVCC

// Invariants:
//   outcome has the watch's events in the order in which the server sent them
//   after `wait(for:)` every event before the signal's revision is in outcome

/// A watch on a real etcd, and a way to know when it has told everything.
///
/// The server sends nothing to say "that was all". A second watch on the same stream does, on a key of its own: it is created last, so it becomes
/// live in the same pass as the first or in a later one, and what is put after that is sent to both in order of revision.
final class EtcdWatchSession {
  /// The key whose puts show how far the server has come.
  static let signalKey: [UInt8] = Array("signal".utf8)

  private static let identifier: Int64 = 1
  private static let signalIdentifier: Int64 = 2

  private let connection: HTTPConnection
  private let coding: EtcdCoding
  private(set) var outcome = WatchOutcome()
  private var signalled = Revision.zero

  /// - Parameter signal: the revision of a put of `signalKey` just before: the watch has caught up when it is told.
  ///
  /// Two requests and no more: the gateway's first read takes 512 bytes, and what it has not read when it first answers is lost, as Go's server of
  /// HTTP/1 says of request bodies.
  init(_ gateway: EtcdGateway, _ watch: HistoryWatch, signal: Revision) throws {
    coding = gateway.coding
    connection = try HTTPConnection(port: gateway.port)
    let signalWatch = HistoryWatch(range: .key(Self.signalKey), start: signal)
    let body =
      try coding.encode(watch, identifier: Self.identifier).data()
      + coding.encode(signalWatch, identifier: Self.signalIdentifier).data()
    precondition(body.count <= 512, "the gateway would lose a part of the requests")
    try connection.beginStream("/v3/watch", body)
  }

  /// Reads until the put of the signal's key at `revision` was told.
  func wait(for revision: Revision) throws {
    while signalled < revision {
      guard let line = try connection.nextLine() else { throw HTTPConnection.ProtocolFailure(description: "the watch stream ended") }
      let message = try EtcdJSON(parsing: line)
      guard let result = message.object("result") else {
        throw HTTPConnection.ProtocolFailure(description: "the watch stream failed: \(message.fields)")
      }
      take(result)
    }
  }

  private func take(_ response: EtcdJSON) {
    let events = response.objects("events").map(coding.event)
    switch response.integer("watch_id") {
    case Self.signalIdentifier: signalled = events.last?.keyValue.modRevision ?? signalled
    case Self.identifier:
      outcome.events += events
      if response.flag("canceled") { outcome.compactRevision = coding.revision(response.integer("compact_revision")) }
    default: break
    }
  }
}
