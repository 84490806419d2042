import Testing
import Zstd

struct ZstdTests {
  /// Bytes as a record has them: words that repeat, numbers that do not.
  static func sample(_ number: Int) -> [UInt8] {
    var state = UInt64(truncatingIfNeeded: number) &* 0x9E37_79B9_7F4A_7C15 | 1
    func random() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
    let digest = String(random(), radix: 16) + String(random(), radix: 16)
    return Array(
      """
      {"kind":"ImageStreamTag","name":"web-\(random() % 1000)","image":{"digest":"sha256:\(digest)","mediaType":\
      "application/vnd.oci.image.manifest.v1+json","size":\(random() % 100_000),"platform":{"os":"linux","architecture":"amd64"}}}
      """.utf8)
  }

  static let samples = (0..<1000).map(sample)

  static func dictionary(_ id: UInt32 = 40_000) throws -> CompressionDictionary {
    try CompressionDictionary(id: id, bytes: try Zstd.trainDictionary(from: samples, maximumByteCount: 4096, id: id))
  }

  static func code(_ body: () throws -> Void) -> ZstdError.Code? {
    do {
      try body()
      return nil
    } catch {
      return (error as? ZstdError)?.code
    }
  }

  @Test(arguments: [0, 1, 2, 100, 131_071, 131_072, 131_073, 5_000_000])
  func `bytes of any number come back as they were`(byteCount: Int) throws {
    let dictionary = try Self.dictionary()
    for isCompressible in [true, false] {
      let source = (0..<byteCount).map { isCompressible ? UInt8($0 % 100) : UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }
      for level in [-1, 1, 3, 19] as [Int32] where byteCount < 1_000_000 || level < 4 {
        let frame = try Zstd.compress(source.span, level: level)
        #expect(try Zstd.decompress(frame.span, expectedByteCount: byteCount) == source)
      }
      let frame = try Zstd.compress(source.span, dictionary: dictionary)
      #expect(try Zstd.decompress(frame.span, dictionary: dictionary, expectedByteCount: byteCount) == source)
    }
  }

  @Test func `a dictionary makes small values smaller than they are without`() throws {
    let dictionary = try Self.dictionary()
    let source = Self.sample(5000)
    let (with, without) = (try Zstd.compress(source.span, dictionary: dictionary), try Zstd.compress(source.span))
    #expect(with.count < without.count * 2 / 3)
  }

  @Test func `a frame has no checksum`() throws {
    // Bit 2 of the descriptor, which follows the four bytes of the magic number (RFC 8878, 3.1.1.1.1).
    #expect(try Zstd.compress(Self.sample(1).span)[4] & 0x04 == 0)
    #expect(try Zstd.compress(Self.sample(1).span, dictionary: Self.dictionary())[4] & 0x04 == 0)
  }

  @Test func `content of another size than expected is refused`() throws {
    let source = Self.sample(1)
    let frame = try Zstd.compress(source.span)
    for count in [0, source.count - 1, source.count + 1, -1, Int.max, Int.min] {
      #expect(Self.code { _ = try Zstd.decompress(frame.span, expectedByteCount: count) } == .wrongByteCount)
    }
  }

  @Test func `the dictionary must be the frame's`() throws {
    let (first, second) = (try Self.dictionary(40_000), try Self.dictionary(40_001))
    let source = Self.sample(1)
    let plain = try Zstd.compress(source.span)
    let frame = try Zstd.compress(source.span, dictionary: first)
    #expect(Self.code { _ = try Zstd.decompress(frame.span, expectedByteCount: source.count) } == .wrongDictionary)
    #expect(Self.code { _ = try Zstd.decompress(frame.span, dictionary: second, expectedByteCount: source.count) } == .wrongDictionary)
    #expect(Self.code { _ = try Zstd.decompress(plain.span, dictionary: first, expectedByteCount: source.count) } == .wrongDictionary)
  }

  @Test func `what is not one whole frame is refused`() throws {
    let source = Self.sample(1)
    let frame = try Zstd.compress(source.span)
    for count in 0..<frame.count {
      let cut = Array(frame[..<count])
      #expect(Self.code { _ = try Zstd.decompress(cut.span, expectedByteCount: source.count) } == .invalidFrame, "\(count) bytes")
    }
    let two = frame + frame
    let more = frame + [0]
    let noise = [UInt8](repeating: 0x41, count: 100)
    for bytes in [two, more, noise] {
      #expect(Self.code { _ = try Zstd.decompress(bytes.span, expectedByteCount: source.count) } == .invalidFrame)
    }
  }

  @Test func `a damaged frame is an error or other bytes of the same number, never more`() throws {
    let dictionary = try Self.dictionary()
    let source = Self.sample(1)
    let frame = try Zstd.compress(source.span, dictionary: dictionary)
    for bit in 0..<frame.count * 8 {
      var damaged = frame
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      if let content = try? Zstd.decompress(damaged.span, dictionary: dictionary, expectedByteCount: source.count) {
        #expect(content.count == source.count)
      }
    }
    // And the contexts that failed are as good as new.
    #expect(try Zstd.decompress(frame.span, dictionary: dictionary, expectedByteCount: source.count) == source)
  }

  @Test func `a small frame that claims much content allocates nothing`() throws {
    // Magic number, a descriptor with an eight-byte content size, a window, 2^60 bytes, one empty last block.
    let bomb: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0xC0, 0x00] + [0, 0, 0, 0, 0, 0, 0, 0x10] + [0x01, 0x00, 0x00]
    #expect(Self.code { _ = try Zstd.decompress(bomb.span, expectedByteCount: 100) } == .wrongByteCount)
  }

  @Test func `many tasks at once compress and decompress with one dictionary`() async throws {
    let dictionary = try Self.dictionary()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<32 {
        group.addTask {
          for number in 0..<100 {
            let source = Self.sample(task * 1000 + number)
            let frame = try Zstd.compress(source.span, dictionary: number % 2 == 0 ? dictionary : nil)
            let content = try Zstd.decompress(frame.span, dictionary: number % 2 == 0 ? dictionary : nil, expectedByteCount: source.count)
            #expect(content == source)
          }
        }
      }
      try await group.waitForAll()
    }
  }
}
