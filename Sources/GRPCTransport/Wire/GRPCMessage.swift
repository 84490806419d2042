#if Network
  package import NIOCore

  /// A message as it goes over the wire: behind a byte that says whether it is compressed, and its length (grpc, `doc/PROTOCOL-HTTP2.md`).
  package struct GRPCMessage: Sendable {
    /// The flag and four bytes of length.
    static let prefixBytes = 5

    let buffer: ByteBuffer

    /// A message that `write` puts behind the prefix, without being copied again.
    ///
    /// - Parameter capacity: the bytes that it will take, as far as that is known.
    package init(capacity: Int = 256, _ write: (inout ByteBuffer) -> Void) {
      var buffer = ByteBufferAllocator().buffer(capacity: capacity + Self.prefixBytes)
      buffer.writeRepeatingByte(0, count: Self.prefixBytes)
      write(&buffer)
      buffer.setInteger(UInt32(buffer.readableBytes - Self.prefixBytes), at: 1)
      self.buffer = buffer
    }

    /// A message with those bytes.
    package init(_ bytes: [UInt8]) { self.init(capacity: bytes.count) { $0.writeBytes(bytes) } }

    /// What it takes on the wire.
    package var byteCount: Int { buffer.readableBytes }
  }
#endif
