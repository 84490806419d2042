import CSignalMask
import Foundation
import ImageStreamDB
import Synchronization

/// The command of a trigger, run for one event.
struct TriggerProcess {
  let command: [String]
  let storePath: String

  /// Why a command did not succeed; kept with the trigger.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Runs the command with the event in its environment and on its standard input, and waits for it.
  ///
  /// A cancelled task sends SIGTERM to the command and what that started, and still waits: the next run starts when this one has ended.
  /// - Throws: `Failure` when the command cannot be started, is ended by a signal, or exits with a status other than 0; `CancellationError`.
  func run(_ event: TriggerEvent) async throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try executable())
    process.arguments = Array(command.dropFirst())
    process.environment = ProcessInfo.processInfo.environment.merging(variables(event)) { $1 }
    process.standardInput = try input(JSONText.compact(event.document) + "\n")
    let ending = Ending()
    process.terminationHandler = { ending.come($0.terminationReason, $0.terminationStatus) }
    do {
      try Self.launch(process)
    } catch {
      throw Failure(description: "\(command[0]) cannot be started: \(error.localizedDescription)")
    }
    let (reason, status) = await withTaskCancellationHandler {
      await ending.wait()
    } onCancel: {
      // Foundation gives each process a group of its own: what a script started ends with it.
      if kill(-process.processIdentifier, SIGTERM) != 0 { process.terminate() }
    }
    if reason == .exit, status == 0 { return }
    try Task.checkCancellation()
    throw Failure(description: "\(command[0]) \(reason == .exit ? "exited with status \(status)" : "was ended by signal \(status)")")
  }

  /// Starts the process so that signals reach it, which this thread may have blocked.
  private static func launch(_ process: Process) throws {
    isdb_signal_mask_clear()
    defer { isdb_signal_mask_restore() }
    try process.run()
  }

  /// The file that the first word of the command names, looked up in `PATH` as a shell would.
  private func executable() throws -> String {
    let name = command[0]
    if name.contains("/") { return name }
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    for directory in path.split(separator: ":") {
      let candidate = "\(directory)/\(name)"
      if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
    }
    throw Failure(description: "\(name) is not in PATH; give the command's full path")
  }

  /// A pipe that holds the text already, so that a command which does not read it ends nobody by SIGPIPE. A pipe takes 64 KiB; an event has less than 8.
  private func input(_ text: String) throws -> Pipe {
    let pipe = Pipe()
    try pipe.fileHandleForWriting.write(contentsOf: Data(text.utf8))
    try pipe.fileHandleForWriting.close()
    return pipe
  }

  private func variables(_ event: TriggerEvent) -> [String: String] {
    [
      "ISDB_TRIGGER": event.trigger,
      "ISDB_STORE": storePath,
      "ISDB_ATTEMPT": "\(event.attempt)",
      "ISDB_TAG": "\(event.tag)",
      "ISDB_IMAGE": event.image.map { "\($0)" } ?? "",
      "ISDB_PULL_SPEC": event.pullSpec,
      "ISDB_PREVIOUS_IMAGE": event.previousImage.map { "\($0)" } ?? "",
      "ISDB_EVENT_REVISION": "\(event.event.revision)",
      "ISDB_EVENT_SEQUENCE": "\(event.event.sequence)",
      "ISDB_CAUSE": event.event.cause.rawValue,
      "ISDB_BY": event.event.by,
      "ISDB_BECAUSE": event.event.because,
    ]
  }
}

/// The end of a process, which may come before or after somebody waits for it.
private final class Ending: Sendable {
  private enum State {
    case running
    case awaited(CheckedContinuation<(Process.TerminationReason, Int32), Never>)
    case over(Process.TerminationReason, Int32)
  }

  private let state = Mutex(State.running)

  func come(_ reason: Process.TerminationReason, _ status: Int32) {
    let waiting = state.withLock { state in
      defer { state = .over(reason, status) }
      if case .awaited(let continuation) = state { return Optional(continuation) }
      return nil
    }
    waiting?.resume(returning: (reason, status))
  }

  func wait() async -> (Process.TerminationReason, Int32) {
    await withCheckedContinuation { continuation in
      let ending = state.withLock { state -> (Process.TerminationReason, Int32)? in
        if case .over(let reason, let status) = state { return (reason, status) }
        state = .awaited(continuation)
        return nil
      }
      if let ending { continuation.resume(returning: ending) }
    }
  }
}
