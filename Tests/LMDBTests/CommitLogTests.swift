import Testing

@testable import LMDB

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The write-ahead log, but for losses of power: those are in CrashTests.
struct CommitLogTests {
  static let logged = EnvironmentOptions(durability: .logged)

  /// Checkpoints come often, and the log begins anew often.
  private static var small: EnvironmentOptions {
    var options = logged
    options.logLimits.checkpointBytes = 4 << 10
    options.logLimits.capacityBytes = 16 << 10
    options.logLimits.maximumBytes = 64 << 10
    options.logLimits.pages = 8...16
    return options
  }

  /// Writes in a process that is then killed.
  private func writeAndDie(_ path: String, _ count: Int, from start: Int = 0) async {
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, count = count as Int, start = start as Int] in
      let environment = try Environment.open(at: path, tables: tableNames, options: CommitLogTests.logged)
      for number in start..<start + count { try environment.put("k\(number)", "v\(number)") }
      kill(getpid(), SIGKILL)
    }
  }

  @Test func `what a killed process committed is there, for the first reader already`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    try makeEnvironment(path, Self.logged).close()
    await writeAndDie(path, 20)
    for isReadOnly in [true, false] {
      var options = Self.logged
      options.isReadOnly = isReadOnly
      let environment = try Environment.open(at: path, tables: tableNames, options: options)
      #expect(try environment.makeReadTransaction().rows().count == 20)
      environment.close()
    }
    await writeAndDie(path, 5, from: 20)
    // The log belongs to the environment, whatever the options say.
    let environment = try Environment.open(at: path, tables: tableNames)
    #expect(try environment.get("k24") == "v24")
    environment.close()
  }

  @Test func `every kind of change is repeated`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    try makeEnvironment(path, Self.logged).close()
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let environment = try Environment.open(at: path, tables: tableNames, options: CommitLogTests.logged)
      var transaction = try environment.makeWriteTransaction()
      for number in 0..<10 { try transaction.append(bytes("v").span, for: bytes("k\(number)").span, in: environment.a) }
      #expect(try transaction.insert(bytes("v").span, for: bytes("b").span, in: environment.b))
      #expect(try !transaction.insert(bytes("other").span, for: bytes("b").span, in: environment.b))
      try transaction.put(bytes("m").span, for: bytes("m").span, in: environment.mainTable)
      try transaction.commit()
      transaction = try environment.makeWriteTransaction()
      #expect(try transaction.delete(bytes("k0").span, in: environment.a))
      try transaction.withMutableCursor(on: environment.a) { (cursor: inout Cursor) throws in
        while try cursor.next() { if text(cursor.key) > "k4" { try cursor.delete() } }
      }
      try transaction.clear(environment.b)
      try transaction.commit()
      kill(getpid(), SIGKILL)
    }
    let environment = try Environment.open(at: path, tables: tableNames, options: Self.logged)
    let reader = try environment.makeReadTransaction()
    #expect(try reader.rows() == ["k1", "k2", "k3", "k4"])
    #expect(try reader.rows(of: "b").isEmpty)
    #expect(try reader.withValue(for: bytes("m").span, in: environment.mainTable) { text($0) } == "m")
  }

  @Test func `a log that begins anew again and again, with records of all sizes, is repeated from its checkpoint`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    try makeEnvironment(path, Self.logged).close()
    for round in 0..<8 {
      await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, round = round as Int] in
        let environment = try Environment.open(at: path, tables: tableNames, options: CommitLogTests.small)
        for number in 0..<100 + round * 37 {
          // Among them some that are larger than the log may be.
          let count = number % 50 == 49 ? 100_000 : number % 7 * 700
          try environment.put("\(round)/\(number)", String(repeating: "x", count: count))
        }
        kill(getpid(), SIGKILL)
      }
    }
    let environment = try Environment.open(at: path, tables: tableNames, options: Self.small)
    for round in 0..<8 {
      for number in 0..<100 + round * 37 {
        #expect(try environment.get("\(round)/\(number)")?.utf8.count == (number % 50 == 49 ? 100_000 : number % 7 * 700))
      }
    }
    environment.close()
    #expect(try FileSystem.byteCount(of: path + "/wal") <= LogFile.firstRecord + LogFile.growthBytes)
  }

  @Test func `a record that is not whole ends the log`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    try makeEnvironment(path, Self.logged).close()
    await writeAndDie(path, 3)
    let file = try #require(try LogFile.open(at: path))
    let header = try file.header()
    var offset = header.start
    for number in 1...2 {
      offset = try #require(try file.place(of: header.checkpoint + UInt64(number), after: offset, salt: header.salt)).end
    }
    try #require(Posix.overwrite(path + "/wal", at: offset + RecordHead.byteCount + 3, with: [0xFF]))
    let environment = try Environment.open(at: path, tables: tableNames, options: Self.logged)
    #expect(try environment.makeReadTransaction().rows() == ["k0", "k1"])
    environment.close()
  }

  @Test func `one damaged header is made up for, two are an error`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    let environment = try makeEnvironment(path, Self.logged)
    try environment.put("k", "v")
    environment.close()
    let sequence = try #require(try LogFile.open(at: path)).header().sequence
    try #require(Posix.overwrite(path + "/wal", at: sequence % 2 == 0 ? 4096 + 20 : 20, with: [0xFF]))
    let again = try Environment.open(at: path, tables: tableNames, options: Self.logged)
    #expect(try again.get("k") == "v")
    again.close()
    for place in [20, 4096 + 20] { try #require(Posix.overwrite(path + "/wal", at: place, with: [0xEE])) }
    #expect(status { _ = try Environment.open(at: path, tables: tableNames, options: Self.logged) } == .corrupted)
  }

  @Test func `a record that LMDB could not commit is taken back`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    let environment = try makeEnvironment(path, Self.logged)
    try environment.put("k", "v")
    let log = try #require(environment.log)
    let record = CommitRecord()
    record.put(bytes("w").span, for: bytes("k").span, in: try environment.a)
    do {
      let transaction = try environment.makeWriteTransaction()
      try log.append(record, number: UInt64(transaction.id), environment.handle)
      log.retract(after: UInt64(transaction.id) - 1)
    }
    // As a kill leaves it: the log stays as it is.
    let copy = directory.appending("copy")
    try FileSystem.createDirectory(at: copy)
    for name in ["/data.mdb", "/wal"] {
      let content = try ReadableFile(path: path + name).read(FileSystem.byteCount(of: path + name))
      try FileSystem.writeFile(at: copy + name, content.span)
    }
    environment.close()
    let recovered = try Environment.open(at: copy, tables: tableNames, options: Self.logged)
    #expect(try recovered.get("k") == "v")
    recovered.close()
  }

  @Test func `tables are added to an environment with a log by whoever is alone with it`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    let first = try makeEnvironment(path, Self.logged)
    try first.put("k", "v")
    await #expect(processExitsWith: .success) { [path = path as String] in
      #expect(status { _ = try Environment.open(at: path, tables: tableNames + ["new"], options: CommitLogTests.logged) } == .notFound)
    }
    first.close()
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let environment = try Environment.open(at: path, tables: tableNames + ["new"], options: CommitLogTests.logged)
      var transaction = try environment.makeWriteTransaction()
      try transaction.put(bytes("v").span, for: bytes("k").span, in: environment.table("new"))
      try transaction.commit()
      kill(getpid(), SIGKILL)
    }
    let last = try Environment.open(at: path, tables: tableNames + ["new"], options: Self.logged)
    #expect(try last.makeReadTransaction().rows(of: "new") == ["k"])
    #expect(try last.get("k") == "v")
    last.close()
  }

  @Test func `an orderly end leaves the data file whole without the log`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    let environment = try makeEnvironment(path, Self.logged)
    for number in 0..<50 { try environment.put("k\(number)", "v") }
    environment.close()
    try FileSystem.removeFile(at: path + "/wal")
    let without = try Environment.open(at: path, tables: tableNames)
    #expect(try without.makeReadTransaction().rows().count == 50)
    without.close()
  }
}
