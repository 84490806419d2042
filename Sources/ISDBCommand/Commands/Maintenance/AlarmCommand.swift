import ArgumentParser
import ImageStreamDB
import MVCC

/// `isdb alarm`.
struct AlarmCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alarm", abstract: "Show and take back alarms.",
    discussion: """
      NOSPACE is raised when the store reaches its quota, and refuses puts: delete and compact, then disarm it. CORRUPT refuses reads and writes.
      """,
    subcommands: [ListAlarmsCommand.self, DisarmAlarmCommand.self])

  fileprivate static func kind(_ text: String) throws -> Alarm.Kind {
    if let kind = Alarm.Kind(rawValue: text.uppercased()) { return kind }
    throw ValidationError("There is no alarm \"\(text)\"; there are \(Alarm.Kind.allCases.map(\.rawValue).joined(separator: " and "))")
  }
}

/// `isdb alarm list`.
struct ListAlarmsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List the alarms that are raised.", aliases: ["ls"])

  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() throws {
    let alarms = try options.reading { try $0.keyValues.alarms() }
    try output.print(
      Document.object(["items": .array(alarms.map(\.document))]),
      table: {
        var table = Table("ALARM", "MEMBER", "RAISED")
        for alarm in alarms { table.add([alarm.kind.rawValue, "\(alarm.member)", "\(alarm.raised)"]) }
        return table
      }, ifEmpty: "no alarms")
  }
}

/// `isdb alarm disarm`.
struct DisarmAlarmCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "disarm", abstract: "Take alarms back.",
    discussion: "NOSPACE comes back with the next put if the store is still at its quota: delete and compact first.")

  @Argument(help: "NOSPACE or CORRUPT; all when left out.", transform: AlarmCommand.kind)
  var alarm: Alarm.Kind?

  @OptionGroup var output: OutputOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    let disarmed = try await options.writing(creates: false) { store in
      var disarmed: [Alarm] = []
      for kind in Alarm.Kind.allCases where alarm == nil || alarm == kind { disarmed += try await store.keyValues.disarmAlarm(kind) }
      return disarmed
    }
    try output.print(Document.object(["disarmed": .array(disarmed.map(\.document))])) {
      disarmed.isEmpty ? ["no alarm was raised"] : disarmed.map { "disarmed \($0.kind.rawValue), raised at \($0.raised)" }
    }
  }
}

extension Alarm {
  var document: Document {
    .object(["alarm": .string(kind.rawValue), "member": .string("\(member)"), "raised": .string(raised.description)])
  }
}
