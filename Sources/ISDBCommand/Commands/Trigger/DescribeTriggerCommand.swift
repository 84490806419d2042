import ArgumentParser
import ImageStreamDB

/// `isdb trigger describe`.
struct DescribeTriggerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe", abstract: "Show a trigger and how it stands with each tag.")

  @Argument(help: "The trigger.", completion: NameCompletion.triggers)
  var name: String

  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() throws {
    let (status, newest) = try options.reading { (try $0.triggerStatus(name), try $0.keyValues.revision()) }
    try output.print(status.document) { status.sheet(newest: newest, now: .now).lines }
  }
}

extension TriggerStatus {
  fileprivate func sheet(newest: Revision, now: Timestamp) -> Sheet {
    var sheet = Sheet()
    sheet.add("Name", trigger.name)
    sheet.add("On", "\(trigger.scope)")
    sheet.add("Command", trigger.commandText)
    sheet.add("Created", "\(Age(of: trigger.created, now: now))")
    sheet.add("Attempts", trigger.maximumAttempts == 0 ? "without limit" : "at most \(trigger.maximumAttempts)")
    sheet.add("Progress", "revision \(revision) of \(newest)")
    for delivery in deliveries {
      sheet.add(line: "")
      sheet.add(line: "\(delivery.tag)")
      if let error = delivery.error {
        let attempts = "\(delivery.attempts) attempt\(delivery.attempts == 1 ? "" : "s")"
        sheet.add(line: "  ! error: \(error)")
        sheet.add(line: "      \(delivery.isDead ? "given up after \(attempts)" : attempts), the last \(Age(of: delivery.time, now: now))")
        sheet.add(line: "      for \(delivery.attemptedPullSpec)")
      }
      if let pullSpec = delivery.deliveredPullSpec { sheet.add(line: "  * \(pullSpec)") }
      if delivery.error == nil { sheet.add(line: "      \(Age(of: delivery.time, now: now)), revision \(delivery.revision)") }
    }
    return sheet
  }
}
