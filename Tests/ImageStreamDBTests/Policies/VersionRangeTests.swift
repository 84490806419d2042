import MVCC
import TestSupport
import Testing

@testable import ImageStreamDB

@Suite struct VersionRangeTests {
  /// Ranges with the versions that Masterminds' semver 3.4 and, but for the rule of pre-releases, npm's have inside and outside.
  private static let table: [(range: String, inside: [String], outside: [String])] = [
    // Equal, and equal in the parts that are given.
    ("=2.0.0", ["2.0.0"], ["1.2.3", "2.0.1"]),
    ("=2.0", ["2.0.0", "2.0.1"], ["1.2.3", "2.1.0"]),
    ("v1.2.3", ["1.2.3", "v1.2.3", "1.2.3+build"], ["1.2.4"]),
    ("1", ["1.0.0", "1.99.0"], ["0.9.9", "2.0.0"]),
    ("1.x", ["1.0.0", "1.4.0"], ["0.9.9", "2.0.0", "1.1.0-alpha"]),
    ("1.X.X", ["1.4.0"], ["2.0.0"]),
    ("1.x.3", ["1.4.0"], ["2.0.0"]),
    ("2.1.*", ["2.1.1"], ["2.2.1"]),
    ("*", ["0.0.0", "4.5.6"], ["1.2.3-alpha.1"]),
    ("x", ["4.5.6"], []),
    ("*-0", ["0.0.0-alpha", "1.2.3-alpha.1", "1.2.3"], []),
    // Not equal.
    ("!=4.1.0", ["4.1.1"], ["4.1.0", "5.1.0-alpha.1"]),
    ("!=4.1", ["4.0.9", "4.2.0", "5.1.0"], ["4.1.0", "4.1.9"]),
    ("!=4.x", ["3.9.9", "5.1.0"], ["4.0.0", "4.1.0"]),
    ("!=*", [], ["0.0.0", "1.0.0"]),
    // Smaller and greater.
    ("<11", ["0.1.0", "10.9.9"], ["11.0.0", "11.1.0"]),
    ("<1.1", ["0.1.0", "1.0.500"], ["1.1.0", "1.1.1"]),
    ("<1.1.x", ["1.0.500"], ["1.1.0", "1.1.500", "1.2.1"]),
    ("<=11", ["1.2.3", "11.2.3"], ["12.0.0", "12.2.3"]),
    ("<=1.1", ["0.1.0", "1.1.0", "1.1.1"], ["1.2.0", "1.2.3"]),
    ("=<1.2.3", ["1.2.3"], ["1.2.4"]),
    ("<=*", ["0.0.1", "7.0.0"], []),
    ("<*", [], ["0.0.0", "1.0.0"]),
    (">1.1", ["1.2.0", "4.1.0"], ["1.1.0", "1.1.9"]),
    (">11", ["12.0.0"], ["11.1.0"]),
    (">0", ["1.0.0"], ["0.0.0", "0.9.0", "0.0.1-alpha"]),
    (">*", [], ["0.0.0", "9.0.0"]),
    (">=11", ["11.0.0", "11.1.2"], ["10.9.9"]),
    ("=>1.1", ["1.1.0", "4.1.0"], ["0.0.9", "4.1.0-beta"]),
    // Tilde: the patch may rise.
    ("~1.2.3", ["1.2.3", "1.2.5"], ["1.2.2", "1.3.0", "1.3.2"]),
    ("~>1.2", ["1.2.0", "1.2.4"], ["1.3.4"]),
    ("~1", ["1.2.4", "1.3.5"], ["2.1.1"]),
    ("~0.2.3", ["0.2.5"], ["0.3.5"]),
    ("~*", ["2.1.1"], []),
    // Caret: what is right of the first number that is not zero may rise.
    ("^1.2.3", ["1.2.3", "1.8.9"], ["1.2.1", "2.0.0", "2.8.9"]),
    ("^1.2", ["1.2.0", "1.8.9"], ["1.1.9", "2.8.9"]),
    ("^1", ["1.0.0", "1.8.9"], ["2.8.9"]),
    ("^0.2.3", ["0.2.3", "0.2.5"], ["0.2.2", "0.3.0", "0.5.6"]),
    ("^0.2", ["0.2.5"], ["0.5.6"]),
    ("^0.0.3", ["0.0.3"], ["0.0.2", "0.0.4"]),
    ("^0.0", ["0.0.3"], ["0.1.4", "1.0.4"]),
    ("^0", ["0.2.3"], ["1.1.4"]),
    ("^0.0.0", ["0.0.0"], ["0.0.1", "1.2.3"]),
    ("^2.x", ["2.1.0"], ["1.1.1", "3.0.0"]),
    // From a version to a version.
    ("1.1 - 2", ["1.1.0", "1.1.1", "2.9.9"], ["1.0.9", "3.0.0"]),
    ("1.5.0 - 4.5", ["3.7.0", "4.5.9"], ["1.4.9", "4.6.0"]),
    ("1.0.0 - 2.0.0, <=2.0.0", ["1.0.0", "1.5.0", "2.0.0"], ["2.0.1"]),
    ("1.1-3", [], ["4.3.2"]),  // Without spaces it is the pre-release 3 of version 1.1.
    // All of them, and one of them.
    (">=1.2 <2", ["1.2.0", "1.9.9"], ["1.1.9", "2.0.0"]),
    (">1.1, <3", ["1.2.1"], ["1.1.1", "4.3.2"]),
    ("> 1.1    <3", ["1.2.1"], ["4.3.2"]),
    (">0,<2.0", ["1.0.0"], ["0.5.0", "2.0.0"]),
    (">=1.1, <2, !=1.2.3 || > 3", ["1.2.4", "4.1.2"], ["1.2.3", "3.0.0", "3.1.2"]),
    (">= 1.1 <2 != 1.2.3 || >= 3", ["3.0.0"], ["1.2.3", "2.0.0"]),
    ("12.3.34 ~12.3.3", ["12.3.34"], ["12.3.35"]),
    ("<1 || >=3", ["0.9.0", "3.0.0"], ["1.0.0", "2.9.9"]),
    // A pre-release is inside only where the alternative names one; then any is.
    (">=1.0.0-0", ["1.0.0-alpha", "1.0.0", "3.4.5-beta.1"], ["0.9.0"]),
    (">=0-0", ["0.0.0-alpha", "0.0.1-alpha"], []),
    (">0-0", ["1.0.0"], ["0.0.1-alpha", "0.0.0-alpha"]),
    (">0.0.0-0", ["0.0.0-alpha"], ["0.0.0-0"]),
    (">1.2.3-alpha.1", ["1.2.3-alpha.2", "1.3.3-alpha.2", "1.2.3"], ["1.2.3-alpha.1"]),
    ("<0-z", ["0.0.0-alpha"], ["0.0.0"]),
    (">= 1.0.0  <= 2.0.0-beta", ["1.0.1-beta", "1.0.1", "2.0.0-alpha"], ["2.0.0", "3.0.0"]),
    (">= 1.0.0  <= 2.0.0-beta || > 3", ["1.0.1-beta", "4.0.0"], ["3.0.1-beta", "4.0.0-beta"]),
    (">= 1.0.0-0 < 2.0.0", ["1.0.1-beta", "2.0.0-alpha"], ["2.0.0"]),
    (">= 1.0.0-0 < 2.0.0-0", ["1.0.1-beta"], ["2.0.0-alpha", "2.0.0"]),
    ("~1.2.3-beta.2", ["1.2.3-beta.4", "1.2.4-beta.2", "1.2.3"], ["1.2.3-beta.1", "1.3.4-beta.2", "1.3.0-alpha"]),
    ("~1.1-alpha", ["1.1.1-beta", "1.1.0-alpha"], ["1.2.0-alpha"]),
    ("^1.2.0-alpha.2", ["1.2.0-alpha.2", "1.2.1-alpha.1"], ["1.2.0-alpha.1", "2.0.0-alpha"]),
    ("^1.2.x-alpha", ["1.2.0-alpha"], ["1.1.1-beta1"]),
    ("^0.2.3-beta.2", ["0.2.3-beta.2", "0.2.4-beta.2"], ["0.3.4-beta.2", "0.3.0-alpha"]),
    ("!=1.2.3-rc.1", ["1.2.3", "1.2.3-rc.2"], ["1.2.3-rc.1"]),
  ]

  @Test func `ranges have the versions that semver's users know them to have`() throws {
    for (text, inside, outside) in Self.table {
      let range = try VersionRange(text)
      #expect(range.description == text)
      for version in inside { #expect(try range.contains(SemanticVersion(version)), "\(version) in \(text)") }
      for version in outside { #expect(try !range.contains(SemanticVersion(version)), "\(version) not in \(text)") }
    }
  }

  @Test func `a pre-release that only lacks being named is told apart`() throws {
    #expect(try VersionRange(">=1.2 <2").membership(of: SemanticVersion("1.3.0-rc.1")) == .preReleaseNotNamed)
    #expect(try VersionRange(">=1.2 <2").membership(of: SemanticVersion("2.1.0-rc.1")) == .outside)
    #expect(try VersionRange("1.x || 3.0.0-0").membership(of: SemanticVersion("1.3.0-rc.1")) == .preReleaseNotNamed)
  }

  @Test(arguments: [
    ("", 1, "a version is missing"),
    ("   ", 4, "a version is missing"),
    (">=", 3, "a version is missing"),
    (">= bar", 4, "bar is not a version"),
    ("BAR >= 1.2.3", 1, "BAR is not a version"),
    ("1.0.0p", 1, "1.0.0p is not a version"),
    ("1x", 1, "1x is not a version"),
    ("x1", 1, "x1 is not a version"),
    ("-1", 1, "-1 is not a version"),
    ("12.3.4.1234", 1, "12.3.4.1234 has more than three parts"),
    ("12.3.34~ 1.2.3", 8, "two conditions touch"),
    ("1.2.3-beta.01", 1, "leading zero"),
    (">=1.2 <2 ||", 12, "a version is missing"),
    (">=1.2, , <2", 8, "a version is missing before \",\""),
    (">=1.2 & <2", 7, "a version is missing before \"&\""),
    ("1.2 - ", 7, "a version is missing"),
    ("!=4.1-alpha", 12, "!= names a pre-release of a version that has parts left out"),
    (">>1", 2, "a version is missing before \">\""),
  ])
  func `a malformed range is refused with the place`(text: String, place: Int, problem: String) {
    let error = storeError { try VersionRange(text) }
    #expect(error?.code == .invalidArgument)
    #expect((error?.cause as? SyntaxFlaw)?.place == place, "\(error?.message ?? "accepted")")
    #expect(error?.message.contains(problem) == true, "\(error?.message ?? "accepted")")
  }

  @Test func `a range is bounded`() throws {
    let longest = String(repeating: ">=1.2 ", count: 85)
    #expect(try VersionRange(String(longest.dropLast())).contains(SemanticVersion("1.2.0")))
    #expect(storeError { try VersionRange(">" + String(repeating: "1", count: 512)) }?.code == .tooLarge)
    #expect(storeError { try VersionRange(">9223372036854775807") }?.code == .invalidArgument)
    #expect(try VersionRange(">9223372036854775806").contains(SemanticVersion("1.0.0")) == false)
  }
}
