import Foundation
import TestSupport
import Testing

struct CommandLineTests {
  private let directory: TemporaryDirectory
  private let isdb: Command

  init() throws {
    directory = try TemporaryDirectory()
    isdb = Command(store: directory.appending("store"))
  }

  @Test func `help, version and completions go to standard output`() async throws {
    for arguments in [["--help"], ["help"], ["--version"], ["kv", "--help"], ["--generate-completion-script", "bash"]] {
      let run = try await isdb(arguments)
      #expect(run.status == 0 && run.error.isEmpty && !run.output.isEmpty, "\(arguments)")
    }
    #expect(try await isdb("--version").output == "0.1.0\n")
  }

  @Test(arguments: ["bash", "zsh", "fish"]) func `completion scripts name the subcommands`(shell: String) async throws {
    let run = try await isdb("--generate-completion-script", shell)
    #expect(run.output.contains("compact") && run.output.contains("backup"))
  }

  @Test func `a command line that cannot be read points to its help`() async throws {
    try await isdb.refuses("frobnicate", status: 64, saying: "see 'isdb --help'")
    try await isdb.refuses("kv", "get", status: 64, saying: "missing expected argument '<key>'; see 'isdb kv get --help'")
    try await isdb.refuses("kv", "get", "k", "-o", "xml", status: 64, saying: "please provide one of 'table', 'json' or 'yaml'; see")
    try await isdb.refuses("kv", "get", "k", "--outpt", "json", status: 64, saying: "did you mean '--output'?; see")
    try await isdb.refuses("kv", "range", "--limit", "many", status: 64, saying: "'many' is invalid for '--limit <number>'; see")
  }

  @Test func `the store is the option's, else the environment's`() async throws {
    let other = directory.appending("other")
    _ = try await isdb("kv", "put", "k", "v", "--store", other)
    try await isdb.refuses("kv", "get", "k", status: 66, saying: directory.appending("store"))
    #expect(try await Command(store: other)("kv", "get", "k").output == "v")
  }

  @Test func `the usual store is created with the directories above it`() async throws {
    var isdb = Command(store: nil)
    isdb.environment["XDG_DATA_HOME"] = directory.appending("data")
    guard geteuid() != 0 else { return }
    #expect(try await isdb("kv", "put", "k", "v").status == 0)
    #expect(FileManager.default.fileExists(atPath: directory.appending("data/isdb/data.mdb")))
  }

  @Test func `a reader of a pipe that goes away ends the command without a word`() async throws {
    for number in 0..<50 { _ = try await isdb("kv", "put", "k\(number)", String(repeating: "v", count: 5000)) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [
      "-c", #""$1" kv range -o json --store "$2" 2>"$3" | true"#, "sh", Command.executable.path, directory.appending("store"),
      directory.appending("error"),
    ]
    try await run(process)
    #expect(try String(contentsOfFile: directory.appending("error"), encoding: .utf8) == "")
  }

  private func run(_ process: Process) async throws {
    await withCheckedContinuation { continuation in
      process.terminationHandler = { _ in continuation.resume() }
      do { try process.run() } catch { continuation.resume() }
    }
  }
}
