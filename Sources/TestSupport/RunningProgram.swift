internal import Foundation
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

// Invariants:
// - `status` is set once, when the process has ended; `openStreams` counts the outputs that were not read to their end.
// - A waiter is resumed exactly once: when its condition holds, or when the process has ended and both outputs are read.

/// A program on this machine that goes on until it ends or is told to.
///
/// What it prints is read as it comes; whoever waits for something is woken by it.
public final class RunningProgram: Sendable {
  private struct State {
    var output: [UInt8] = []
    var error: [UInt8] = []
    var openStreams = 2
    var status: Int32?
    var waiters: [(condition: @Sendable (String, String) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []

    var isOver: Bool { status != nil && openStreams == 0 }

    func holds(_ condition: (String, String) -> Bool) -> Bool {
      isOver || condition(String(decoding: output, as: UTF8.self), String(decoding: error, as: UTF8.self))
    }
  }

  private let state = Mutex(State())
  private let process = Process()
  private let input = Pipe()

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - environment: all variables that it finds; nil for those of this process.
  ///   - directory: where it works; nil for where this process does.
  ///   - limit: after how many seconds it is ended with SIGKILL; nil for never.
  /// - Throws: `ServerProcess.StartFailure` when the program is missing.
  public init(
    _ program: String, _ arguments: [String], environment: [String: String]? = nil, directory: String? = nil, limit: Int? = nil
  ) throws {
    guard FileManager.default.isExecutableFile(atPath: program) else {
      throw ServerProcess.StartFailure(description: "\(program) is not here")
    }
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    if let environment { process.environment = environment }
    if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
    let output = Pipe()
    let error = Pipe()
    process.standardInput = input
    process.standardOutput = output
    process.standardError = error
    // Whoever waits for the end holds the program; the handler, which the process keeps, must not, or its descriptors would never be closed.
    process.terminationHandler = { [weak self] process in
      // As a shell shows it.
      let status = process.terminationReason == .uncaughtSignal ? 128 + process.terminationStatus : process.terminationStatus
      self?.change { $0.status = status }
    }
    try process.runAlone()
    collect(output) { $0.output += $1 }
    collect(error) { $0.error += $1 }
    guard let limit else { return }
    DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(limit)) { [weak self] in
      // A number that is free again could be another's.
      if let self, state.withLock({ $0.status == nil }) { send(SIGKILL) }
    }
  }

  /// Reads to the end on a thread of its own: a handler per readable chunk was seen to miss the end now and then.
  private func collect(_ pipe: Pipe, _ append: @escaping @Sendable (inout State, Data) -> Void) {
    Thread.detachNewThread { [self] in
      while true {
        let data = pipe.fileHandleForReading.availableData
        if data.isEmpty { break }
        change { append(&$0, data) }
      }
      try? pipe.fileHandleForReading.close()
      change { $0.openStreams -= 1 }
    }
  }

  /// Applies a change and wakes whoever waited for it.
  private func change(_ apply: (inout State) -> Void) {
    let woken = state.withLock { state in
      apply(&state)
      var woken: [CheckedContinuation<Void, Never>] = []
      var waiting = state.waiters
      waiting.removeAll { waiter in
        guard state.holds(waiter.condition) else { return false }
        woken.append(waiter.continuation)
        return true
      }
      state.waiters = waiting
      return woken
    }
    for continuation in woken { continuation.resume() }
  }

  /// Waits until output and error text fulfil a condition, or the process has ended.
  public func wait(until condition: @escaping @Sendable (_ output: String, _ error: String) -> Bool) async {
    await withCheckedContinuation { continuation in
      let isDone = state.withLock { state in
        if state.holds(condition) { return true }
        state.waiters.append((condition, continuation))
        return false
      }
      if isDone { continuation.resume() }
    }
  }

  /// Standard output so far.
  public var output: String { state.withLock { String(decoding: $0.output, as: UTF8.self) } }

  /// Standard error so far.
  public var error: String { state.withLock { String(decoding: $0.error, as: UTF8.self) } }

  /// The number of its process.
  public var processIdentifier: Int32 { process.processIdentifier }

  /// Whether it has not ended.
  public var isRunning: Bool { state.withLock { $0.status == nil } }

  /// Sends a signal.
  public func send(_ signal: Int32) {
    // 0 would be everybody in this process's group.
    precondition(process.processIdentifier > 0, "the program was not started")
    kill(process.processIdentifier, signal)
  }

  /// Asks it to end, as a user at a terminal does with Control-C.
  public func interrupt() { send(SIGINT) }

  /// The same, and waits for its end. Its standard input stays open until then, so that it hears of nothing else.
  public func interrupted() async -> ProgramRun {
    interrupt()
    await wait { _, _ in false }
    return await finish()
  }

  /// Gives standard input, which stays open. A program that has ended does not hear it.
  public func write(_ text: String) { try? input.fileHandleForWriting.write(contentsOf: Data(text.utf8)) }

  /// Gives the end of standard input, waits for the end of the program and answers with all that it printed.
  public func finish(input text: String = "") async -> ProgramRun {
    if !text.isEmpty { write(text) }
    try? input.fileHandleForWriting.close()
    await wait { _, _ in false }
    return state.withLock { ProgramRun(status: $0.status ?? -1, outputBytes: $0.output, errorBytes: $0.error) }
  }
}

extension Process {
  private static let launching = Mutex(())

  /// Starts it while no other start is under way: Foundation's bookkeeping of descriptors does not bear two at once.
  func runAlone() throws {
    try Self.launching.withLock { _ in try run() }
  }
}
