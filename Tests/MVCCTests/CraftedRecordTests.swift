import TestSupport
import Testing
import Zstd

@testable import MVCC

/// Records whose checksum is right and whose frame is not what the record says: only a bug or an attacker writes such.
@Suite struct CraftedRecordTests {
  /// Stores a frame under a stated length and expects that reading it fails, cleanly and at every way in.
  private static func expectRefusal(of frame: [UInt8], statedLength: Int) async throws {
    let directory = try TemporaryDirectory()
    let store = try RevisionStore.open(at: directory.appending("store"))
    defer { store.close() }
    let crafted = EncodedValue(codec: .zstd, dictionary: 0, valueByteCount: statedLength, valueHash: 0, payload: frame)
    try await store.write { try $0.put(bytes("k"), [], encoded: crafted) }
    #expect(storeError { try store.read { try $0.get(bytes("k")) } }?.code == .corrupt)
    #expect(storeError { try store.read { try $0.range(RangeQuery(.all)) } }?.code == .corrupt)
    #expect(storeError { try store.events(in: .all, after: 1) }?.code == .corrupt)
    #expect(await awaitedError { try await store.write { try $0.get(bytes("k")) } }?.code == .corrupt)
    #expect(try store.check().findings.isEmpty == false)
    // Without its value it is only a key.
    #expect(try store.read { try $0.count(.all) } == 1)
  }

  @Test func `a frame that would inflate beyond the stated length is corrupt`() async throws {
    let bomb = try Zstd.compress([UInt8](repeating: 0, count: 1 << 20).span)
    #expect(bomb.count < 200)
    for length in [0, 100, 1 << 20 - 1, 1 << 20 + 1] { try await Self.expectRefusal(of: bomb, statedLength: length) }
  }

  @Test func `a frame whose header agrees but whose blocks go on is corrupt`() async throws {
    var bomb = try Zstd.compress([UInt8](repeating: 0, count: 1 << 20).span)
    // Single segment, content size in four bytes, no checksum, no dictionary (RFC 8878, 3.1.1.1): the size follows the descriptor.
    #expect(bomb[4] == 0b1010_0000)
    bomb.replaceSubrange(5..<9, with: [100, 0, 0, 0])
    try await Self.expectRefusal(of: bomb, statedLength: 100)
  }

  @Test func `a frame that states nothing, or a size no memory has, is corrupt`() async throws {
    let huge: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0xC0, 0x00] + [0, 0, 0, 0, 0, 0, 0, 0x10] + [0x01, 0x00, 0x00]
    let silent: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x00, 0x01, 0x00, 0x00]
    for frame in [huge, silent] { try await Self.expectRefusal(of: frame, statedLength: 100) }
  }

  @Test func `a value other than the one that was hashed is corrupt`() async throws {
    let frame = try Zstd.compress([UInt8](repeating: 7, count: 100).span)
    try await Self.expectRefusal(of: frame, statedLength: 100)
  }
}
