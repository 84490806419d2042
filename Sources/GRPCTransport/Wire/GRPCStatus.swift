#if Network
  /// How a call ended (grpc, `doc/statuscodes.md`).
  package struct GRPCStatus: Error, Hashable, Sendable {
    /// The number that goes over the wire.
    package enum Code: Int, Sendable {
      case ok = 0
      case cancelled = 1
      case unknown = 2
      case invalidArgument = 3
      case deadlineExceeded = 4
      case notFound = 5
      case alreadyExists = 6
      case permissionDenied = 7
      case resourceExhausted = 8
      case failedPrecondition = 9
      case aborted = 10
      case outOfRange = 11
      case unimplemented = 12
      case `internal` = 13
      case unavailable = 14
      case dataLoss = 15
      case unauthenticated = 16
    }

    /// The number.
    package let code: Code

    /// What the client is told; etcd's clients compare it byte by byte.
    package let message: String

    /// A status with that text.
    package init(_ code: Code, _ message: String = "") {
      self.code = code
      self.message = message
    }

    /// The call did what it was asked for.
    package static let ok = GRPCStatus(.ok)

    /// The text as a header may carry it: bytes outside of printable ASCII, and the percent sign, as percent and two digits
    /// (grpc, `doc/PROTOCOL-HTTP2.md`, "Status-Message").
    package var encodedMessage: String {
      let isPlain = message.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "%") }
      if isPlain { return message }
      let digits = Array("0123456789ABCDEF".utf8)
      var bytes: [UInt8] = []
      for byte in message.utf8 {
        if (0x20...0x7E).contains(byte), byte != UInt8(ascii: "%") {
          bytes.append(byte)
        } else {
          bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
        }
      }
      return String(decoding: bytes, as: UTF8.self)
    }
  }
#endif
