import ArgumentParser
import Foundation
import MVCC
import Testing

@testable import ISDBCommand

struct ExitStatusTests {
  @Test func `every code has a status that is not success`() {
    for kind in StoreError.Code.Kind.allCases {
      #expect(ExitStatus(StoreError.Code(kind)) != .success)
    }
  }

  @Test func `a broken pipe is not worth a word`() {
    let failure = Failure(OutputError(cause: NSError(domain: NSPOSIXErrorDomain, code: Int(EPIPE))))
    #expect(failure.message == nil)
    #expect(failure.status == 141)
  }

  @Test func `a message that came with several lines is printed on one`() {
    let failure = Failure(StoreError(.corrupt, "first\n  second\u{7}."))
    #expect(failure.message == "first second\\u{7}")
    #expect(failure.status == 65)
  }

  @Test func `a usual path follows the base directory specification`() {
    #expect(StoreOptions.usualPath(environment: ["HOME": "/home/ann"], isRoot: false) == "/home/ann/.local/share/isdb")
    #expect(StoreOptions.usualPath(environment: ["HOME": "/home/ann", "XDG_DATA_HOME": "/data"], isRoot: false) == "/data/isdb")
    #expect(
      StoreOptions.usualPath(environment: ["HOME": "/home/ann", "XDG_DATA_HOME": "data"], isRoot: false) == "/home/ann/.local/share/isdb")
    #expect(StoreOptions.usualPath(environment: ["HOME": "/root"], isRoot: true) == "/var/lib/isdb")
  }

  @Test func `the documentation has every status and every command`() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(contentsOf: root.appendingPathComponent("docs/cli.md"), encoding: .utf8)
    for status in ExitStatus.allCases {
      let isExplained = text.contains("\n| \(status.rawValue) | ")
      #expect(isExplained, "\(status)")
    }
    for command in ISDB.configuration.subcommands {
      let name = try #require(command.configuration.commandName)
      let isShown = text.contains("\n$ isdb \(name)")
      #expect(isShown, "\(name)")
      for subcommand in command.configuration.subcommands {
        let words = "\(name) \(subcommand.configuration.commandName ?? "")"
        let isNamed = text.contains("isdb \(words)") || text.contains("`\(words)")
        #expect(isNamed, "\(words)")
      }
    }
  }
}
