import ArgumentParser
import ImageStreamDB
import MVCC

/// `isdb lease list`.
struct ListLeasesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List leases, the first to end first.",
    discussion: "A lease with nothing left has ended, and waits for isdb keep to delete its keys.")

  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() throws {
    let (leases, revision) = try options.reading { (try $0.keyValues.leases(), try $0.keyValues.revision()) }
    let document = Document.object(["revision": .integer(revision.rawValue), "items": .array(leases.map(\.document))])
    try output.print(document, table: { table(leases) }, ifEmpty: "no leases")
  }

  private func table(_ leases: [Lease]) -> Table {
    var table = Table("LEASE", "GRANTED", "LEFT")
    for lease in leases {
      table.add(["\(LeaseIdentifier(lease.id))", "\(lease.grantedSeconds) s", "\(lease.remaining.components.seconds) s"])
    }
    return table
  }
}
