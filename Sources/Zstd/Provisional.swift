// To be deleted when the full wrapper lands.
internal import CZstd

public struct ZstdError: Error { public let message: String }
public final class CompressionDictionary: @unchecked Sendable {
  public let id: UInt32
  public let bytes: [UInt8]
  let c: OpaquePointer, d: OpaquePointer
  public init(id: UInt32, bytes: [UInt8], level: Int32 = 3) throws(ZstdError) {
    self.id = id
    self.bytes = bytes
    unsafe c = ZSTD_createCDict(bytes, bytes.count, level)!
    unsafe d = ZSTD_createDDict(bytes, bytes.count)!
  }
}
public enum Zstd {
  public static func compress(_ s: Span<UInt8>, dictionary: CompressionDictionary? = nil, level: Int32 = 3) throws(ZstdError) -> [UInt8] {
    let ctx = unsafe ZSTD_createCCtx()!
    defer { unsafe ZSTD_freeCCtx(ctx) }
    var rc = 0
    let cap = unsafe ZSTD_compressBound(s.count)
    let out = unsafe [UInt8](unsafeUninitializedCapacity: cap) { b, n in
      unsafe s.withUnsafeBytes { src in
        if let dictionary {
          unsafe rc = ZSTD_compress_usingCDict(ctx, b.baseAddress, cap, src.baseAddress, src.count, dictionary.c)
        } else {
          unsafe rc = ZSTD_compressCCtx(ctx, b.baseAddress, cap, src.baseAddress, src.count, level)
        }
      }
      n = unsafe ZSTD_isError(rc) != 0 ? 0 : rc
    }
    if unsafe ZSTD_isError(rc) != 0 { throw ZstdError(message: "compress") }
    return out
  }
  public static func decompress(_ s: Span<UInt8>, dictionary: CompressionDictionary? = nil, expectedByteCount: Int) throws(ZstdError)
    -> [UInt8]
  {
    let ctx = unsafe ZSTD_createDCtx()!
    defer { unsafe ZSTD_freeDCtx(ctx) }
    var rc = 0
    let out = unsafe [UInt8](unsafeUninitializedCapacity: expectedByteCount) { b, n in
      unsafe s.withUnsafeBytes { src in
        if let dictionary {
          unsafe rc = ZSTD_decompress_usingDDict(ctx, b.baseAddress, expectedByteCount, src.baseAddress, src.count, dictionary.d)
        } else {
          unsafe rc = ZSTD_decompressDCtx(ctx, b.baseAddress, expectedByteCount, src.baseAddress, src.count)
        }
      }
      n = unsafe ZSTD_isError(rc) != 0 ? 0 : rc
    }
    if out.count != expectedByteCount { throw ZstdError(message: "decompress") }
    return out
  }
}
