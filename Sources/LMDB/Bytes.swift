#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

extension Array where Element == UInt8 {
  /// A copy of lent bytes.
  ///
  /// - Complexity: O(count), one allocation.
  @inlinable
  public init(copying bytes: Span<UInt8>) {
    self = unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
  }

  /// Appends the number's bytes, most significant first.
  @inlinable
  @inline(__always)
  public mutating func appendBigEndian<Number: FixedWidthInteger>(_ number: Number) {
    var shift = Number.bitWidth - 8
    while shift >= 0 {
      append(UInt8(truncatingIfNeeded: number >> Number(shift)))
      shift -= 8
    }
  }
}

extension Span where Element == UInt8 {
  /// The number in the eight bytes from `offset` on, which must be there.
  @inlinable
  public func loadBigEndianUInt64(at offset: Int) -> UInt64 { UInt64(bigEndian: loadUnaligned(at: offset)) }

  /// The number in the four bytes from `offset` on, which must be there.
  @inlinable
  public func loadBigEndianUInt32(at offset: Int) -> UInt32 { UInt32(bigEndian: loadUnaligned(at: offset)) }

  /// The number in the two bytes from `offset` on, which must be there.
  @inlinable
  public func loadBigEndianUInt16(at offset: Int) -> UInt16 { UInt16(bigEndian: loadUnaligned(at: offset)) }

  @inlinable
  func loadUnaligned<T: FixedWidthInteger & BitwiseCopyable>(at offset: Int) -> T {
    precondition(offset >= 0 && offset <= count - MemoryLayout<T>.size, "a number of \(MemoryLayout<T>.size) bytes does not fit")
    return unsafe withUnsafeBytes { unsafe $0.loadUnaligned(fromByteOffset: offset, as: T.self) }
  }

  /// Whether the bytes begin with those of `prefix`.
  public func hasPrefix(_ prefix: Span<UInt8>) -> Bool {
    prefix.count <= count && compare(prefix, prefix.count) == 0
  }

  /// Whether the bytes are the same.
  public func isEqual(to other: Span<UInt8>) -> Bool {
    count == other.count && compare(other, count) == 0
  }

  /// Whether the bytes come before `other` in a table's order: by the first byte that differs, else the shorter first.
  public func precedes(_ other: Span<UInt8>) -> Bool {
    let order = compare(other, Swift.min(count, other.count))
    return order < 0 || (order == 0 && count < other.count)
  }

  private func compare(_ other: Span<UInt8>, _ count: Int) -> Int32 {
    if count == 0 { return 0 }
    return unsafe withUnsafeBytes { left in
      unsafe other.withUnsafeBytes { right in
        unsafe memcmp(left.baseAddress.unsafelyUnwrapped, right.baseAddress.unsafelyUnwrapped, count)
      }
    }
  }
}
