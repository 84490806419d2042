import Foundation

/// As much of HTTP/1.1 as etcd's JSON gateway needs, over one connection that is kept.
final class HTTPConnection {
  /// The answer is not the HTTP that was expected.
  struct ProtocolFailure: Error, CustomStringConvertible {
    let description: String
  }

  /// How the length of an answer's body is told.
  private enum Framing {
    case length(Int)
    case chunked
  }

  private let socket: LoopbackSocket
  private let port: UInt16
  private var buffer: [UInt8] = []
  private var position = 0

  init(port: UInt16) throws {
    self.port = port
    socket = try LoopbackSocket(port: port)
  }

  /// Sends a request and reads the whole answer.
  func post(_ path: String, _ body: Data) throws -> (status: Int, body: Data) {
    try send(path, body)
    let (status, framing) = try readHead()
    switch framing {
    case .length(let count): return (status, Data(try read(count)))
    case .chunked:
      var whole: [UInt8] = []
      while let chunk = try readChunk() { whole += chunk }
      return (status, Data(whole))
    }
  }

  /// Sends a request whose answer is a stream, to be read with `nextLine`.
  func beginStream(_ path: String, _ body: Data) throws {
    try send(path, body)
    let (status, framing) = try readHead()
    guard status == 200, case .chunked = framing else { throw ProtocolFailure(description: "\(path) answered \(status), not a stream") }
  }

  private var line: [UInt8] = []

  /// The next line of a stream, without its end; nil at the end of the stream.
  func nextLine() throws -> Data? {
    while true {
      if let end = line.firstIndex(of: UInt8(ascii: "\n")) {
        defer { line.removeSubrange(...end) }
        return Data(line[..<end])
      }
      guard let chunk = try readChunk() else { return nil }
      line += chunk
    }
  }

  private func send(_ path: String, _ body: Data) throws {
    let head = "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nContent-Type: application/json\r\nContent-Length: \(body.count)\r\n\r\n"
    try socket.send(Array(head.utf8) + body)
  }

  private func readHead() throws -> (status: Int, framing: Framing) {
    let first = try readHeadLine()
    let words = first.split(separator: " ")
    guard words.count >= 2, let status = Int(words[1]) else { throw ProtocolFailure(description: "status line \"\(first)\"") }
    var framing: Framing?
    while true {
      let line = try readHeadLine()
      if line.isEmpty { break }
      let field = line.lowercased()
      if field.hasPrefix("content-length:") { framing = Int(field.dropFirst(15).trimmingCharacters(in: .whitespaces)).map(Framing.length) }
      if field.hasPrefix("transfer-encoding:"), field.hasSuffix("chunked") { framing = .chunked }
    }
    guard let framing else { throw ProtocolFailure(description: "an answer of unknown length after \"\(first)\"") }
    return (status, framing)
  }

  /// Nil for the last chunk, which is empty.
  private func readChunk() throws -> [UInt8]? {
    let head = try readHeadLine()
    guard let count = Int(head, radix: 16) else { throw ProtocolFailure(description: "chunk head \"\(head)\"") }
    if count == 0 {
      // Fields can follow the last chunk.
      while try !readHeadLine().isEmpty {}
      return nil
    }
    let chunk = try read(count)
    guard try readHeadLine().isEmpty else { throw ProtocolFailure(description: "a chunk is longer than its head says") }
    return chunk
  }

  private func readHeadLine() throws -> String {
    var line: [UInt8] = []
    while true {
      if position == buffer.count { try fill() }
      if let end = buffer[position...].firstIndex(of: UInt8(ascii: "\n")) {
        line += buffer[position..<end]
        position = end + 1
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return String(decoding: line, as: UTF8.self)
      }
      line += buffer[position...]
      position = buffer.count
    }
  }

  private func read(_ count: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    while bytes.count < count {
      if position == buffer.count { try fill() }
      let taken = buffer[position...].prefix(count - bytes.count)
      bytes += taken
      position += taken.count
    }
    return bytes
  }

  private func fill() throws {
    buffer = try socket.receive()
    position = 0
    if buffer.isEmpty { throw ProtocolFailure(description: "127.0.0.1:\(port) closed the connection") }
  }
}
