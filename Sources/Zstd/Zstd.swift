internal import CZstd

/// Compression of whole values: one value, one frame (RFC 8878), which states the size of its content and carries no checksum of its own.
public enum Zstd {
  /// The frame of `source`.
  ///
  /// `level` counts only without a dictionary, which has its own; it is clamped to what zstd knows. An incompressible source grows by a
  /// few bytes.
  ///
  /// - Throws: `.outOfMemory`.
  /// - Complexity: O(source); at level 3 about 10 ns a byte for small values.
  public static func compress(
    _ source: Span<UInt8>, dictionary: CompressionDictionary? = nil, level: Int32 = 3
  ) throws(ZstdError) -> [UInt8] {
    let context = try ContextPool.compression.take()
    defer { if !ContextPool.compression.give(context) { unsafe ZSTD_freeCCtx(context.raw) } }
    let bound = ZSTD_compressBound(source.count)
    if let error = ZstdError(result: bound, "compress \(source.count) bytes") { throw error }
    var result = 0
    let frame = unsafe [UInt8](unsafeUninitializedCapacity: bound) { buffer, initializedCount in
      result = unsafe source.withUnsafeBytes { source in
        if let dictionary {
          unsafe ZSTD_compress_usingCDict(
            context.raw, buffer.baseAddress, buffer.count, source.baseAddress, source.count, dictionary.digests.compression)
        } else {
          unsafe ZSTD_compressCCtx(context.raw, buffer.baseAddress, buffer.count, source.baseAddress, source.count, level)
        }
      }
      initializedCount = ZSTD_isError(result) == 0 ? result : 0
    }
    if let error = ZstdError(result: result, "compress \(source.count) bytes") { throw error }
    return frame
  }

  /// The content of a frame.
  ///
  /// Nothing is allocated before the frame's header agrees with the caller: `source` is one frame and nothing else, its content has exactly
  /// `expectedByteCount` bytes, and it needs `dictionary`, or none.
  ///
  /// - Throws: `.invalidFrame`, `.wrongByteCount`, `.wrongDictionary`, `.outOfMemory`.
  /// - Complexity: O(expectedByteCount).
  public static func decompress(
    _ source: Span<UInt8>, dictionary: CompressionDictionary? = nil, expectedByteCount: Int
  ) throws(ZstdError) -> [UInt8] {
    try checkHeader(source, dictionary, expectedByteCount)
    let context = try ContextPool.decompression.take()
    defer { if !ContextPool.decompression.give(context) { unsafe ZSTD_freeDCtx(context.raw) } }
    var result = 0
    let content = unsafe [UInt8](unsafeUninitializedCapacity: expectedByteCount) { buffer, initializedCount in
      result = unsafe source.withUnsafeBytes { source in
        if let dictionary {
          unsafe ZSTD_decompress_usingDDict(
            context.raw, buffer.baseAddress, expectedByteCount, source.baseAddress, source.count, dictionary.digests.decompression)
        } else {
          unsafe ZSTD_decompressDCtx(context.raw, buffer.baseAddress, expectedByteCount, source.baseAddress, source.count)
        }
      }
      initializedCount = ZSTD_isError(result) == 0 ? result : 0
    }
    if let error = ZstdError(result: result, "decompress \(source.count) bytes") { throw error }
    guard content.count == expectedByteCount else {
      throw ZstdError(.wrongByteCount, "the frame decompresses to \(content.count) bytes, not \(expectedByteCount)")
    }
    return content
  }

  private static func checkHeader(
    _ source: Span<UInt8>, _ dictionary: CompressionDictionary?, _ expectedByteCount: Int
  ) throws(ZstdError) {
    let (contentSize, frameSize, needed) = unsafe source.withUnsafeBytes { source in
      unsafe (
        ZSTD_getFrameContentSize(source.baseAddress, source.count), ZSTD_findFrameCompressedSize(source.baseAddress, source.count),
        ZSTD_getDictID_fromFrame(source.baseAddress, source.count)
      )
    }
    if let error = ZstdError(result: frameSize, "decompress \(source.count) bytes") { throw error }
    guard frameSize == source.count else {
      throw ZstdError(.invalidFrame, "the frame ends after \(frameSize) of \(source.count) bytes")
    }
    // ZSTD_CONTENTSIZE_UNKNOWN and ZSTD_CONTENTSIZE_ERROR are the two largest numbers.
    guard expectedByteCount >= 0, contentSize == UInt64(expectedByteCount) else {
      throw ZstdError(
        .wrongByteCount,
        contentSize >= ZSTD_CONTENTSIZE_ERROR
          ? "the frame does not state the size of its content"
          : "the frame's content has \(contentSize) bytes, not \(expectedByteCount)")
    }
    let given = dictionary?.id ?? 0
    guard needed == given else {
      func name(_ id: UInt32) -> String { id == 0 ? "no dictionary" : "dictionary \(id)" }
      throw ZstdError(.wrongDictionary, "the frame needs \(name(needed)) and was given \(name(given))")
    }
  }
}
