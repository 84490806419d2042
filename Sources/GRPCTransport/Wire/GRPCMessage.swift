#if Network
  package import NIOCore
  internal import Zlib

  /// A message as it goes over the wire: behind a byte that says whether it is compressed, and its length (grpc, `doc/PROTOCOL-HTTP2.md`).
  package struct GRPCMessage: Sendable {
    /// The flag and four bytes of length.
    static let prefixBytes = 5

    /// Messages up to here are not compressed: they fit into a packet as they are.
    static let compressionThresholdBytes = 1024

    let buffer: ByteBuffer

    /// Without the prefix, and before it was compressed.
    let messageBytes: Int

    /// A message that `write` puts behind the prefix, without being copied again.
    ///
    /// - Parameter capacity: the bytes that it will take, as far as that is known.
    package init(capacity: Int = 256, _ write: (inout ByteBuffer) -> Void) {
      var buffer = ByteBufferAllocator().buffer(capacity: capacity + Self.prefixBytes)
      buffer.writeRepeatingByte(0, count: Self.prefixBytes)
      write(&buffer)
      messageBytes = buffer.readableBytes - Self.prefixBytes
      buffer.setInteger(UInt32(messageBytes), at: 1)
      self.buffer = buffer
    }

    private init(compressed bytes: [UInt8], of messageBytes: Int) {
      var buffer = ByteBufferAllocator().buffer(capacity: bytes.count + Self.prefixBytes)
      buffer.writeInteger(1 as UInt8)
      buffer.writeInteger(UInt32(bytes.count))
      buffer.writeBytes(bytes)
      self.buffer = buffer
      self.messageBytes = messageBytes
    }

    /// A message with those bytes.
    package init(_ bytes: [UInt8]) { self.init(capacity: bytes.count) { $0.writeBytes(bytes) } }

    /// Whether compressing it can pay, and was not done yet.
    var isWorthCompressing: Bool {
      messageBytes > Self.compressionThresholdBytes && buffer.getInteger(at: buffer.readerIndex, as: UInt8.self) == 0
    }

    /// The message by gzip; as it is when that would not be smaller, which the flag in front of each message tells the client.
    func compressed() -> GRPCMessage {
      guard isWorthCompressing else { return self }
      let span = buffer.readableBytesUInt8Span
      guard let bytes = try? Gzip.compress(span.extracting(Self.prefixBytes..<span.count)), bytes.count < messageBytes else { return self }
      return GRPCMessage(compressed: bytes, of: messageBytes)
    }

    /// What it takes on the wire.
    package var byteCount: Int { buffer.readableBytes }
  }
#endif
