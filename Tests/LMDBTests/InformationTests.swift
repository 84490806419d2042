import LMDB
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

struct InformationTests {
  @Test func `sizes add up`() async throws {
    try await withEnvironment(.init(mapSizeBytes: 100_000_000, maximumReaders: 500)) { environment in
      let empty = try environment.information
      #expect(empty.mapSizeBytes == 100_007_936)  // the next multiple of 64 KiB
      #expect(empty.maximumReaders >= 500 && empty.maximumReaders < 600)
      #expect(empty.tables.map(\.name) == ["a", "b"])
      #expect(empty.tables[0].depth == 0 && empty.tables[0].entryCount == 0)

      for number in 0..<1000 { try environment.put("k\(number)", "v") }
      var transaction = try environment.makeWriteTransaction()
      try transaction.put([UInt8](repeating: 1, count: 40_000).span, for: bytes("large").span, in: environment.a)
      try transaction.commit()
      let full = try environment.information
      #expect(full.tables[0].entryCount == 1001 && full.tables[0].depth == 2)
      #expect(full.tables[0].branchPages == 1 && full.tables[0].leafPages > 3)
      #expect(full.tables[0].overflowPages == 10)  // 16 + 40,000 bytes in pages of 4096
      #expect(full.lastTransactionID == empty.lastTransactionID + 1001)
      #expect(full.fileBytes >= full.usedBytes && full.usedBytes > full.freePages * full.pageSizeBytes)

      transaction = try environment.makeWriteTransaction()
      try transaction.clear(environment.a)
      try transaction.commit()
      let cleared = try environment.information
      #expect(cleared.tables[0].entryCount == 0)
      #expect(cleared.freePages >= full.freePages + 10)
      #expect(cleared.fileBytes >= full.fileBytes)
    }
  }

  @Test func `readers are listed with what they read`() async throws {
    try await withEnvironment { environment in
      try environment.put("k", "v")
      let first = try environment.makeReadTransaction()
      try environment.put("k", "w")
      let second = try environment.makeReadTransaction()
      let readers = try environment.readers()
      #expect(Set(readers.compactMap(\.transactionID)) == [first.id, second.id])
      #expect(readers.allSatisfy { $0.processID == getpid() })
      #expect(try environment.information.readersInUse == 3)
    }
  }

  @Test func `a closed environment says so to every call`() throws {
    let directory = try TemporaryDirectory()
    let environment = try makeEnvironment(directory.appending("e"))
    environment.close()
    environment.close()
    #expect(status { _ = try environment.makeReadTransaction() } == .closed)
    #expect(status { _ = try environment.makeWriteTransaction() } == .closed)
    #expect(status { _ = try environment.information } == .closed)
    #expect(status { _ = try environment.readers() } == .closed)
    #expect(status { try environment.sync() } == .closed)
    #expect(status { try environment.growMap() } == .closed)
    #expect(status { _ = try environment.clearStaleReaders() } == .closed)
    #expect(status { try environment.copy(toDirectory: directory.appending("copy")) } == .closed)
  }

  @Test func `closing waits for transactions of other threads`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    let environment = try makeEnvironment(path)
    try environment.put("k", "v")
    let reader = TransactionBox(try environment.makeReadTransaction())
    let closer = try DedicatedThread(name: "closer")
    let isClosed = Flag()
    closer.enqueue {
      environment.close()
      isClosed.set()
    }
    // Wait for the door to shut, not for the close.
    while status({ _ = try environment.makeReadTransaction() }) == nil {}
    #expect(!isClosed.isSet)
    #expect(try reader.take()?.get("k") == "v")
    closer.stop()
    #expect(isClosed.isSet)
    try Environment.open(at: path, tables: tableNames).close()
  }

  @Test func `closing in the middle of this thread's own write returns, and the transaction's end closes`() throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    let environment = try makeEnvironment(path)
    var transaction = try environment.makeWriteTransaction()
    environment.close()
    #expect(status { _ = try Environment.open(at: path, tables: tableNames) } == .alreadyOpen)
    try transaction.put(bytes("v").span, for: bytes("k").span, in: environment.a)
    try transaction.commit()
    #expect(try Environment.open(at: path, tables: tableNames).get("k") == "v")
  }

  @Test(arguments: [EnvironmentOptions.Durability.full, .withoutMetadataSync])
  func `what was committed is read back under either durability`(durability: EnvironmentOptions.Durability) async throws {
    try await withEnvironment(.init(durability: durability, disablesReadAhead: true)) { environment in
      try environment.put("k", "v")
      try environment.sync()
      #expect(try environment.get("k") == "v")
    }
  }
}
