import Foundation
import TestSupport
import Testing

struct CompletionTests {
  private let directory: TemporaryDirectory
  private let isdb: Command

  init() throws {
    directory = try TemporaryDirectory()
    isdb = Command(store: directory.appending("store"))
  }

  /// What bash offers for a command line whose end is the cursor.
  private func completions(_ line: String, in shell: String = "bash") async throws -> [String] {
    var isdb = isdb
    isdb.environment["SAP_SHELL"] = shell
    let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    let completed = ["---completion", "resolve", "--", "positional@0", "\(words.count - 1)", "\(words.last?.count ?? 0)"]
    return try await isdb(completed + words).lines.filter { !$0.isEmpty && $0 != " " }
  }

  @Test func `names of the store complete what is typed`() async throws {
    let image = "\(ImageFixtures.reference("one"))"
    _ = try await isdb("tag", image, "shop/web:1.0", "shop/web:1.1", "shop/api:1.0", "base/os:12")
    #expect(try await completions("isdb resolve ") == ["base/os", "shop/api", "shop/web"])
    #expect(try await completions("isdb resolve shop/") == ["shop/api", "shop/web"])
    #expect(try await completions("isdb resolve shop/w") == ["shop/web", "shop/web:1.0", "shop/web:1.1"])
    #expect(try await completions("isdb resolve shop/web:") == ["shop/web:1.0", "shop/web:1.1"])
    #expect(try await completions("isdb resolve base/os:", in: "zsh") == ["base/os\\:12"])
    #expect(try await completions("isdb resolve --store /nowhere ").isEmpty)
  }

  @Test func `completion without a store is silent`() async throws {
    #expect(try await completions("isdb resolve ").isEmpty)
    #expect(!FileManager.default.fileExists(atPath: directory.appending("store")))
  }

  @Test func `bash takes a name with its tag for one word`() async throws {
    #expect(try await isdb("--generate-completion-script", "bash").lines.last == "COMP_WORDBREAKS=${COMP_WORDBREAKS//:}")
  }
}
