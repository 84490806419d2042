import ArgumentParser
import ImageStreamDB
import MVCC

/// `isdb lease revoke`.
struct RevokeLeaseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "End a lease now and delete its keys.", discussion: "All its keys go in one revision.")

  @Argument(help: "The lease.")
  var lease: LeaseIdentifier

  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    let revision = try await options.writing(creates: false) { try await $0.keyValues.revokeLease(lease.number) }
    try output.print(Document.object(["id": .string("\(lease)"), "revision": .integer(revision.rawValue)])) {
      ["revoked lease \(lease) at revision \(revision)"]
    }
  }
}
