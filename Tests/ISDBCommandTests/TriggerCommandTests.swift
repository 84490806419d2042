import Foundation
import TestSupport
import Testing

struct TriggerCommandTests {
  private let directory: TemporaryDirectory
  private let isdb: Command
  private let one = "\(ImageFixtures.reference("one"))"
  private let two = "\(ImageFixtures.reference("two"))"

  init() throws {
    directory = try TemporaryDirectory()
    isdb = Command(store: directory.appending("store"))
  }

  @Test func `a trigger is added, listed, described and removed`() async throws {
    #expect(
      try await isdb("trigger", "add", "deploy", "--on", "shop/web:latest", "--", "./deploy.sh", "the web").output
        == "added trigger deploy on shop/web:latest; isdb trigger run runs it\n")
    #expect(
      try await isdb("trigger", "list").lines == [
        "NAME     ON                REVISION   STATUS   COMMAND",
        "deploy   shop/web:latest   2          ok       ./deploy.sh 'the web'",
      ])
    #expect(try await isdb("trigger", "describe", "deploy").lines.contains("Progress:   revision 2 of 2"))
    let items = try #require(try await isdb("trigger", "list", "-o", "json").json?["items"] as? [[String: Any]])
    #expect(items.first?["command"] as? [String] == ["./deploy.sh", "the web"])
    try await isdb.refuses("trigger", "add", "deploy", "--on", "shop/web", "--", "x", status: 73, saying: "already")
    #expect(try await isdb("trigger", "remove", "deploy").output == "removed trigger deploy\n")
    try await isdb.refuses("trigger", "remove", "deploy", status: 66, saying: "there is no trigger deploy")
    try await isdb.refuses("trigger", "describe", "deploy", status: 66, saying: "there is no trigger deploy")
  }

  @Test func `a command gets the event in its environment and as JSON`() async throws {
    let file = directory.appending("out")
    let script = "env | grep ^ISDB_ | sort >\(file).env; cat >\(file).json"
    _ = try await isdb("tag", one, "shop/web", "--by", "ann")
    _ = try await isdb("trigger", "add", "deploy", "--on", "shop/web", "--", "sh", "-c", script)
    _ = try await isdb("tag", two, "shop/web", "--by", "ann", "--because", "build 4711")
    let run = try await isdb("trigger", "run", "--once")
    #expect(run.status == 0 && run.output.isEmpty, "\(run.error)")
    let variables = try String(contentsOfFile: "\(file).env", encoding: .utf8)
    #expect(
      variables == """
        ISDB_ATTEMPT=1
        ISDB_BECAUSE=build 4711
        ISDB_BY=ann
        ISDB_CAUSE=tag
        ISDB_EVENT_REVISION=4
        ISDB_EVENT_SEQUENCE=2
        ISDB_IMAGE=\(two.split(separator: "@")[1])
        ISDB_PREVIOUS_IMAGE=
        ISDB_PULL_SPEC=\(two)
        ISDB_STORE=\(directory.appending("store"))
        ISDB_TAG=shop/web:latest
        ISDB_TRIGGER=deploy

        """)
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: "\(file).json"))) as? [String: Any])
    #expect((json["event"] as? [String: Any])?["pullSpec"] as? String == two)
    #expect(json["trigger"] as? String == "deploy")
    #expect(try await isdb("trigger", "run", "--once").error.isEmpty)
  }

  @Test func `a failing command keeps its event for the next run`() async throws {
    let file = directory.appending("ready")
    _ = try await isdb("trigger", "add", "deploy", "--on", "shop/web", "--", "test", "-e", file)
    _ = try await isdb("tag", one, "shop/web")
    let failed = try await isdb("trigger", "run", "--once")
    #expect(failed.status == 75 && failed.error.contains("failed: test exited with status 1"), "\(failed.error)")
    #expect(try await isdb("trigger", "list").lines[1].contains("1 failing"))
    #expect(try await isdb("trigger", "describe", "deploy").lines.contains("  ! error: test exited with status 1"))
    try write([], to: file)
    #expect(try await isdb("trigger", "run", "deploy", "--once").status == 0)
    #expect(try await isdb("trigger", "list").lines[1].contains("ok"))
  }

  @Test func `a command that is not there, or does not read its input, harms nobody`() async throws {
    _ = try await isdb("trigger", "add", "missing", "--on", "shop/web", "--max-attempts", "1", "--", "no-such-command")
    _ = try await isdb("trigger", "add", "deaf", "--on", "shop/web", "--", "true")
    _ = try await isdb("trigger", "add", "killed", "--on", "shop/web", "--", "sh", "-c", "kill -9 $$")
    _ = try await isdb("tag", one, "shop/web")
    let run = try await isdb("trigger", "run", "--once")
    #expect(run.status == 75)
    #expect(run.error.contains("no-such-command is not in PATH"))
    #expect(run.error.contains("killed: shop/web:latest failed: sh was ended by signal 9"), "\(run.error)")
    let lines = try await isdb("trigger", "list").lines
    #expect(lines[1].contains("ok") && lines[2].contains("1 failing") && lines[3].contains("1 given up"), "\(lines)")
  }

  @Test func `a runner reacts to another process, retries, and ends its command when it is told to end`() async throws {
    let file = directory.appending("deployed")
    _ = try await isdb(
      "trigger", "add", "deploy", "--on", "shop/web", "--", "sh", "-c", "[ $ISDB_ATTEMPT = 2 ] && echo $ISDB_PULL_SPEC >>\(file)")
    _ = try await isdb("trigger", "add", "sleeper", "--on", "shop/slow", "--", "sleep", "600")
    let runner = try isdb.start(["trigger", "run"])
    _ = try await isdb("tag", one, "shop/web")
    await runner.wait { _, error in error.contains("deploy: shop/web:latest done") }
    #expect(runner.error.contains("deploy: trying again in 1 s"))
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "\(one)\n")
    _ = try await isdb("tag", one, "shop/slow")
    await runner.wait { _, error in error.contains("running sleep 600") }
    runner.send(SIGTERM)
    let run = await runner.finish()
    #expect(run.status == 143)
    // What was cut off is handled by the next run.
    #expect(try await isdb("trigger", "list").lines[2].contains("sleeper"))
    let next = try isdb.start(["trigger", "run", "sleeper"])
    await next.wait { _, error in error.contains("running sleep 600") }
    next.send(SIGINT)
    #expect(await next.finish().status == 130)
  }

  @Test func `a trigger that is removed meanwhile ends alone`() async throws {
    for name in ["one", "two"] { _ = try await isdb("trigger", "add", name, "--on", "shop/web", "--", "true") }
    let runner = try isdb.start(["trigger", "run"])
    await runner.wait { _, error in error.contains("one: waiting") && error.contains("two: waiting") }
    _ = try await isdb("trigger", "remove", "one")
    _ = try await isdb("tag", one, "shop/web")
    await runner.wait { _, error in error.contains("one: ends, since") && error.contains("two: shop/web:latest done") }
    runner.send(SIGINT)
    let run = await runner.finish()
    #expect(run.status == 130 && !run.error.contains("isdb: "), "\(run.error)")
  }

  @Test func `what is killed while its command runs runs it again`() async throws {
    let file = directory.appending("attempts")
    _ = try await isdb(
      "trigger", "add", "deploy", "--on", "shop/web", "--", "sh", "-c", "echo $ISDB_PULL_SPEC >>\(file); [ -e \(file).go ] || sleep 2")
    _ = try await isdb("tag", one, "shop/web")
    let runner = try isdb.start(["trigger", "run"])
    await runner.wait { _, error in error.contains("running sh") }
    runner.send(SIGKILL)
    #expect(await runner.finish().status == 137)
    try write([], to: "\(file).go")
    #expect(try await isdb("trigger", "run", "--once").status == 0)
    #expect(try String(contentsOfFile: file, encoding: .utf8).hasSuffix("\(one)\n"))
  }

  @Test func `mistakes are told apart`() async throws {
    try await isdb.refuses("trigger", "run", status: 66, saying: "there is no store at")
    try await isdb.refuses("trigger", "add", "deploy", "--on", "shop/web", status: 64, saying: "has no command")
    try await isdb.refuses("trigger", "add", "Deploy", "--on", "shop/web", "--", "x", status: 64, saying: "is not a trigger's name")
    try await isdb.refuses("trigger", "add", "deploy", "--on", "Shop", "--", "x", status: 64, saying: "is not a scope")
    try await isdb.refuses(
      "trigger", "add", "deploy", "--on", "shop", "--max-attempts", "-1", "--", "x", status: 64, saying: "--max-attempts")
    try await isdb.refuses("trigger", "run", status: 66, saying: "no triggers to run")
    try await isdb.refuses("trigger", "run", "other", status: 66, saying: "there is no trigger other")
  }
}
