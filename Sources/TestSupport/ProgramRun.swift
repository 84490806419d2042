internal import Foundation

/// What a program that ran to its end left behind.
public struct ProgramRun: Sendable {
  /// Its exit status; 128 and the number of the signal that ended it.
  public let status: Int32

  /// What it wrote to its standard output.
  public let outputBytes: [UInt8]

  /// Its standard output as text.
  public let output: String

  /// Its standard error as text.
  public let error: String

  init(status: Int32, outputBytes: [UInt8], errorBytes: [UInt8]) {
    self.status = status
    self.outputBytes = outputBytes
    output = String(decoding: outputBytes, as: UTF8.self)
    error = String(decoding: errorBytes, as: UTF8.self)
  }

  /// Runs a program on this machine.
  ///
  /// - Parameters:
  ///   - environment: what it is to find besides this process's own.
  ///   - input: what it reads.
  ///   - limit: after how many seconds it is ended with SIGKILL.
  public static func of(
    _ program: String, _ arguments: [String], environment: [String: String] = [:], input: String = "", limit: Int = 60
  ) async throws -> ProgramRun {
    let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let program = try RunningProgram(program, arguments, environment: variables, limit: limit)
    return await program.finish(input: input)
  }
}
