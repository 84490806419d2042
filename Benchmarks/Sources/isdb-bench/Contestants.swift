import Foundation
import ImageStreamDB
import Peers

/// A store that takes part: ours, a floor or a peer. All are given the same bytes.
protocol Contestant: Sendable {
  var name: String { get }
  /// Where its files are.
  var directory: String { get }
  /// A process beside this one that does its work.
  var server: Int32? { get }

  func load(_ list: OperationList) async throws
  /// Each operation put durably, by that many callers at once.
  func put(_ list: OperationList, callers: Int, seconds: Double) async throws -> Measurement
  /// The value of each operation's key.
  func get(_ list: OperationList, seconds: Double) async throws -> Measurement
  /// The hundred keys that begin with each operation's key; nil where that cannot be asked for.
  func range(_ list: OperationList, withValues: Bool, seconds: Double) async throws -> Measurement?
  func close() async throws
}

extension Contestant {
  var server: Int32? { nil }

  /// What its files take on the disk.
  var fileBytes: Int { diskBytes(directory) }
}

/// The bytes that the disk gave to all files below a directory, also those that a log sets aside beforehand.
func diskBytes(_ directory: String) -> Int {
  let names = FileManager.default.enumerator(atPath: directory)?.compactMap { $0 as? String } ?? []
  return names.reduce(0) { sum, name in
    var status = stat()
    return lstat("\(directory)/\(name)", &status) == 0 ? sum + Int(status.st_blocks) * 512 : sum
  }
}

/// The store under test, opened as image stores are, with its built-in dictionaries.
final class Engine: Contestant {
  let name = "ImageStreamDB"
  let directory: String
  let store: RevisionStore

  init(directory: String) throws {
    self.directory = directory
    store = try ImageStore.open(at: directory).keyValues
  }

  init(directory: String, configuration: StoreConfiguration) throws {
    self.directory = directory
    store = try RevisionStore.open(at: directory, configuration: configuration)
  }

  /// Commits up to now, by LMDB's own count.
  func transactions() throws -> Int { try Floor.lastTransaction(file: "\(directory)/data.mdb") }

  func load(_ list: OperationList) async throws {
    for first in stride(from: 0, to: list.count, by: 1000) {
      let part = list.slice(first..<min(first + 1000, list.count))
      try await store.write { writer in for index in 0..<part.count { try writer.put(part.key(index), part.value(index)) } }
    }
  }

  func put(_ list: OperationList, callers: Int, seconds: Double) async throws -> Measurement {
    try await concurrently(callers: callers, count: list.count, seconds: seconds) { [store] index, _ in
      try await store.put(list.key(index), list.value(index))
    }
  }

  func get(_ list: OperationList, seconds: Double) throws -> Measurement {
    let keys = (0..<list.count).map { list.key($0) }
    return try oneByOne(count: list.count, seconds: seconds) { index in
      let found = try store.read { try $0.get(keys[index]) }
      precondition(found != nil)
    }
  }

  func range(_ list: OperationList, withValues: Bool, seconds: Double) throws -> Measurement? {
    let prefixes = (0..<list.count).map { list.key($0) }
    return try oneByOne(count: list.count, seconds: seconds) { index in
      let found = try store.read { try $0.range(RangeQuery(.prefix(prefixes[index]), keysOnly: !withValues)) }
      precondition(found.keyValues.count == 100)
    }
  }

  func close() { store.close() }
}

/// LMDB straight from C.
final class FloorContestant: Contestant {
  let name: String
  let directory: String
  let floor: Floor
  private let allTrees: Bool

  init(directory: String, allTrees: Bool) throws {
    name = allTrees ? "LMDB in C, same trees" : "LMDB in C, one tree"
    self.directory = directory
    self.allTrees = allTrees
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    floor = try Floor(directory: directory)
  }

  func load(_ list: OperationList) throws { try floor.load(list) }

  /// `callers` is the size of a batch here: one thread puts that many to a commit.
  func put(_ list: OperationList, callers: Int, seconds: Double) throws -> Measurement {
    try floor.put(list, allTrees: allTrees, batch: callers, seconds: seconds)
  }

  func get(_ list: OperationList, seconds: Double) throws -> Measurement { try floor.get(list, seconds: seconds) }

  func range(_ list: OperationList, withValues: Bool, seconds: Double) throws -> Measurement? {
    try floor.range(list, length: 100, withValues: withValues, seconds: seconds)
  }

  func close() { floor.close() }
}

/// SQLite through GRDB.
final class SQLiteContestant: Contestant {
  let name: String
  let directory: String
  private let store: SQLiteStore

  init(directory: String, shape: SQLiteStore.Shape) throws {
    self.directory = directory
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    store = try SQLiteStore(path: "\(directory)/store.sqlite", shape: shape)
    name = "SQLite \(store.version) WAL FULL, \(shape == .oneTable ? "one table" : "same logical work")"
  }

  func load(_ list: OperationList) throws {
    for first in stride(from: 0, to: list.count, by: 1000) {
      try store.put(all: (first..<min(first + 1000, list.count)).map { (list.key($0), list.value($0)) })
    }
  }

  /// One caller stays on its thread; several wait for their turn without blocking one, each with a commit of its own.
  func put(_ list: OperationList, callers: Int, seconds: Double) async throws -> Measurement {
    let pairs = (0..<list.count).map { (Data(list.key($0)), Data(list.value($0))) }
    guard callers > 1 else {
      return try oneByOne(count: list.count, seconds: seconds) { index in try store.put(pairs[index].0, pairs[index].1) }
    }
    return try await concurrently(callers: callers, count: list.count, seconds: seconds) { [store] index, _ in
      try await store.putInTurn(pairs[index].0, pairs[index].1)
    }
  }

  func get(_ list: OperationList, seconds: Double) throws -> Measurement {
    let keys = (0..<list.count).map { Data(list.key($0)) }
    return try oneByOne(count: list.count, seconds: seconds) { index in
      let found = try store.get(keys[index])
      precondition(found > 0)
    }
  }

  func range(_ list: OperationList, withValues: Bool, seconds: Double) throws -> Measurement? {
    guard withValues else { return nil }
    let keys = (0..<list.count).map { Data(list.key($0)) }
    return try oneByOne(count: list.count, seconds: seconds) { index in
      let found = try store.range(from: keys[index], limit: 100)
      precondition(found == 100)
    }
  }

  func close() throws { try store.close() }
}

/// A real etcd server, over its gRPC protocol.
final class EtcdContestant: Contestant {
  /// One contestant for each program, or a row that says that there is none.
  static func all(_ setup: Setup, in folder: String) async throws -> [any Contestant] {
    var contestants: [any Contestant] = []
    for (index, program) in setup.etcds.enumerated() {
      contestants.append(try await EtcdContestant(program: program, directory: "\(folder)/etcd-\(index)"))
    }
    return contestants
  }

  let name: String
  let directory: String
  let server: Int32?
  private let etcd: EtcdServer
  let client: EtcdClient

  init(program: String, directory: String, patience: Duration = .milliseconds(200)) async throws {
    self.directory = directory
    etcd = try await EtcdServer(program: program, directory: directory)
    let isOurs = URL(fileURLWithPath: program).lastPathComponent == "isdb"
    name = "\(isOurs ? "isdb serve" : "etcd") \(etcd.version)" + (etcd.answersBeforeItsSync ? ", answers before its sync" : "")
    server = etcd.processIdentifier
    do {
      client = try await EtcdClient.connect(port: etcd.port, connections: 4, patience: patience)
    } catch {
      etcd.stop()
      throw error
    }
  }

  func load(_ list: OperationList) async throws {
    for first in stride(from: 0, to: list.count, by: 400) {
      try await client.put(all: (first..<min(first + 400, list.count)).map { (list.key($0), list.value($0)) })
    }
  }

  func put(_ list: OperationList, callers: Int, seconds: Double) async throws -> Measurement {
    try await concurrently(callers: callers, count: list.count, seconds: seconds) { [client] index, caller in
      try await client.put(list.key(index), list.value(index), caller: caller)
    }
  }

  func get(_ list: OperationList, seconds: Double) async throws -> Measurement {
    try await concurrently(callers: 1, count: list.count, seconds: seconds) { [client] index, caller in
      let found = try await client.range(from: list.key(index), upTo: [], limit: 0, caller: caller)
      precondition(found == 1)
    }
  }

  func range(_ list: OperationList, withValues: Bool, seconds: Double) async throws -> Measurement? {
    guard withValues else { return nil }
    return try await concurrently(callers: 1, count: list.count, seconds: seconds) { [client] index, caller in
      // Without an end etcd would count all keys behind the hundred.
      let prefix = list.key(index)
      let found = try await client.range(from: prefix, upTo: Array(prefix.dropLast()) + [prefix.last! + 1], limit: 0, caller: caller)
      precondition(found == 100)
    }
  }

  func close() async throws {
    defer { etcd.stop() }
    try await client.close()
  }
}
