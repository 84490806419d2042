internal import CZlib

/// Compresses to gzip and restores it (RFC 1952), in memory and up to a limit.
public enum Gzip {
  /// 15 bits are the largest window; 16 more ask for gzip's header and trailer (zlib.h, "deflateInit2").
  private static let gzipWindowBits: Int32 = 15 + 16

  /// zlib's own default (zlib.h, "deflateInit2").
  private static let memoryLevel: Int32 = 8

  /// What is made room for at first.
  private static let smallestPieceBytes = 1024

  /// Compresses `bytes`.
  ///
  /// - Parameter level: 1 is fastest, 9 makes the least.
  /// - Throws: `.outOfMemory`; `.tooLarge` for 4 GiB and more.
  /// - Complexity: O(bytes); about 10 ms for a megabyte at level 1.
  public static func compress(_ bytes: Span<UInt8>, level: Int32 = 1) throws(GzipError) -> [UInt8] {
    guard let count = UInt32(exactly: bytes.count) else { throw .tooLarge }
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    defer { unsafe stream.deallocate() }
    let begun = unsafe deflateInit2_(
      stream, level, Z_DEFLATED, gzipWindowBits, memoryLevel, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard begun == Z_OK else { throw .outOfMemory }
    defer { unsafe deflateEnd(stream) }
    let bound = unsafe Int(deflateBound(stream, UInt(count)))
    guard let room = UInt32(exactly: bound) else { throw .tooLarge }
    var result = Z_STREAM_ERROR
    let output = unsafe bytes.withUnsafeBufferPointer { input in
      // zlib only reads what next_in points at; its type is without const unless it is built with one.
      unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
      unsafe stream.pointee.avail_in = count
      return unsafe [UInt8](unsafeUninitializedCapacity: bound) { buffer, initializedCount in
        unsafe stream.pointee.next_out = buffer.baseAddress
        unsafe stream.pointee.avail_out = room
        result = unsafe deflate(stream, Z_FINISH)
        initializedCount = unsafe bound - Int(stream.pointee.avail_out)
      }
    }
    // With deflateBound's room one call is enough.
    guard result == Z_STREAM_END else { throw .outOfMemory }
    return output
  }

  /// What was compressed. Several streams one behind the other are restored as one, as RFC 1952 has it.
  ///
  /// Takes memory for twice the limit at most, whatever the bytes claim to be.
  ///
  /// - Throws: `.tooLarge` when that is more than `maximumBytes`; `.damaged` for bytes that are no gzip, end too early, go on behind the end or do
  ///   not match their checksum; `.outOfMemory`.
  public static func restore(_ bytes: Span<UInt8>, maximumBytes: Int) throws(GzipError) -> [UInt8] {
    guard let count = UInt32(exactly: bytes.count) else { throw .tooLarge }
    // One byte of room beyond the limit tells what ends there from what goes on. avail_out has 32 bits.
    let limit = min(max(0, maximumBytes), Int(UInt32.max) - 1)
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    defer { unsafe stream.deallocate() }
    guard unsafe inflateInit2_(stream, gzipWindowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { throw .outOfMemory }
    defer { unsafe inflateEnd(stream) }
    let restored = unsafe bytes.withUnsafeBufferPointer { input in
      unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
      unsafe stream.pointee.avail_in = count
      return unsafe inflateAll(stream, limit: limit)
    }
    return try restored.get()
  }

  private static func inflateAll(_ stream: UnsafeMutablePointer<z_stream>, limit: Int) -> Result<[UInt8], GzipError> {
    var output: [UInt8] = []
    while true {
      // As much again as there is already: memory follows what was really in the stream.
      let wanted = unsafe max(output.count, 4 * min(Int(stream.pointee.avail_in), limit), smallestPieceBytes)
      let room = min(limit + 1 - output.count, wanted)
      var result = Z_STREAM_ERROR
      let piece = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, initializedCount in
        unsafe stream.pointee.next_out = buffer.baseAddress
        unsafe stream.pointee.avail_out = UInt32(room)
        result = unsafe inflate(stream, Z_NO_FLUSH)
        initializedCount = unsafe room - Int(stream.pointee.avail_out)
      }
      if output.isEmpty { output = piece } else { output += piece }
      guard output.count <= limit else { return .failure(.tooLarge) }
      switch result {
      case Z_STREAM_END:
        if unsafe stream.pointee.avail_in == 0 { return .success(output) }
        guard unsafe inflateReset(stream) == Z_OK else { return .failure(.damaged) }
      case Z_OK:
        // Room is left: there was no more to read, and the end has not come.
        if unsafe stream.pointee.avail_out > 0 { return .failure(.damaged) }
      case Z_MEM_ERROR: return .failure(.outOfMemory)
      default: return .failure(.damaged)
      }
    }
  }
}
