import ArgumentParser
import ImageStreamDB
import MVCC

/// `isdb lease keep-alive`.
struct KeepLeaseAliveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keep-alive", abstract: "Keep a lease from ending.",
    discussion: "Runs until it is interrupted, and gives the lease its whole time again each time a third of it has passed.")

  /// A lease of centuries needs no sleep of centuries, which the system might not be able to count.
  private static let longestWait = Duration.seconds(86_400)

  @Argument(help: "The lease.")
  var lease: LeaseIdentifier

  @Flag(name: .long, help: "Give it its whole time again once, and end.")
  var once = false

  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await untilInterrupted {
      try await options.writing(creates: false) { store in
        while true {
          guard let renewed = try await store.keyValues.keepLeaseAlive(lease.number) else { throw StoreError.noLease(lease) }
          try output.printNext(renewed.document) { "lease \(lease) has \(renewed.grantedSeconds) s again" }
          if once { return }
          try await Task.sleep(for: min(.seconds(renewed.grantedSeconds) / 3, Self.longestWait))
        }
      }
    }
  }
}
