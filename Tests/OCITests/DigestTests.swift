import OCI
import Testing

@Suite struct DigestTests {
  static let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

  @Test func `a digest reads and writes the same text`() throws {
    for algorithm in DigestAlgorithm.allCases {
      let text = algorithm.rawValue + ":" + String(repeating: "0f", count: algorithm.byteCount)
      let digest = try Digest(text)
      #expect(digest.description == text)
      #expect(digest.algorithm == algorithm)
      #expect(digest.hash == Array(repeating: 15, count: algorithm.byteCount))
      #expect(try Digest(algorithm: algorithm, hash: digest.hash) == digest)
    }
  }

  @Test func `digests of known bytes are the published ones`() {
    #expect(Digest(of: []).hex == Self.empty)
    #expect(Digest(of: Array("abc".utf8)).hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(Digest(of: Array("abc".utf8), algorithm: .sha384).hex.hasPrefix("cb00753f45a35e8bb5a03d699ac65007272c32ab0eded163"))
    #expect(Digest(of: Array("abc".utf8), algorithm: .sha512).hex.hasPrefix("ddaf35a193617abacc417349ae20413112e6fa4e89a97ea2"))
  }

  static let notDigests: [String] = [
    "", ":", "sha256", "sha256:", "sha256:\(empty.dropLast())", "sha256:\(empty)0", "sha256:\(empty.uppercased())", "SHA256:\(empty)",
    "sha256:\(empty.dropLast())g", "md5:d41d8cd98f00b204e9800998ecf8427e", "sha512:\(empty)", " sha256:\(empty)", "sha256:\(empty)\n",
    "sha256:../../../\(empty.dropFirst(9))", "sha256::\(empty.dropFirst())", "sha256+b64:\(empty)", "sha256:\(empty.dropLast())\u{661}",
  ]

  @Test(arguments: notDigests)
  func `anything but a registered algorithm and its digits is refused`(text: String) {
    let error = #expect(throws: OCIError.self) { try Digest(text) }
    #expect(error?.code == .invalidDigest)
  }

  @Test func `a hash of the wrong length is refused`() {
    for count in [0, 31, 33] {
      #expect(throws: OCIError.self) { try Digest(algorithm: .sha256, hash: Array(repeating: 0, count: count)) }
    }
  }

  @Test func `digests sort as their texts do`() throws {
    let texts = [
      "sha256:" + String(repeating: "00", count: 32), "sha256:0" + Self.empty.dropFirst(), "sha256:" + Self.empty,
      "sha256:" + String(repeating: "ff", count: 32), "sha384:" + String(repeating: "00", count: 48),
      "sha512:" + String(repeating: "00", count: 64), "sha512:" + String(repeating: "01", count: 64),
    ]
    #expect(try texts.reversed().map { try Digest($0) }.sorted().map(\.description) == texts.sorted())
  }

  @Test func `content verifies against its own digest and no other`() throws {
    let bytes = Array("manifest".utf8)
    for algorithm in DigestAlgorithm.allCases { try Digest(of: bytes, algorithm: algorithm).verify(bytes) }
    let error = #expect(throws: OCIError.self) { try Digest(of: bytes).verify(bytes + [0]) }
    #expect(error?.code == .digestMismatch)
    #expect(error?.message.contains(Digest(of: bytes).description) == true)
  }

  @Test func `a short digest fits digests that begin so`() throws {
    let digest = try Digest("sha256:" + Self.empty)
    for length in [12, 13, 63, 64] {
      #expect(try DigestPrefix(String(Self.empty.prefix(length))).matches(digest))
      #expect(try DigestPrefix("sha256:" + Self.empty.prefix(length)).matches(digest))
    }
    #expect(try !DigestPrefix("sha512:" + Self.empty.prefix(12)).matches(digest))
    #expect(try !DigestPrefix("e3b0c44298f0").matches(digest))
    #expect(try DigestPrefix("sha512:" + String(repeating: "a", count: 128)).description.count == 135)
  }

  static let notPrefixes: [String] = [
    "", "e3b0c44298f", "\(empty)0", "sha256:\(empty.prefix(11))", "sha256:\(empty)0", "E3B0C44298FC", "e3b0c44298fg", "md5:e3b0c44298fc",
    ":e3b0c44298fc", "e3b0c44298fc:",
  ]

  @Test(arguments: notPrefixes)
  func `a short digest needs twelve digits of a known algorithm`(text: String) {
    let error = #expect(throws: OCIError.self) { try DigestPrefix(text) }
    #expect(error?.code == .invalidDigest)
  }
}
