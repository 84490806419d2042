import ArgumentParser
import ImageStreamDB
import MVCC

/// `isdb lease ttl`.
struct LeaseTimeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ttl", abstract: "Show what is left of a lease.", aliases: ["time-to-live", "timetolive"])

  @Argument(help: "The lease.")
  var lease: LeaseIdentifier

  @Flag(name: .long, help: "List its keys as well.")
  var keys = false

  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() throws {
    let (found, attached) = try options.reading { store in
      (try store.keyValues.lease(lease.number), keys ? try store.keyValues.keys(of: lease.number) : [])
    }
    guard let found else { throw StoreError.noLease(lease) }
    let document = found.document.adding(["keys": keys ? .array(attached.map { Document.bytes("key", $0) }) : nil])
    try output.print(document) {
      ["lease \(lease) has \(found.remaining.components.seconds) of \(found.grantedSeconds) s left"] + attached.map(printableBytes)
    }
  }
}
