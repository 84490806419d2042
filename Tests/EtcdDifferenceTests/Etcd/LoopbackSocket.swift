#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A system call failed.
struct SocketFailure: Error, CustomStringConvertible {
  let description: String

  init(_ call: String, port: UInt16) { description = "\(call) on 127.0.0.1:\(port) failed: errno \(errno)" }
}

/// A TCP connection to this machine, with the pointers kept in here. Its calls block: the peer is a process of its own that always answers.
final class LoopbackSocket {
  /// Longer than any answer takes, so that a peer that hangs is a failure and not a test without an end.
  private static let maximumWaitSeconds = 30

  private let descriptor: Int32
  private let port: UInt16

  init(port: UInt16) throws {
    self.port = port
    #if canImport(Glibc)
      let stream = Int32(SOCK_STREAM.rawValue)
    #else
      let stream = SOCK_STREAM
    #endif
    descriptor = socket(AF_INET, stream, 0)
    guard descriptor >= 0 else { throw SocketFailure("socket", port: port) }
    var wait = timeval(tv_sec: Self.maximumWaitSeconds, tv_usec: 0)
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
    // A request is one small packet; waiting to fill it would cost more than the answer.
    var isOn: Int32 = 1
    unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let status = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else {
      let failure = SocketFailure("connect", port: port)
      close(descriptor)
      throw failure
    }
  }

  deinit { close(descriptor) }

  func send(_ bytes: [UInt8]) throws {
    #if canImport(Darwin)
      let flags: Int32 = 0
    #else
      // A peer that closed is an error here, not a signal.
      let flags = Int32(MSG_NOSIGNAL)
    #endif
    var sent = 0
    while sent < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        #if canImport(Glibc)
          unsafe Glibc.send(descriptor, buffer.baseAddress! + sent, buffer.count - sent, flags)
        #elseif canImport(Musl)
          unsafe Musl.send(descriptor, buffer.baseAddress! + sent, buffer.count - sent, flags)
        #else
          unsafe Darwin.send(descriptor, buffer.baseAddress! + sent, buffer.count - sent, flags)
        #endif
      }
      guard count > 0 else { throw SocketFailure("send", port: port) }
      sent += count
    }
  }

  /// What has arrived, after waiting for at least one byte; empty when the peer has closed.
  func receive() throws -> [UInt8] {
    let maximumBytes = 65_536
    var count = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: maximumBytes) { buffer, initialized in
      unsafe count = recv(descriptor, buffer.baseAddress, maximumBytes, 0)
      initialized = max(count, 0)
    }
    guard count >= 0 else { throw SocketFailure("recv", port: port) }
    return bytes
  }
}
