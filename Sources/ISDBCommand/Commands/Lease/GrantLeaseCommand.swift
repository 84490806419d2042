import ArgumentParser
import ImageStreamDB
import MVCC

/// `isdb lease grant`.
struct GrantLeaseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grant", abstract: "Make a lease.",
    discussion: "It counts from now on. Less than 2 seconds is raised to 2.")

  @Argument(help: "The time to live, in seconds.")
  var seconds: Int64

  @Option(name: .long, help: ArgumentHelp("The lease's id; none has one chosen.", valueName: "lease"))
  var id: LeaseIdentifier?

  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    let lease = try await options.writing { try await $0.keyValues.grantLease(seconds: seconds, id: id?.number ?? 0) }
    try output.print(lease.document) { ["granted lease \(LeaseIdentifier(lease.id)) for \(lease.grantedSeconds) s"] }
  }
}
