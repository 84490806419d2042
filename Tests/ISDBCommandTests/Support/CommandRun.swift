import Foundation
import TestSupport
import Testing

/// What a finished `isdb` left behind.
typealias CommandRun = ProgramRun

extension ProgramRun {
  /// Standard output, line by line.
  var lines: [String] { output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init) }

  /// Standard output as JSON, or nil when it is not an object.
  var json: [String: Any]? { try? JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any] }
}

/// Runs the `isdb` that was built with these tests.
struct Command {
  var store: String?
  var environment: [String: String] = [:]
  var directory: String?

  init(store: String?) { self.store = store }

  /// Runs to the end, with `input` on standard input.
  func callAsFunction(_ arguments: String..., input: String = "") async throws -> CommandRun {
    try await callAsFunction(arguments, input: input)
  }

  func callAsFunction(_ arguments: [String], input: String = "") async throws -> CommandRun {
    let running = try start(arguments)
    return await running.finish(input: input)
  }

  /// Expects failure with a status and one line on standard error that contains `message`; nothing on standard output.
  func refuses(
    _ arguments: String..., status: Int32, saying message: String, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let run = try await self(arguments)
    #expect(run.status == status, "\(run.error)", sourceLocation: sourceLocation)
    #expect(run.output.isEmpty, sourceLocation: sourceLocation)
    #expect(run.error.hasPrefix("isdb: "), sourceLocation: sourceLocation)
    #expect(run.error.hasSuffix("\n") && run.error.filter(\.isNewline).count == 1, "\(run.error)", sourceLocation: sourceLocation)
    #expect(!run.error.hasSuffix(".\n"), "\(run.error)", sourceLocation: sourceLocation)
    #expect(run.error.contains(message), "\(run.error)", sourceLocation: sourceLocation)
  }

  /// Starts without waiting.
  func start(_ arguments: [String]) throws -> RunningProgram {
    var variables = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": "/nonexistent", "TZ": "UTC"]
    if let store { variables["ISDB_STORE"] = store }
    variables.merge(environment) { $1 }
    return try RunningProgram(Self.executable.path, arguments, environment: variables, directory: directory)
  }

  static var executable: URL { BuiltProgram.isdb }
}

/// The cells of a table's line; empty ones are left out.
func cells(_ line: String) -> [String] { line.split(separator: /\ {3,}/).map(String.init) }

/// The line with every run of blanks as one, and how long ago something was as `AGE`: a slow machine needs seconds where a fast one needs none.
func withoutAge(_ line: String) -> String {
  line.replacing(/just now|\d+ seconds? ago/, with: "AGE").replacing(/\ +/, with: " ")
}
