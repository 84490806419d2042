internal import Foundation

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A server program that a test started on this machine, until the test ends it.
public final class ServerProcess: Sendable {
  /// What went wrong at the start.
  public struct StartFailure: Error, CustomStringConvertible {
    /// The reason, with the end of what the program said.
    public let description: String

    /// A failure for that reason.
    public init(description: String) { self.description = description }
  }

  private let process: Process

  private init(_ process: Process) { self.process = process }

  /// Starts a program and returns when it has logged `readyText` to its standard error.
  ///
  /// - Throws: `StartFailure` when the program is missing or ends before that.
  public static func start(_ program: String, _ arguments: [String], readyText: String) async throws -> ServerProcess {
    guard FileManager.default.isExecutableFile(atPath: program) else { throw StartFailure(description: "\(program) is not here") }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = FileHandle.nullDevice
    process.standardError = output
    try process.runAlone()
    let server = ServerProcess(process)
    if let lastWords = await waitForReadiness(output.fileHandleForReading, readyText) {
      server.end()
      throw StartFailure(description: "\(program) ended before it was ready: \(lastWords.suffix(2000))")
    }
    return server
  }

  /// Reads the log until the program says that it is ready, and goes on emptying it afterwards; answers the log if it ends before.
  private static func waitForReadiness(_ log: FileHandle, _ readyText: String) async -> String? {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        var text = ""
        var isWaiting = true
        while true {
          // What there is; reading a count would wait for all of it.
          let data = log.availableData
          guard !data.isEmpty else { break }
          guard isWaiting else { continue }
          text += String(decoding: data, as: UTF8.self)
          if text.contains(readyText) {
            isWaiting = false
            continuation.resume(returning: nil)
          }
        }
        if isWaiting { continuation.resume(returning: text) }
      }
    }
  }

  /// Ends the process by its id and waits until it is gone. It may have inherited a thread's blocked signals; this one cannot be blocked.
  public func end() {
    // 0 would be everybody in this process's group.
    if process.isRunning, process.processIdentifier > 0 { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
  }
}
