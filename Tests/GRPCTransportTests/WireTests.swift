#if Network
  import NIOCore
  import Testing
  import Zlib

  @testable import GRPCTransport

  @Suite struct WireTests {
    @Test func `a message that comes byte by byte comes out whole`() throws {
      var decoder = MessageDecoder(maximumBytes: 100, encoding: .identity)
      let wire = GRPCMessage(Array("hello".utf8)).buffer
      for byte in wire.readableBytesView.dropLast() {
        var piece = ByteBuffer(bytes: [byte])
        decoder.append(&piece)
        let message = try decoder.next()
        #expect(message == nil)
      }
      var last = ByteBuffer(bytes: [UInt8(ascii: "o")])
      decoder.append(&last)
      let message = try decoder.next()
      #expect(message == ByteBuffer(string: "hello"))
      #expect(!decoder.isInsideMessage)
    }

    @Test func `a message of the largest size passes and one byte more is refused in the words of grpc-go`() throws {
      var decoder = MessageDecoder(maximumBytes: 10, encoding: .identity)
      var fits = GRPCMessage([UInt8](repeating: 1, count: 10)).buffer
      decoder.append(&fits)
      let message = try decoder.next()
      #expect(message?.readableBytes == 10)
      var tooLarge = GRPCMessage([UInt8](repeating: 1, count: 11)).buffer
      decoder.append(&tooLarge)
      do {
        _ = try decoder.next()
        Issue.record("a message beyond the limit passed")
      } catch {
        #expect(error == GRPCStatus(.resourceExhausted, "grpc: received message larger than max (11 vs. 10)"))
      }
    }

    private func decode(_ message: [UInt8], flag: UInt8, maximumBytes: Int, encoding: MessageEncoding = .gzip) throws -> ByteBuffer? {
      var decoder = MessageDecoder(maximumBytes: maximumBytes, encoding: encoding)
      var wire = ByteBuffer(bytes: [flag])
      wire.writeInteger(UInt32(message.count))
      wire.writeBytes(message)
      decoder.append(&wire)
      return try decoder.next()
    }

    @Test func `a compressed message may be restored to the limit and not a byte beyond`() throws {
      let text = [UInt8](repeating: 7, count: 5000)
      let compressed = try Gzip.compress(text.span)
      #expect(try decode(compressed, flag: 1, maximumBytes: 5000) == ByteBuffer(bytes: text))
      let tooLarge = GRPCStatus(.resourceExhausted, "grpc: received message larger than max (5000 vs. 4999)")
      #expect(throws: tooLarge) { try decode(compressed, flag: 1, maximumBytes: 4999) }
    }

    @Test func `what is no whole gzip, or was not announced as gzip, is an internal error`() throws {
      let compressed = try Gzip.compress([UInt8](repeating: 7, count: 5000).span)
      let damaged = GRPCStatus(.internal, "grpc: failed to decompress the received message")
      for message in [[], [1, 2, 3], Array(compressed.dropLast()), compressed + [0]] {
        #expect(throws: damaged) { try decode(message, flag: 1, maximumBytes: 10_000) }
      }
      #expect(throws: GRPCStatus(.internal, "grpc: compressed flag set with identity or empty encoding")) {
        try decode(compressed, flag: 1, maximumBytes: 10_000, encoding: .identity)
      }
      #expect(try decode(compressed, flag: 0, maximumBytes: 10_000) == ByteBuffer(bytes: compressed))
    }

    @Test func `a message is compressed above the threshold, once, and only if that makes it smaller`() throws {
      func wire(_ count: Int, _ byte: (Int) -> UInt8) -> (plain: GRPCMessage, sent: GRPCMessage) {
        let message = GRPCMessage((0..<count).map(byte))
        return (message, message.compressed())
      }
      let small = wire(GRPCMessage.compressionThresholdBytes) { _ in 7 }
      #expect(small.sent.buffer == small.plain.buffer)
      let large = wire(GRPCMessage.compressionThresholdBytes + 1) { _ in 7 }
      #expect(large.sent.byteCount < 100 && large.sent.messageBytes == 1025)
      #expect(large.sent.compressed().buffer == large.sent.buffer)
      let restored = try decode(Array(large.sent.buffer.readableBytesView.dropFirst(5)), flag: 1, maximumBytes: 1025)
      #expect(restored == ByteBuffer(repeating: 7, count: 1025))
      var generator = SystemRandomNumberGenerator()
      let random = wire(4000) { _ in .random(in: 0...255, using: &generator) }
      #expect(random.sent.buffer == random.plain.buffer)
    }

    @Test func `answers are compressed as requests were, unless the client says that it does not accept that`() {
      #expect(MessageEncoding.gzip.forAnswers(accepted: { nil }) == .gzip)
      #expect(MessageEncoding.gzip.forAnswers(accepted: { "identity, deflate,gzip" }) == .gzip)
      #expect(MessageEncoding.gzip.forAnswers(accepted: { "identity,deflate" }) == .identity)
      #expect(MessageEncoding.identity.forAnswers(accepted: { "gzip" }) == .identity)
    }

    @Test(arguments: [
      ("1S", Duration.seconds(1)), ("99999999H", .seconds(99_999_999 * 3600)), ("250m", .milliseconds(250)), ("7u", .microseconds(7)),
    ])
    func `a timeout is a number and a unit`(text: String, duration: Duration) {
      #expect(GRPCTimeout.parse(text) == duration)
    }

    @Test(arguments: ["", "S", "1", "-1S", "123456789S", "1x", "1 S"])
    func `what is no timeout is none`(text: String) { #expect(GRPCTimeout.parse(text) == nil) }

    @Test func `a status message is printable ASCII on the wire`() {
      #expect(GRPCStatus(.unknown, "50 % ä\n").encodedMessage == "50 %25 %C3%A4%0A")
      #expect(GRPCStatus(.unknown, "etcdserver: key is not provided").encodedMessage == "etcdserver: key is not provided")
    }

    @Test func `the third ping that comes too early ends the connection, and pings after something was sent are free`() {
      var policy = PingPolicy(minimumInterval: .seconds(5))
      let start = ContinuousClock.now
      func allowed(_ seconds: [Int], _ policy: inout PingPolicy) -> [Bool] {
        seconds.map { policy.allowsPing(at: start + .seconds($0), hasCalls: true) }
      }
      let early = allowed([0, 1, 2, 3], &policy)
      #expect(early == [true, true, true, false])
      policy.noteSent()
      let free = allowed([4, 5, 6], &policy)
      #expect(free == [true, true, true])
      var patient = PingPolicy(minimumInterval: .seconds(5))
      let rare = allowed(Array(stride(from: 0, to: 50, by: 5)), &patient)
      #expect(!rare.contains(false))
    }
  }
#endif
