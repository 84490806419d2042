import MVCC
import TestSupport
import Testing

@testable import ImageStreamDB

@Suite struct SemanticVersionTests {
  @Test func `versions are ordered as semver's own example is`() throws {
    // semver.org, item 11, with the parts before it.
    let ordered = [
      "0.0.1-alpha", "0.0.1", "0.1.0", "0.9.0", "0.10.0", "1.0.0-0", "1.0.0-1", "1.0.0-2", "1.0.0-10", "1.0.0-alpha", "1.0.0-alpha.1",
      "1.0.0-alpha.1.0", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0-rc.99999999999999999999",
      "1.0.0-rc.100000000000000000000", "1.0.0", "1.0.1", "1.1.0", "2.0.0", "10.0.0",
    ]
    let versions = try ordered.map { try SemanticVersion($0) }
    for (place, version) in versions.enumerated() {
      #expect(version.description == ordered[place])
      for (other, later) in versions.enumerated() { #expect((version < later) == (place < other), "\(version) < \(later)") }
    }
  }

  @Test func `build metadata does not count, and a v is passed over`() throws {
    #expect(try SemanticVersion("1.4.2+a") == SemanticVersion("v1.4.2+b"))
    #expect(try Set([SemanticVersion("1.4.2+a"), SemanticVersion("1.4.2")]).count == 1)
    #expect(try SemanticVersion("v1.4.2-rc.1+build.07").description == "1.4.2-rc.1+build.07")
    #expect(try SemanticVersion("1.4.2--x-").preRelease == ["-x-"])
  }

  @Test(arguments: [
    ("", "it is empty"),
    ("v", "it is empty"),
    ("latest", "it begins with \"latest\", which is not a number"),
    ("b1.2.3", "it begins with \"b1\", which is not a number"),
    ("V1.2.3", "it begins with \"V1\", which is not a number"),
    (".1.2", "it does not begin with a number"),
    ("1", "it has one part; semver has three"),
    ("1.2", "it has two parts; semver has three"),
    ("1.2.3.4", "it has four parts; semver has three"),
    ("1.2.3.4.5", "it has five parts; semver has three"),
    ("1.2.3.4.5.6.7", "it has more than five parts; semver has three"),
    ("20260115", "it has one part"),
    ("2026-01-15", "it has one part"),
    ("2026.01.15", "its minor part is \"01\", and semver allows no leading zero; for dates choose numeric or alphabetical order"),
    ("01.2.3", "its major part is \"01\""),
    ("1.2.x", "its patch part is \"x\", which is not a number"),
    ("1.0.0p", "its patch part is \"0p\", which is not a number"),
    ("1..3", "its minor part is \"\", which is not a number"),
    ("1.2.3-", "its pre-release part has an empty identifier"),
    ("1.2.3-a..b", "its pre-release part has an empty identifier"),
    ("1.2.3+", "its build part has an empty identifier"),
    ("1.2.3-01", "its pre-release number \"01\" has a leading zero"),
    ("1.2.3-rc_1", "its pre-release part has \"rc_1\"; letters, digits and hyphens are allowed"),
    ("1.2.3+a_b", "its build part has \"a_b\""),
    ("1.2.9223372036854775807", "its patch part \"9223372036854775807\" is too large; the limit is 9223372036854775806"),
    ("99999999999999999999.0.0", "its major part \"99999999999999999999\" is too large"),
  ])
  func `what is no version is told why`(text: String, reason: String) {
    let error = storeError { try SemanticVersion(text) }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains("is not a semantic version: \(reason)") == true, "\(error?.message ?? "accepted")")
  }

  @Test(arguments: ["0.0.0", "1.2.3-01a", "1.2.3-0", "1.2.3+01", "9223372036854775806.0.0", "1.2.3-9999999999999999999999999"])
  func `the boundaries of versions are inside`(text: String) throws {
    #expect(try SemanticVersion(text).description == text)
  }
}
