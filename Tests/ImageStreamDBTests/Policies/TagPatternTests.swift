import MVCC
import TestSupport
import Testing

@testable import ImageStreamDB

@Suite struct TagPatternTests {
  @Test(arguments: [
    ("", "anything", ""),
    ("b+", "aabbbc", "bbb"),
    ("b+?", "aabbbc", "b"),
    ("^v?(\\d+)", "v12-x", "v12,12"),
    ("a|ab", "ab", "a"),
    ("(?:a|ab)(c|bcd)", "abcd", "abcd,bcd"),
    ("(a|b)*c", "abbac", "abbac,a"),
    ("(a*)*", "aab", "aa,aa"),
    ("(|a)+b", "aab", "aab,a"),
    ("x{2,3}", "xxxx", "xxx"),
    ("x{2,}?", "xxxx", "xx"),
    ("x{2}$", "xxx", "xx"),
    ("x{0}y", "xy", "y"),
    ("a{,2}", "a{,2}", "a{,2}"),
    ("{", "{", "{"),
    ("[^a-c]+", "abcxyz", "xyz"),
    ("[]a]+", "]a", "]a"),
    ("[a-]+", "-a-", "-a-"),
    ("[\\d.]+", "v1.2", "1.2"),
    ("[[:alpha:]]+[[:^alpha:]]", "ab1", "ab1"),
    ("[[:punct:]_]+", "a_.-", "_.-"),
    ("\\brc\\b", "1.0-rc.1", "rc"),
    ("\\Bc", "rc-c", "c"),
    ("\\Arc\\z", "rc", "rc"),
    ("(?i)RC", "1-rc", "rc"),
    ("(?i:RC)-X", "rc-X", "rc-X"),
    ("a(?i)b|c", "C", "C"),
    ("(?i)[a-c]+", "AbC", "AbC"),
    ("(?m)^a$", "a", "a"),
    ("\\x2d\\x{2e}", "-.", "-."),
    ("(?P<year>\\d{4})-(?<month>\\d\\d)", "2026-01", "2026-01,2026,01"),
    ("a.c", "abc", "abc"),
    ("(a)|(b)", "b", "b,nil,b"),
    ("\\.\\-\\_", ".-_", ".-_"),
  ])
  func `patterns match as Go's do`(pattern: String, text: String, groups: String) throws {
    // A group that went around more than once holds its last round; one that matched nothing is empty, one that took no part is nil.
    let found = try #require(try TagPattern(pattern).match(text))
    #expect(found.map { $0.map(String.init) ?? "nil" }.joined(separator: ",") == groups)
  }

  @Test(arguments: [
    ("^b", "ab"), ("a$", "ab"), ("a{3}", "aa"), ("[^a]", "aaa"), ("rc", "RC"), ("(?i:a)b", "AB"), ("\\d", "x"), ("\\D", "1"),
    ("\\W", "a_1"),
    ("x{0}y", "x"), ("(?i)a(?-i)b", "AB"), ("a(?i:b)c", "abC"),
  ])
  func `patterns that do not match say so`(pattern: String, text: String) throws { #expect(try !TagPattern(pattern).matches(text)) }

  @Test(arguments: [
    ("(", 1, "the parenthesis is not closed"),
    ("a(b", 2, "the parenthesis is not closed"),
    ("a)b", 2, "a closing parenthesis has no opening one"),
    ("[a", 1, "the bracket is not closed"),
    ("x[]", 2, "the bracket is not closed"),
    ("[z-a]", 2, "ends before its beginning"),
    ("[\\d-z]", 2, "a set at an end"),
    ("[[:nope:]]", 2, "no set of characters has that name"),
    ("*a", 1, "there is nothing to repeat"),
    ("a|+", 3, "there is nothing to repeat"),
    ("a**", 3, "a repetition is repeated"),
    ("a*+", 3, "a repetition is repeated"),
    ("a{2}{3}", 5, "a repetition is repeated"),
    ("a{3,2}", 2, "ends below its beginning"),
    ("a{1001}", 2, "more than 1000 times"),
    ("a{99999999999999999999}", 2, "more than 1000 times"),
    ("a\\", 2, "the backslash at the end"),
    ("(a)\\1", 4, "back-references are not supported"),
    ("\\q", 1, "\\q is not an escape"),
    ("\\pL", 1, "Unicode classes are not supported"),
    ("\\x2", 1, "two hexadecimal digits"),
    ("\\xff", 1, "two hexadecimal digits"),
    ("a(?=b)", 2, "look-around is not supported"),
    ("a(?!b)", 2, "look-around is not supported"),
    ("(?<=a)b", 1, "look-around is not supported"),
    ("(?<!a)b", 1, "look-around is not supported"),
    ("(?P<1>a)", 5, "a group's name"),
    ("(?P<a>x)(?P<a>y)", 13, "two groups are named a"),
    ("(?U)a", 3, "is no flag"),
    ("(?i", 1, "the parenthesis is not closed"),
    ("é", 1, "not ASCII"),
  ])
  func `a malformed pattern is refused with the place`(pattern: String, place: Int, problem: String) {
    let error = storeError { try TagPattern(pattern) }
    #expect(error?.code == .invalidArgument)
    #expect((error?.cause as? SyntaxFlaw)?.place == place, "\(error?.message ?? "accepted")")
    #expect(error?.message.contains(problem) == true, "\(error?.message ?? "accepted")")
  }

  @Test func `patterns are bounded in length, depth and instructions`() throws {
    #expect(try TagPattern(String(repeating: "a", count: 512)).matches("a") == false)
    #expect(storeError { try TagPattern(String(repeating: "a", count: 513)) }?.code == .tooLarge)
    #expect(try TagPattern(String(repeating: "(", count: 40) + String(repeating: ")", count: 40)).matches(""))
    #expect(storeError { try TagPattern(String(repeating: "(", count: 41) + String(repeating: ")", count: 41)) }?.code == .invalidArgument)
    #expect(storeError { try TagPattern("((a{100}){100}){100}") }?.code == .tooLarge)
    // A repetition of nothing makes no instructions, and must not take time for it either.
    #expect(storeError { try TagPattern("(?:(?:(?:){1000}){1000}){1000}") }?.code == .tooLarge)
  }

  @Test(arguments: ["(a+)+b", "(a|a)*b", "(a|aa)+$b", "(?:a?){64}a{64}b", "(.*)(.*)(.*)(.*)(.*)x"])
  func `no pattern takes longer than its size times that of the tag`(pattern: String) throws {
    // With a machine that only backtracks, each of these runs until the test is ended.
    #expect(try !TagPattern(pattern).matches(String(repeating: "a", count: 128)))
  }

  @Test func `what is longer than a tag matches nothing`() throws {
    #expect(try TagPattern("a").matches(String(repeating: "a", count: 128)))
    #expect(try !TagPattern("a").matches(String(repeating: "a", count: 129)))
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func `random patterns find what the standard library finds`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<300 {
      let pattern = Self.randomPattern(depth: 3, &generator)
      let ours = try TagPattern(pattern)
      let theirs = try Regex(pattern)
      for _ in 0..<4 {
        let text = String((0..<Int.random(in: 0...8, using: &generator)).map { _ in "abc".randomElement(using: &generator) ?? "a" })
        let found = ours.match(text)?.first ?? nil
        let expected = try theirs.firstMatch(in: text)?.range
        #expect(found.map { $0.startIndex..<$0.endIndex } == expected, "seed \(seed): \(pattern) on \(text)")
      }
    }
  }

  /// What is repeated is never empty: there the standard library goes around differently.
  private static func randomPattern(depth: Int, _ generator: inout SeededGenerator) -> String {
    let letter = ["a", "b", "c", "[ab]", "[^a]", "."].randomElement(using: &generator) ?? "a"
    guard depth > 0 else { return letter }
    func inner() -> String { randomPattern(depth: depth - 1, &generator) }
    switch Int.random(in: 0..<8, using: &generator) {
    case 0: return letter
    case 1: return inner() + inner()
    case 2: return "(?:\(inner())|\(inner()))"
    case 3: return "(\(inner()))"
    case 4: return letter + (["*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,2}?", "{2,}"].randomElement(using: &generator) ?? "")
    case 5: return "(?:\(letter)\(inner()))" + (["*", "+", "?", "*?", "{1,2}"].randomElement(using: &generator) ?? "")
    case 6: return "^" + inner()
    default: return inner() + "$"
    }
  }
}
