import OCI
import TestSupport
import Testing

/// Random texts and bytes; a failure prints the seed that repeats it.
@Suite struct PropertyTests {
  private func random(_ alphabet: [String], _ maximumLength: Int, _ generator: inout SeededGenerator) -> String {
    (0..<Int.random(in: 0...maximumLength, using: &generator)).map { _ in alphabet.randomElement(using: &generator) ?? "" }.joined()
  }

  @Test func `whatever parses as a reference reads back as the same one`() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SeededGenerator(seed: seed)
    let hex = String(repeating: "0a", count: 32)
    let alphabet = [
      "a", "b1", "/", "/", ":", ".", "-", "_", "__", "5000", "localhost", "docker.io", "quay.io", "@sha256:" + hex, "A", "latest", "@", "",
    ]
    var accepted = 0
    for _ in 0..<20_000 {
      let text = random(alphabet, 7, &generator)
      guard let reference = try? Reference(text) else { continue }
      accepted += 1
      let (full, spelt) = try (Reference(reference.description), Reference(reference.spelling))
      #expect(full == reference && spelt == reference && reference.spelling == text, "seed \(seed), \(text)")
      #expect(full.description == reference.description, "seed \(seed), \(text)")
      #expect(!reference.repository.contains("..") && !reference.repository.hasPrefix("/"), "seed \(seed), \(text)")
    }
    #expect(accepted > 500, "seed \(seed)")
  }

  @Test func `random changes of a manifest are read or refused, never worse`() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SeededGenerator(seed: seed)
    let descriptor = "{\"mediaType\":\"a/b\",\"digest\":\"\(Digest(of: []))\",\"size\":1}"
    let text = Array("{\"schemaVersion\":2,\"config\":\(descriptor),\"layers\":[\(descriptor)],\"annotations\":{\"a\":\"\\u00e9\"}}".utf8)
    let fragments = ["{", "}", "[", "]", ",", ":", "\"", "\\", "null", "1e9", "\"layers\":", "\"manifests\":[]", "\u{FFFD}"].map {
      Array($0.utf8)
    }
    for _ in 0..<3000 {
      var changed = text
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let position = Int.random(in: 0..<changed.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: changed[position] = UInt8.random(in: 0...255, using: &generator)
        case 1: changed.insert(contentsOf: fragments.randomElement(using: &generator) ?? [], at: position)
        default: changed.remove(at: position)
        }
      }
      do {
        _ = try ManifestContent.parse(bytes: changed)
      } catch {
        #expect(!error.message.isEmpty, "seed \(seed)")
      }
    }
  }

  @Test func `the deepest nesting that is let through fits the stack of a task`() async throws {
    let nested = String(repeating: "[", count: 63) + String(repeating: "]", count: 63)
    let descriptor = "{\"mediaType\":\"a/b\",\"digest\":\"\(Digest(of: []))\",\"size\":1}"
    let text = "{\"schemaVersion\":2,\"config\":\(descriptor),\"layers\":[],\"unknown\":\(nested)}"
    let content = try await Task.detached { try ManifestContent.parse(bytes: Array(text.utf8)) }.value
    #expect(content.mediaType == .ociManifest)
    #expect(refusal { try ManifestContent.parse(bytes: Array(text.replacing(nested, with: "[\(nested)]").utf8)) }?.code == .tooLarge)
  }
}
