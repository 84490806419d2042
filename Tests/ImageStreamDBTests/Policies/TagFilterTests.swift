import MVCC
import TestSupport
import Testing

@testable import ImageStreamDB

@Suite struct TagFilterTests {
  @Test(arguments: [
    ("^main-[a-f0-9]+-(?P<ts>[0-9]+)$", "$ts", "main-1d3a2f4-1606364286", "1606364286"),
    ("^main-[a-f0-9]+-(?P<ts>[0-9]+)$", "${ts}", "main-1d3a2f4-1606364286", "1606364286"),
    ("^(\\d+)\\.(\\d+)-r(\\d+)$", "$1.$2.$3", "1.4-r7", "1.4.7"),
    ("^(\\d+)\\.(\\d+)$", "${1}0$2", "1.4", "104"),
    ("^v(.*)$", "$1", "v1.2", "1.2"),
    ("^v(.*)$", "$0", "v1.2", "v1.2"),
    ("^v(.*)$", "a$$b", "v1.2", "a$b"),
    ("^(a)?(b)", "<$1|$2>", "b", "<|b>"),
    ("rc", "", "1.0-rc.1", "1.0-rc.1"),
  ])
  func `a template is filled from the groups`(pattern: String, extract: String, tag: String, value: String) throws {
    #expect(try TagFilter(pattern: pattern, extract: extract).value(of: tag) == value)
  }

  @Test func `a tag that does not match has no value`() throws {
    #expect(try TagFilter(pattern: "^main-", extract: nil).value(of: "dev-main-1") == nil)
  }

  @Test(arguments: [
    ("$2", 1, "the pattern has no group 2; it has 1 groups"),
    ("x$none", 2, "the pattern has no group none"),
    ("$1x", 1, "the pattern has no group 1x; write ${1}x"),
    ("cost: $", 7, "the dollar sign names no group"),
    ("${1", 1, "the dollar sign names no group"),
    ("${}", 1, "the dollar sign names no group"),
    ("$-", 1, "the dollar sign names no group"),
  ])
  func `a malformed template is refused with the place`(extract: String, place: Int, problem: String) {
    let error = storeError { try TagFilter(pattern: "(a)", extract: extract) }
    #expect(error?.code == .invalidArgument)
    #expect((error?.cause as? SyntaxFlaw)?.place == place, "\(error?.message ?? "accepted")")
    #expect(error?.message.contains(problem) == true, "\(error?.message ?? "accepted")")
  }

  @Test func `a template is bounded`() throws {
    #expect(try TagFilter(pattern: "a", extract: String(repeating: "x", count: 256)).value(of: "a")?.count == 256)
    #expect(storeError { try TagFilter(pattern: "a", extract: String(repeating: "x", count: 257)) }?.code == .invalidArgument)
  }
}
