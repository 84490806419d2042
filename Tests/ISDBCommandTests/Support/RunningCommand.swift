import Foundation
import Synchronization
import Testing

/// An `isdb` that goes on until it is told to end.
///
/// Its standard output is read as it comes; whoever waits for a line is woken by it.
final class RunningCommand: Sendable {
  private struct State {
    var output = ""
    var error = ""
    var openStreams = 2
    var status: Int32?
    var waiters: [(condition: @Sendable (String, String) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
    var finishers: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())
  let process: Process
  private let input = Pipe()

  init(executable: URL, arguments: [String], environment: [String: String], directory: String?) throws {
    process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.environment = environment
    if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
    let output = Pipe()
    let error = Pipe()
    process.standardInput = input
    process.standardOutput = output
    process.standardError = error
    process.terminationHandler = { [self] process in
      // As a shell shows it.
      let status = process.terminationReason == .uncaughtSignal ? 128 + process.terminationStatus : process.terminationStatus
      change { $0.status = status }
    }
    // Foundation's bookkeeping of descriptors does not bear two launches at once.
    try Self.launching.withLock { _ in try process.run() }
    collect(output) { $0.output += $1 }
    collect(error) { $0.error += $1 }
  }

  private static let launching = Mutex(())

  /// Reads to the end on a thread of its own: a handler per readable chunk was seen to miss the end now and then.
  private func collect(_ pipe: Pipe, _ append: @escaping @Sendable (inout State, String) -> Void) {
    Thread.detachNewThread { [self] in
      while true {
        let data = pipe.fileHandleForReading.availableData
        if data.isEmpty { break }
        change { append(&$0, String(decoding: data, as: UTF8.self)) }
      }
      change { $0.openStreams -= 1 }
    }
  }

  /// Applies a change and wakes whoever waited for it.
  private func change(_ apply: (inout State) -> Void) {
    let woken = state.withLock { state in
      apply(&state)
      let isOver = state.status != nil && state.openStreams == 0
      var woken: [CheckedContinuation<Void, Never>] = []
      state.waiters.removeAll { waiter in
        guard isOver || waiter.condition(state.output, state.error) else { return false }
        woken.append(waiter.continuation)
        return true
      }
      if isOver {
        woken += state.finishers
        state.finishers = []
      }
      return woken
    }
    for continuation in woken { continuation.resume() }
  }

  /// Waits until output and error text fulfil a condition, or the process has ended.
  func wait(until condition: @escaping @Sendable (_ output: String, _ error: String) -> Bool) async {
    await withCheckedContinuation { continuation in
      let isDone = state.withLock { state in
        if condition(state.output, state.error) || (state.status != nil && state.openStreams == 0) { return true }
        state.waiters.append((condition, continuation))
        return false
      }
      if isDone { continuation.resume() }
    }
  }

  /// Standard output so far.
  var output: String { state.withLock { $0.output } }

  /// Standard error so far.
  var error: String { state.withLock { $0.error } }

  /// Sends a signal.
  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// Gives standard input, waits for the end and answers with all that was printed.
  func finish(input text: String = "") async throws -> CommandRun {
    let writer = input.fileHandleForWriting
    if !text.isEmpty { try writer.write(contentsOf: Data(text.utf8)) }
    try writer.close()
    await withCheckedContinuation { continuation in
      let isDone = state.withLock { state in
        if state.status != nil && state.openStreams == 0 { return true }
        state.finishers.append(continuation)
        return false
      }
      if isDone { continuation.resume() }
    }
    return state.withLock { CommandRun(status: $0.status ?? -1, output: $0.output, error: $0.error) }
  }
}
