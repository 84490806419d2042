import TestSupport
import Testing

@testable import MVCC

/// The stored forms: round trips, order, and what is refused.
@Suite struct CodingTests {
  @Test(arguments: 1...20)
  func `history keys order as user keys and revisions do`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let alphabet: [UInt8] = [0, 1, 0x61, 0xFE, 0xFF]
    var keys: [([UInt8], Revision)] = []
    for _ in 0..<60 {
      let length = Int.random(in: 1...5, using: &random)
      var key = (0..<length).map { _ in alphabet[Int.random(in: 0..<5, using: &random)] }
      // Zeros at the end, with more than a byte counts.
      if Int.random(in: 0..<4, using: &random) == 0 { key += [UInt8](repeating: 0, count: Int.random(in: 1...300, using: &random)) }
      keys.append((key, Revision(Int64.random(in: 1...300, using: &random))))
    }
    for (left, leftRevision) in keys {
      let key = HistoryKey.make(left, leftRevision)
      let parsed = HistoryKey.parse(key.span)
      #expect(parsed?.key == left && parsed?.modRevision == leftRevision)
      for (right, rightRevision) in keys {
        let expected = left == right ? leftRevision < rightRevision : left.lexicographicallyPrecedes(right)
        let actual = key.lexicographicallyPrecedes(HistoryKey.make(right, rightRevision))
        #expect(actual == expected, "seed \(seed): \(left) \(leftRevision), \(right) \(rightRevision)")
      }
    }
  }

  @Test func `a key filled up with zero bytes takes hardly more than its content, and has one form only`() {
    let key = [UInt8](repeating: 7, count: 400) + [UInt8](repeating: 0, count: 80)
    #expect(HistoryKey.make(key, 1).count == 400 + 4 + 9)
    #expect(HistoryKey.escapedByteCount(key) == 404)
    #expect(throws: Never.self) { try StoreLimits.check(key: key) }
    // 23 zeros inside are too many: 480 + 23.
    let inside = [UInt8](repeating: 0, count: 23) + [UInt8](repeating: 7, count: 457)
    #expect(throws: StoreError.self) { try StoreLimits.check(key: inside) }
    let revision: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 5]
    for malformed: [UInt8] in [
      [7, 0, 0xFF, 0] + revision, [7, 0, 0xFF, 0, 0x80, 0, 1, 0] + revision, [7, 0, 0x80, 0, 0, 0] + revision,
      [7, 0, 0x80, 0, 1, 7, 0] + revision, [7, 0, 0x80, 0, 1], [7, 0, 0x80],
    ] {
      #expect(HistoryKey.parse(malformed.span) == nil, "\(malformed)")
    }
  }

  @Test func `a record round-trips, and fails under another key or with any byte changed`() throws {
    let coder = try ValueCoder([])
    for value in [[], bytes("short"), [UInt8](repeating: 7, count: 5000)] {
      let encoded = coder.encode(value, key: bytes("key"))
      let stored = Record.encode(key: bytes("key"), value: encoded, createRevision: 3, modRevision: 900, version: 12, lease: -1)
      let record = try Record.decode(stored.span, key: bytes("key"))
      #expect(record.createRevision == 3 && record.modRevision == 900 && record.version == 12 && record.lease == -1)
      #expect(try coder.decode(record, in: stored.span, key: bytes("key")) == value)
      #expect(storeError { try Record.decode(stored.span, key: bytes("other")) }?.code == .corrupt)
      for index in stored.indices {
        var damaged = stored
        damaged[index] ^= 0x10
        #expect(storeError { try Record.decode(damaged.span, key: bytes("key")) }?.code == .corrupt)
      }
      for count in 0..<stored.count {
        #expect(storeError { try Record.decode(Array(stored.prefix(count)).span, key: bytes("key")) }?.code == .corrupt)
      }
    }
  }

  @Test func `the state hash does not depend on compression or order`() throws {
    let value = [UInt8](repeating: 7, count: 512)
    let raw = EncodedValue(codec: .raw, dictionary: 0, valueByteCount: value.count, valueHash: 0, payload: value)
    let compressed = try ValueCoder([]).encode(value, key: [1])
    #expect(compressed.codec == .zstd)
    let hashes = try [raw, compressed].map { encoded in
      let stored = Record.encode(key: [1], value: encoded, createRevision: 2, modRevision: 2, version: 1, lease: 0)
      return try Record.decode(stored.span, key: [1]).contentHash(key: [1], in: stored.span)
    }
    #expect(hashes[0] == hashes[1])
    #expect(try ValueCoder([]).encode(Array(value.dropLast()), key: [1]).codec == .raw, "too small to compress alone")
    var sum = StateHash(high: .max, low: .max)
    sum += hashes[0]
    sum -= hashes[0]
    #expect(sum == StateHash(high: .max, low: .max))
  }

  @Test func `times read and print as RFC 3339`() {
    for (text, milliseconds) in [
      ("1970-01-01T00:00:00Z", 0), ("2026-01-31T09:05:00Z", 1_769_850_300_000), ("2024-02-29T23:59:59.123Z", 1_709_251_199_123),
      ("1969-12-31T23:59:59.500Z", -500), ("2000-03-01T00:00:00Z", 951_868_800_000),
    ] as [(String, Int64)] {
      #expect(Timestamp(text)?.millisecondsSinceEpoch == milliseconds)
      #expect(Timestamp(millisecondsSinceEpoch: milliseconds).description == text)
    }
    #expect(Timestamp("2026-01-31T10:05:00+01:00") == Timestamp("2026-01-31T09:05:00Z"))
    #expect(Timestamp("2026-01-31T08:35:00.5-00:30")?.description == "2026-01-31T09:05:00.500Z")
    for text in [
      "", "2026-01-31", "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-31T24:00:00Z", "2026-01-31T09:05:00",
      "2026-01-31T09:05:00Zx",
    ] {
      #expect(Timestamp(text) == nil, "\(text)")
    }
  }

  @Test func `prefixes end where etcd's do`() {
    #expect(KeyRange.prefix(bytes("a")).upper == bytes("b"))
    #expect(KeyRange.prefix([0x61, 0xFF, 0xFF]).upper == bytes("b"))
    #expect(KeyRange.prefix([0xFF, 0xFF]).upper == nil)
    #expect(KeyRange.etcd(key: bytes("a"), rangeEnd: []) == .key(bytes("a")))
    #expect(KeyRange.etcd(key: bytes("a"), rangeEnd: [0]) == .from(bytes("a")))
    #expect(KeyRange(from: bytes("b"), upTo: bytes("a")).isEmpty)
    #expect(KeyRange.key(bytes("a")).singleKey == bytes("a"))
    #expect(KeyRange.prefix(bytes("a")).singleKey == nil)
  }
}
