internal import Foundation

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// What a program that ran to its end left behind.
public struct ProgramRun: Sendable {
  /// Its exit status; 128 and the number of the signal that ended it.
  public let status: Int32

  /// Its standard output.
  public let output: String

  /// Its standard error.
  public let error: String

  /// Runs a program on this machine.
  ///
  /// - Parameters:
  ///   - environment: what it is to find besides this process's own.
  ///   - input: what it reads.
  ///   - limit: after how many seconds it is ended with SIGKILL.
  public static func of(
    _ program: String, _ arguments: [String], environment: [String: String] = [:], input: String = "", limit: Int = 60
  ) async throws -> ProgramRun {
    guard FileManager.default.isExecutableFile(atPath: program) else {
      throw ServerProcess.StartFailure(description: "\(program) is not here")
    }
    // Reading to the end blocks, and the tasks of a test have few threads.
    return try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(with: Result { try run(program, arguments, environment, input, limit) })
      }
    }
  }

  private static func run(
    _ program: String, _ arguments: [String], _ environment: [String: String], _ input: String, _ limit: Int
  ) throws -> ProgramRun {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let (standardInput, standardOutput, standardError) = (Pipe(), Pipe(), Pipe())
    process.standardInput = standardInput
    process.standardOutput = standardOutput
    process.standardError = standardError
    try process.run()
    let identifier = process.processIdentifier
    let timer = DispatchSource.makeTimerSource()
    timer.schedule(deadline: .now() + .seconds(limit))
    timer.setEventHandler { kill(identifier, SIGKILL) }
    timer.resume()
    defer { timer.cancel() }
    try? standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try? standardInput.fileHandleForWriting.close()
    let words = Thread.reading(standardError.fileHandleForReading)
    let output = standardOutput.fileHandleForReading.readDataToEndOfFile()
    let error = words()
    process.waitUntilExit()
    let isSignal = process.terminationReason == .uncaughtSignal
    return ProgramRun(
      status: process.terminationStatus + (isSignal ? 128 : 0), output: String(decoding: output, as: UTF8.self),
      error: String(decoding: error, as: UTF8.self))
  }
}

extension Thread {
  /// Reads a file on a thread of its own; the answer waits for its end.
  fileprivate static func reading(_ file: FileHandle) -> () -> Data {
    let done = DispatchSemaphore(value: 0)
    let box = Box()
    detachNewThread {
      box.data = file.readDataToEndOfFile()
      done.signal()
    }
    return {
      done.wait()
      return box.data
    }
  }

  /// Written by one thread before it signals and read by another after that: hence the unchecked conformance is sound.
  private final class Box: @unchecked Sendable {
    var data = Data()
  }
}
