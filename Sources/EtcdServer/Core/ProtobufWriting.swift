#if Network
  internal import NIOCore

  // The answers that carry keys are written straight into the buffer that is sent, without a message object for each: they are nearly all that a busy
  // server sends. Tests decode them with the generated messages. (protobuf.dev, "Encoding")

  extension ByteBuffer {
    mutating func writeVarint(_ value: UInt64) {
      var rest = value
      while rest > 0x7F {
        writeInteger(UInt8(truncatingIfNeeded: rest) | 0x80)
        rest >>= 7
      }
      writeInteger(UInt8(rest))
    }

    /// A number; 0 is what an absent field means.
    mutating func writeField(_ field: Int, _ value: Int64) {
      if value == 0 { return }
      writeVarint(UInt64(field << 3))
      writeVarint(UInt64(bitPattern: value))
    }

    mutating func writeField(_ field: Int, _ value: UInt64) { writeField(field, Int64(bitPattern: value)) }

    mutating func writeField(_ field: Int, _ value: Bool) { writeField(field, value ? Int64(1) : 0) }

    mutating func writeField(_ field: Int, _ bytes: [UInt8]) {
      if bytes.isEmpty { return }
      writeTag(field, byteCount: bytes.count)
      writeBytes(bytes)
    }

    /// The beginning of a field with a length: bytes, a text or a message.
    mutating func writeTag(_ field: Int, byteCount: Int) {
      writeVarint(UInt64(field << 3 | 2))
      writeVarint(UInt64(byteCount))
    }

    /// A message whose length is not known before it is written.
    mutating func writeMessage(_ field: Int, _ write: (inout ByteBuffer) -> Void) {
      var message = ByteBufferAllocator().buffer(capacity: 128)
      write(&message)
      writeTag(field, byteCount: message.readableBytes)
      writeBuffer(&message)
    }
  }

  /// What fields take on the wire.
  enum ProtobufSize {
    static func varint(_ value: UInt64) -> Int { max(1, (70 - value.leadingZeroBitCount) / 7) }

    /// Of a number, in a field below 16.
    static func field(_ value: Int64) -> Int { value == 0 ? 0 : 1 + varint(UInt64(bitPattern: value)) }

    /// Of bytes, in a field below 16.
    static func field(_ bytes: [UInt8]) -> Int { bytes.isEmpty ? 0 : message(bytes.count) }

    /// Of a message with that many bytes, in a field below 16.
    static func message(_ count: Int) -> Int { 1 + varint(UInt64(count)) + count }
  }
#endif
