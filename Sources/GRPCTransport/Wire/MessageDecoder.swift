#if Network
  internal import NIOCore
  internal import Zlib

  // Invariants:
  //   buffer holds at most maximumBytes and a prefix, besides what one frame brought

  /// Cuts what a stream brings into messages.
  struct MessageDecoder {
    /// The largest message, without its prefix and after it was restored.
    let maximumBytes: Int
    /// How compressed messages of this call are compressed.
    let encoding: MessageEncoding

    private var buffer = ByteBuffer()

    init(maximumBytes: Int, encoding: MessageEncoding) {
      self.maximumBytes = maximumBytes
      self.encoding = encoding
    }

    /// Whether a message has begun and not ended.
    var isInsideMessage: Bool { buffer.readableBytes > 0 }

    mutating func append(_ data: inout ByteBuffer) {
      if buffer.readableBytes == 0 { buffer = data } else { buffer.writeBuffer(&data) }
    }

    /// The next whole message; nil when more has to come.
    mutating func next() throws(GRPCStatus) -> ByteBuffer? {
      guard let flag = buffer.getInteger(at: buffer.readerIndex, as: UInt8.self),
        let length = buffer.getInteger(at: buffer.readerIndex + 1, as: UInt32.self)
      else { return nil }
      guard length <= maximumBytes else { throw Self.tooLarge(Int(length), maximum: maximumBytes) }
      guard buffer.readableBytes >= GRPCMessage.prefixBytes + Int(length) else { return nil }
      buffer.moveReaderIndex(forwardBy: GRPCMessage.prefixBytes)
      guard let message = buffer.readSlice(length: Int(length)) else { return nil }
      if buffer.readableBytes == 0 { buffer = ByteBuffer() }
      switch flag {
      case 0: return message
      case 1: return try encoding.restore(message, maximumBytes: maximumBytes)
      default: throw GRPCStatus(.internal, "grpc: received unexpected payload format \(flag)")
      }
    }

    /// In the words that grpc-go has for it, which clients may look for.
    static func tooLarge(_ count: Int, maximum: Int) -> GRPCStatus {
      GRPCStatus(.resourceExhausted, "grpc: received message larger than max (\(count) vs. \(maximum))")
    }
  }

  /// How the messages of a call may be compressed.
  enum MessageEncoding: String {
    case identity
    case gzip

    /// What a client is told that it may use.
    static let accepted = "identity,gzip"

    /// The encoding that a header names; none is identity.
    static func named(_ name: String?) throws(GRPCStatus) -> MessageEncoding {
      guard let name else { return .identity }
      guard let encoding = MessageEncoding(rawValue: name) else {
        throw GRPCStatus(.unimplemented, "grpc: Decompressor is not installed for grpc-encoding \"\(name)\"")
      }
      return encoding
    }

    /// How answers are compressed: as the request was, unless the client says what it accepts and that is not among it. grpc-go does so too;
    /// a client that compresses has a slow network, and the others do not pay for it.
    func forAnswers(accepted: () -> String?) -> MessageEncoding {
      guard self != .identity else { return .identity }
      guard let accepted = accepted() else { return self }
      let names = accepted.split(whereSeparator: { $0 == "," || $0 == " " })
      return names.contains { $0 == rawValue } ? self : .identity
    }

    func restore(_ message: ByteBuffer, maximumBytes: Int) throws(GRPCStatus) -> ByteBuffer {
      guard self == .gzip else { throw GRPCStatus(.internal, "grpc: compressed flag set with identity or empty encoding") }
      do throws(GzipError) {
        return ByteBuffer(bytes: try Gzip.restore(message.readableBytesUInt8Span, maximumBytes: maximumBytes))
      } catch {
        switch error {
        case .tooLarge: throw MessageDecoder.tooLarge(maximumBytes + 1, maximum: maximumBytes)
        case .outOfMemory: throw GRPCStatus(.resourceExhausted, "grpc: no memory to decompress the received message")
        case .damaged: throw GRPCStatus(.internal, "grpc: failed to decompress the received message")
        }
      }
    }
  }
#endif
