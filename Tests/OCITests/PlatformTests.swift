import OCI
import Testing

@Suite struct PlatformTests {
  @Test func `a platform reads and writes the same text`() throws {
    for text in ["linux/amd64", "linux/arm64/v8", "windows/amd64", "wasip1/wasm"] { #expect(try Platform(text).description == text) }
    #expect(try Platform("linux/x86_64") == .linuxAMD64)
    #expect(try Platform("linux/aarch64").architecture == "arm64")
  }

  @Test(arguments: [
    "", "linux", "linux/", "/amd64", "linux/amd64/v1/x", "Linux/amd64", "linux amd64", "linux//v8", "linux/../x",
    "linux/\(String(repeating: "a", count: 65))",
  ])
  func `what is not two or three plain parts is refused`(text: String) {
    #expect(refusal { try Platform(text) }?.code == .invalidPlatform)
  }

  @Test(arguments: [
    ("linux/arm64", "linux/arm64/v8", true), ("linux/arm64/v8", "linux/arm64", true), ("linux/arm", "linux/arm/v7", true),
    ("linux/arm/v6", "linux/arm", false),
    ("linux/amd64", "linux/amd64/v1", true), ("linux/amd64/v3", "linux/amd64", false), ("linux/amd64", "linux/arm64", false),
    ("windows/amd64", "linux/amd64", false), ("linux/riscv64", "linux/riscv64", true),
  ])
  func `a missing variant means the usual one`(offered: String, requested: String, fits: Bool) throws {
    #expect(try Platform(offered).matches(Platform(requested)) == fits)
  }

  @Test func `the version of the operating system counts when it is asked for`() {
    let offered = Platform(os: "windows", architecture: "amd64", osVersion: "10.0.1")
    #expect(offered.matches(Platform(os: "windows", architecture: "amd64")))
    #expect(offered.matches(offered))
    #expect(!offered.matches(Platform(os: "windows", architecture: "amd64", osVersion: "10.0.2")))
  }

  @Test func `a content type loses its parameters`() {
    #expect(MediaType(contentType: "Application/VND.oci.image.index.v1+json; charset=utf-8") == .ociIndex)
    #expect(MediaType(contentType: "application/json").rawValue == "application/json")
  }

  @Test(arguments: [
    ("a/b", true), ("application/vnd.x+json", true), ("a", false), ("", false), ("a/", false), ("/b", false), ("a/b/c", false),
    ("a b/c", false), ("a/b;c", false),
  ])
  func `a media type has two parts`(text: String, isWellFormed: Bool) { #expect(MediaType(text).isWellFormed == isWellFormed) }
}
