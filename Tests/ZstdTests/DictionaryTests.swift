import Testing
import Zstd

struct DictionaryTests {
  @Test(arguments: [1, 255, 256, 32_768, 65_536, UInt32.max] as [UInt32])
  func `a trained dictionary bears its number, and so do its frames`(id: UInt32) throws {
    let bytes = try Zstd.trainDictionary(from: ZstdTests.samples, maximumByteCount: 4096, id: id)
    #expect(bytes.count <= 4096)
    let dictionary = try CompressionDictionary(id: id, bytes: bytes)
    #expect(dictionary.id == id && dictionary.bytes == bytes)
    let source = ZstdTests.sample(1)
    let frame = try Zstd.compress(source.span, dictionary: dictionary)
    #expect(try Zstd.decompress(frame.span, dictionary: dictionary, expectedByteCount: source.count) == source)
  }

  @Test func `the same samples train the same bytes`() throws {
    let first = try Zstd.trainDictionary(from: ZstdTests.samples, maximumByteCount: 16_384, id: 7)
    #expect(try Zstd.trainDictionary(from: ZstdTests.samples, maximumByteCount: 16_384, id: 7) == first)
  }

  @Test func `bytes that are no dictionary, and another number's, are refused`() throws {
    let bytes = try Zstd.trainDictionary(from: ZstdTests.samples, maximumByteCount: 4096, id: 7)
    for (id, bytes) in [(7, []), (7, Array("raw content".utf8)), (8, bytes), (7, Array(bytes[..<16]))] as [(UInt32, [UInt8])] {
      #expect(ZstdTests.code { _ = try CompressionDictionary(id: id, bytes: bytes) } == .invalidDictionary)
    }
  }

  @Test func `training needs samples, room and a number`() throws {
    let few = Array(ZstdTests.samples[..<2])
    let many = ZstdTests.samples
    #expect(ZstdTests.code { _ = try Zstd.trainDictionary(from: [], maximumByteCount: 4096, id: 7) } == .unsuitableSamples)
    #expect(ZstdTests.code { _ = try Zstd.trainDictionary(from: few, maximumByteCount: 4096, id: 7) } == .unsuitableSamples)
    #expect(ZstdTests.code { _ = try Zstd.trainDictionary(from: [[], []], maximumByteCount: 4096, id: 7) } == .unsuitableSamples)
    #expect(ZstdTests.code { _ = try Zstd.trainDictionary(from: many, maximumByteCount: 255, id: 7) } == .unsuitableSamples)
    #expect(ZstdTests.code { _ = try Zstd.trainDictionary(from: many, maximumByteCount: -1, id: 7) } == .unsuitableSamples)
    #expect(ZstdTests.code { _ = try Zstd.trainDictionary(from: many, maximumByteCount: 4096, id: 0) } == .invalidDictionary)
    #expect(try Zstd.trainDictionary(from: many, maximumByteCount: 256, id: 7).count <= 256)
  }

  @Test func `a message names the numbers`() throws {
    let bytes = try Zstd.trainDictionary(from: ZstdTests.samples, maximumByteCount: 4096, id: 7)
    let error = #expect(throws: ZstdError.self) { _ = try CompressionDictionary(id: 8, bytes: bytes) }
    #expect(error?.message == "the dictionary is number 7, not 8")
  }
}
