import ArgumentParser
import ImageStreamDB
import MVCC

/// `isdb keep`.
struct KeepCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keep", abstract: "Look after the store as time passes.",
    discussion: """
      Runs until it is interrupted: deletes the keys of leases that end, lets policies choose tags that have become old enough, and does what else has to be done now and then. Of several that run on one \
      store, one does the work and the others stand by. What happens is told on standard error.
      """)

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await untilInterrupted {
      try await options.writing(creates: false) { store in
        var policy = KeeperPolicy.images
        policy.report = { StandardStreams.report("\(Timestamp.now) keep: \($0.text.printable)") }
        try await store.keyValues.runKeeper(policy)
      }
    }
  }
}

extension KeeperEvent {
  fileprivate var text: String {
    switch self {
    case .standsBy(let holder?): "process \(holder) keeps the store; standing by"
    case .standsBy(nil): "another process keeps the store; standing by"
    case .tookRole: "keeping the store"
    case .dutyFailed(let duty, let error, let delay): "\(duty) failed: \(error); trying again in \(Int(delay / .milliseconds(1))) ms"
    case .dutyRecovered(let duty): "\(duty) goes on"
    }
  }
}
