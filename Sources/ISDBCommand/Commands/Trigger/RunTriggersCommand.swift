import ArgumentParser
import Foundation
import ImageStreamDB

/// `isdb trigger run`.
struct RunTriggersCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run the commands of triggers as tags move.",
    discussion: """
      Runs until it is interrupted; triggers run side by side, the tags of one trigger one after the other. A command is run again until it \
      succeeds, and a command that was running when this process was killed is run again by the next one. What happens is told on standard error. \
      With --once it handles what there is and ends, with status 75 if a command failed.
      """)

  @Argument(help: "The triggers to run; none means all there are.", completion: NameCompletion.triggers)
  var name: [String] = []

  @Flag(name: .long, help: "Handle what has happened so far, trying each once, and end.")
  var once = false

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await untilInterrupted {
      try await options.writing(creates: false) { store in
        let triggers = try chosen(store)
        let failures = try await withThrowingTaskGroup(of: Int.self) { group in
          for trigger in triggers { group.addTask { try await run(trigger, store) } }
          return try await group.reduce(0, +)
        }
        if failures > 0 { throw SilentExit(.tryAgain) }
      }
    }
  }

  private func chosen(_ store: ImageStore) throws -> [Trigger] {
    let all = try store.read { try $0.triggers() }
    guard !name.isEmpty else {
      let runnable = all.filter { !$0.command.isEmpty }
      if runnable.isEmpty { throw StoreError(.notFound, "there are no triggers to run; add one with isdb trigger add") }
      return runnable
    }
    return try name.map { name in
      let trigger = try store.triggerStatus(name).trigger
      if trigger.command.isEmpty {
        throw StoreError(.invalidArgument, "trigger \(name) has no command: the program that added it runs it")
      }
      return trigger
    }
  }

  /// Runs one trigger; answers how many commands failed, which only `--once` lives to tell.
  private func run(_ trigger: Trigger, _ store: ImageStore) async throws -> Int {
    let process = TriggerProcess(command: trigger.command, storePath: URL(fileURLWithPath: store.path).path)
    let log = TriggerLog(trigger: trigger.name)
    let handler: @Sendable (TriggerEvent) async throws -> Void = { event in
      log.write(
        "\(event.tag) moved to \(event.pullSpec) at revision \(event.event.revision), attempt \(event.attempt): running \(trigger.commandText)"
      )
      do {
        let duration = try await ContinuousClock().measure { try await process.run(event) }
        log.write("\(event.tag) done after \(duration.formatted)")
      } catch let failure as TriggerProcess.Failure {
        log.write("\(event.tag) failed: \(failure)")
        throw failure
      }
    }
    if once { return try await store.runTriggerOnce(trigger.name, handler: handler).failures }
    log.write("waiting for moves of \(trigger.scope) after revision \(try store.triggerStatus(trigger.name).revision)")
    let retry = TriggerRetry(sleep: { delay in
      log.write("trying again in \(delay.formatted)")
      try await Task.sleep(for: delay)
    })
    do {
      try await store.runTrigger(trigger.name, retry: retry, handler: handler)
    } catch let error as StoreError where error.code == .notFound {
      // The others go on.
      log.write("ends, since the trigger was removed")
    }
    return 0
  }
}

/// What `trigger run` tells whoever keeps its log.
struct TriggerLog {
  let trigger: String

  func write(_ text: String) { StandardStreams.report("\(Timestamp.now) \(trigger): \(text.printable)") }
}

extension Duration {
  /// In seconds, to the tenth; below that in milliseconds.
  fileprivate var formatted: String {
    if self < .milliseconds(100) { return "\(components.attoseconds / 1_000_000_000_000_000) ms" }
    let tenths = components.seconds * 10 + components.attoseconds / 100_000_000_000_000_000
    return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
  }
}
