import ArgumentParser
import ImageStreamDB

/// `isdb trigger list`.
struct ListTriggersCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List triggers with their progress.", aliases: ["ls"])

  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() throws {
    let (statuses, newest) = try options.reading { store in
      let names = try store.read { try $0.triggers().map(\.name) }
      return (try names.map { try store.triggerStatus($0) }, try store.keyValues.revision())
    }
    let document = Document.object(["revision": .integer(newest.rawValue), "items": .array(statuses.map(\.document))])
    try output.print(document, table: { table(statuses) }, ifEmpty: "no triggers; add one with isdb trigger add")
  }

  private func table(_ statuses: [TriggerStatus]) -> Table {
    var table = Table("NAME", "ON", "REVISION", "STATUS", "COMMAND")
    for status in statuses {
      table.add(["\(status.trigger.name)", "\(status.trigger.scope)", "\(status.revision)", status.text, status.trigger.commandText])
    }
    return table
  }
}

extension TriggerStatus {
  /// The worst of its tags in a few words.
  fileprivate var text: String {
    let dead = deliveries.filter(\.isDead).count
    if dead > 0 { return "\(dead) given up" }
    let failing = deliveries.filter { $0.error != nil }.count
    return failing > 0 ? "\(failing) failing" : "ok"
  }
}
