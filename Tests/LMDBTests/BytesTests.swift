import LMDB
import Testing

struct BytesTests {
  @Test func `big-endian numbers are read at any place, up to the last byte`() {
    let bytes: [UInt8] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 0xFF]
    #expect(bytes.span.loadBigEndianUInt64(at: 0) == 0x0001_0203_0405_0607)
    #expect(bytes.span.loadBigEndianUInt64(at: 2) == 0x0203_0405_0607_08FF)
    #expect(bytes.span.loadBigEndianUInt32(at: 1) == 0x0102_0304)
    #expect(bytes.span.loadBigEndianUInt32(at: 6) == 0x0607_08FF)
    #expect(bytes.span.loadBigEndianUInt16(at: 8) == 0x08FF)
  }

  @Test(arguments: [-1, 3, 4, Int.max])
  func `a number that does not fit stops the program`(offset: Int) async {
    await #expect(processExitsWith: .failure) { [offset = offset as Int] in
      let bytes: [UInt8] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
      _ = bytes.span.loadBigEndianUInt64(at: offset)
    }
  }

  @Test func `prefixes, equality and order are those of the bytes`() {
    let values = ["", "a", "aa", "ab", "b", "\u{FF}"].map { Array($0.utf8) }
    for (index, left) in values.enumerated() {
      for (other, right) in values.enumerated() {
        #expect(left.span.isEqual(to: right.span) == (left == right))
        #expect(left.span.hasPrefix(right.span) == left.starts(with: right))
        #expect(left.span.precedes(right.span) == (index < other))
      }
      #expect(Array(copying: left.span) == left)
    }
  }

  // The values are of xxHash's own test vectors: the empty input, and the prime-filled input of one byte.
  @Test func `checksums are those of XXH3`() {
    let empty: [UInt8] = []
    #expect(Checksum.xxh3(empty.span) == 0x2D06_8005_38D3_94C2)
    #expect(Checksum.xxh3x128(empty.span) == (high: 0x99AA_06D3_0147_98D8, low: 0x6001_C324_468D_497F))
    let text = Array("abc".utf8)
    #expect(Checksum.xxh3(text.span) != Checksum.xxh3(text.span, seed: 1))
    #expect(Checksum.xxh3x128(text.span) != Checksum.xxh3x128(text.span, seed: 1))
  }
}
