import LMDB
import Synchronization
import Testing

/// A directory that is gone when the test is over.
final class TemporaryDirectory: Sendable {
  let path: String

  init() throws {
    path = "/tmp/lmdb-test-" + String(UInt64.random(in: .min ... .max), radix: 36)
    // Searchable by others: some tests give up their privileges.
    try FileSystem.createDirectory(at: path, mode: 0o755)
  }

  deinit { try? FileSystem.removeTree(at: path) }

  func appending(_ name: String) -> String { path + "/" + name }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

func text(_ bytes: Span<UInt8>) -> String { String(decoding: Array(copying: bytes), as: UTF8.self) }

/// The tables of most tests.
let tableNames = ["a", "b"]

/// Runs a test on a new environment, and checks afterwards that it closes and that nothing of it is left in use.
func withEnvironment<R>(_ options: EnvironmentOptions = .init(), _ body: (Environment) async throws -> R) async throws -> R {
  let directory = try TemporaryDirectory()
  let environment = try makeEnvironment(directory.appending("e"), options)
  let result = try await body(environment)
  environment.close()
  #expect(throws: LMDBError.self) { _ = try environment.makeReadTransaction() }
  return result
}

func makeEnvironment(_ path: String, _ options: EnvironmentOptions = .init()) throws -> Environment {
  try Environment.create(at: path, tables: tableNames, options: options) { _, _ in }
  return try Environment.open(at: path, tables: tableNames, options: options)
}

/// What `body` throws, if it is of LMDB.
func status(_ body: () throws -> Void) -> LMDBStatus? {
  do {
    try body()
    return nil
  } catch {
    return (error as? LMDBError)?.status
  }
}

extension Environment {
  var a: Table { get throws(LMDBError) { try table("a") } }
  var b: Table { get throws(LMDBError) { try table("b") } }

  func put(_ key: String, _ value: String) throws {
    var transaction = try makeWriteTransaction()
    try transaction.put(bytes(value).span, for: bytes(key).span, in: a)
    try transaction.commit()
  }

  func get(_ key: String) throws -> String? {
    try makeReadTransaction().get(key)
  }

  /// Commits until the map is full.
  func fill(valueBytes: Int = 100_000) throws {
    let value = [UInt8](repeating: 7, count: valueBytes)
    for index in 0..<100_000 {
      var transaction = try makeWriteTransaction()
      try transaction.put(value.span, for: bytes("fill \(index)").span, in: b)
      try transaction.commit()
    }
  }
}

extension Transaction where Self: ~Copyable {
  borrowing func get(_ key: String) throws -> String? {
    try withValue(for: bytes(key).span, in: table("a")) { text($0) }
  }

  borrowing func rows(of name: String = "a") throws -> [String] {
    try withCursor(on: table(name)) { cursor in
      var rows: [String] = []
      while try cursor.next() { rows.append(text(cursor.key)) }
      return rows
    }
  }
}

/// Numbers that a seed repeats.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  // SplitMix64.
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// Takes a transaction to where the compiler would not let it go, for the tests of what happens then.
// Sendable because the tests hand it over and do not look back.
final class TransactionBox<T: ~Copyable>: @unchecked Sendable {
  private var value: T?

  init() {}

  init(_ value: consuming T) {
    self.value = consume value
  }

  func put(_ value: consuming T) { self.value = consume value }

  func take() -> T? { value.take() }
}

/// Set once, seen by every thread.
final class Flag: Sendable {
  private let value = Atomic<Bool>(false)

  var isSet: Bool { value.load(ordering: .acquiring) }

  func set() { value.store(true, ordering: .releasing) }
}
