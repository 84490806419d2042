import Foundation
import NIOCore
import NIOPosix

/// An etcd server of this machine, or `isdb serve`, with a data directory of its own.
public final class EtcdServer: Sendable {
  /// What a server's program says about itself, such as `3.5.1`.
  public let version: String
  /// Whether a server with one member answers a put before its log is synced: fixed in 3.4.21 and 3.5.5 (etcd-io/etcd, pull request 14394).
  public let answersBeforeItsSync: Bool
  /// Where it keeps its files.
  public let directory: String
  /// The port for clients.
  public let port: Int

  private let process: Process

  /// Starts a server with one member; it serves once `EtcdClient.connect` returns.
  ///
  /// Its own durability is left as it is: every answered write was synced to its log.
  public init(program: String, directory: String) async throws {
    let isOurs = URL(fileURLWithPath: program).lastPathComponent == "isdb"
    version = try Self.version(of: program)
    let numbers = version.split(separator: ".").map { Int($0) ?? 0 }
    answersBeforeItsSync =
      !isOurs && numbers.lexicographicallyPrecedes([3, 4, 21])
      || (numbers.starts(with: [3, 5]) && numbers.lexicographicallyPrecedes([3, 5, 5]))
    self.directory = directory
    port = try await Self.freePort()
    let peers = try await Self.freePort()
    process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments =
      isOurs
      ? [
        "serve", "--store", directory, "--listen", "127.0.0.1:\(port)", "--allow-image-writes", "--max-txn-ops", "2000", "--log-level",
        "error",
      ]
      : [
        "--name", "bench", "--data-dir", directory, "--listen-client-urls", "http://127.0.0.1:\(port)", "--advertise-client-urls",
        "http://127.0.0.1:\(port)", "--listen-peer-urls", "http://127.0.0.1:\(peers)", "--initial-advertise-peer-urls",
        "http://127.0.0.1:\(peers)", "--initial-cluster", "bench=http://127.0.0.1:\(peers)", "--quota-backend-bytes", "\(8 << 30)",
        "--max-txn-ops", "2000", "--log-level", "error",
      ]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
  }

  /// The process, for its share of CPU and disk.
  public var processIdentifier: Int32 { process.processIdentifier }

  /// Ends the server.
  public func stop() {
    process.terminate()
    process.waitUntilExit()
  }

  private static func version(of program: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = ["--version"]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return text.split(separator: "\n").first.map { String($0.split(separator: " ").last ?? "") } ?? ""
  }

  private static func freePort() async throws -> Int {
    let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup).bind(host: "127.0.0.1", port: 0).get()
    let port = channel.localAddress?.port ?? 0
    try await channel.close()
    return port
  }
}

/// What the benchmark says to etcd: puts and ranges over its gRPC protocol (etcd's rpc.proto).
public final class EtcdClient: Sendable {
  private let connections: [GRPCConnection]

  private init(_ connections: [GRPCConnection]) { self.connections = connections }

  /// Connects and waits until the server answers, for at most a minute.
  public static func connect(port: Int, connections: Int, patience: Duration = .milliseconds(200)) async throws -> EtcdClient {
    for attempt in 0... {
      do {
        var open: [GRPCConnection] = []
        for _ in 0..<connections {
          open.append(try await GRPCConnection.connect(port: port, group: .singletonMultiThreadedEventLoopGroup))
        }
        let client = EtcdClient(open)
        _ = try await client.range(from: [0], upTo: [0], limit: 1, caller: 0)
        return client
      } catch {
        if patience * attempt > .seconds(60) { throw error }
        try await Task.sleep(for: patience)
      }
    }
    preconditionFailure("the attempts have an end")
  }

  /// Puts one key.
  ///
  /// - Parameter caller: whoever has the same number shares a connection.
  public func put(_ key: [UInt8], _ value: [UInt8], caller: Int) async throws {
    _ = try await call("Put", Self.put(key, value), caller)
  }

  /// Puts many keys in one transaction.
  public func put(all pairs: [(key: [UInt8], value: [UInt8])]) async throws {
    var transaction = ProtobufWriter()
    for (key, value) in pairs {
      var operation = ProtobufWriter()
      operation.bytes(2, Self.put(key, value))  // RequestOp.request_put
      transaction.bytes(2, operation.bytes)  // TxnRequest.success
    }
    _ = try await call("Txn", transaction.bytes, 0)
  }

  /// The number of keys in an answer to a range; an empty `upTo` is a single key.
  ///
  /// Asked of this member alone, which needs no word from a quorum: etcd's fastest read.
  public func range(from key: [UInt8], upTo end: [UInt8], limit: Int64, caller: Int) async throws -> Int {
    var request = ProtobufWriter()
    request.bytes(1, key)
    request.bytes(2, end)
    request.integer(3, limit)
    request.integer(7, 1)  // serializable
    let answer = try await call("Range", request.bytes, caller)
    var reader = ProtobufReader(answer[...])
    var count = 0
    while let (field, _) = reader.next() { count += field == 2 ? 1 : 0 }
    return count
  }

  /// Puts one key if it exists, and reads it otherwise, in a transaction.
  public func putIfPresent(_ key: [UInt8], _ value: [UInt8], caller: Int) async throws {
    var compare = ProtobufWriter()
    compare.integer(1, 1)  // Compare.result GREATER, than 0
    compare.integer(2, 2)  // Compare.target MOD
    compare.bytes(3, key)
    var put = ProtobufWriter()
    put.bytes(2, Self.put(key, value))  // RequestOp.request_put
    var range = ProtobufWriter()
    range.bytes(1, key)
    var read = ProtobufWriter()
    read.bytes(1, range.bytes)  // RequestOp.request_range
    var transaction = ProtobufWriter()
    transaction.bytes(1, compare.bytes)
    transaction.bytes(2, put.bytes)
    transaction.bytes(3, read.bytes)
    _ = try await call("Txn", transaction.bytes, caller)
  }

  /// Watches the keys of a range, and is told of each response's number of events; 0 for the first, which says that the watch is there.
  public func watch(from key: [UInt8], upTo end: [UInt8], caller: Int, _ received: @escaping @Sendable (Int) -> Void) {
    var create = ProtobufWriter()
    create.bytes(1, key)
    create.bytes(2, end)
    var request = ProtobufWriter()
    request.bytes(1, create.bytes)
    connections[caller % connections.count].stream("/etcdserverpb.Watch/Watch", request.bytes) { message in
      var reader = ProtobufReader(message[...])
      var count = 0
      while let (field, _) = reader.next() { count += field == 11 ? 1 : 0 }
      received(count)
    }
  }

  /// Closes the connections.
  public func close() async throws {
    for connection in connections { try await connection.close() }
  }

  private func call(_ method: String, _ message: [UInt8], _ caller: Int) async throws -> [UInt8] {
    try await connections[caller % connections.count].call("/etcdserverpb.KV/\(method)", message)
  }

  private static func put(_ key: [UInt8], _ value: [UInt8]) -> [UInt8] {
    var request = ProtobufWriter()
    request.bytes(1, key)
    request.bytes(2, value)
    return request.bytes
  }
}
