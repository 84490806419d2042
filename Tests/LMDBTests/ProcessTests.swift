import LMDB
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

struct ProcessTests {
  @Test func `a killed reader's slot is freed, and at the next open by itself`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    let environment = try makeEnvironment(path)
    try environment.put("k", "v")
    func killReader() async {
      await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
        let environment = try Environment.open(at: path, tables: tableNames)
        let reader = try environment.makeReadTransaction()
        #expect(try reader.get("k") == "v")
        kill(getpid(), SIGKILL)
      }
    }
    await killReader()
    #expect(try environment.readers().contains { $0.transactionID != nil && $0.processID != getpid() })
    #expect(try environment.clearStaleReaders() >= 1)
    #expect(try environment.readers().allSatisfy { $0.processID == getpid() })
    #expect(try environment.clearStaleReaders() == 0)

    await killReader()
    await #expect(processExitsWith: .success) { [path = path as String, parent = getpid() as Int32] in
      let environment = try Environment.open(at: path, tables: tableNames)
      #expect(try environment.readers().allSatisfy { $0.processID == parent || $0.processID == getpid() })
    }
    environment.close()
  }

  @Test func `slots full of dead readers are no obstacle`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    // The first to open decides how many slots there are; LMDB rounds up to what fits the file.
    let environment = try makeEnvironment(path, .init(maximumReaders: 4))
    try environment.put("k", "v")
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let environment = try Environment.open(at: path, tables: tableNames)
      var readers: [TransactionBox<ReadTransaction>] = []
      while status({ readers.append(TransactionBox(try environment.makeReadTransaction())) }) != .readersFull {}
      #expect(readers.count >= 2)
      kill(getpid(), SIGKILL)
    }
    let first = try environment.makeReadTransaction()
    let second = try environment.makeReadTransaction()
    #expect(try first.get("k") == "v" && second.get("k") == "v")
  }

  @Test func `a writer killed in a transaction leaves nothing and holds nobody up`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    let environment = try makeEnvironment(path)
    try environment.put("k", "v")
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let environment = try Environment.open(at: path, tables: tableNames)
      var transaction = try environment.makeWriteTransaction()
      try transaction.put(bytes("never").span, for: bytes("k").span, in: environment.a)
      kill(getpid(), SIGKILL)
    }
    #expect(try environment.get("k") == "v")
    try environment.put("k", "w")
    #expect(try environment.get("k") == "w")
    environment.close()
  }

  @Test func `two processes see each other's commits at once`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    let environment = try makeEnvironment(path)
    for number in 0..<3 {
      try environment.put("k", "\(number)")
      await #expect(processExitsWith: .success) { [path = path as String, number = number as Int] in
        let environment = try Environment.open(at: path, tables: tableNames)
        #expect(try environment.get("k") == "\(number)")
        try environment.put("back", "\(number)")
      }
      #expect(try environment.get("back") == "\(number)")
    }
  }

  @Test func `a process of the same number in another PID namespace is named as the cause`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    try makeEnvironment(path).close()
    // LMDB's readers lock the byte of the lock file that has their process id's number. Byte 0 is for all.
    let descriptor = try #require(Posix.lock(path + "/lock.mdb", from: 1, count: 1 << 30))
    await #expect(processExitsWith: .success) { [path = path as String] in
      let error = #expect(throws: LMDBError.self) { _ = try Environment.open(at: path, tables: tableNames) }
      #expect(error?.status == .processNamespaceClash)
      #expect(error?.message.contains("PID namespace") == true)
    }
    close(descriptor)
    try Environment.open(at: path, tables: tableNames).close()
  }

  @Test func `a forked child is refused its parent's environment and does the parent no harm`() async throws {
    let directory = try TemporaryDirectory()
    await #expect(processExitsWith: .success) { [path = directory.appending("e") as String] in
      let environment = try makeEnvironment(path)
      try environment.put("k", "v")
      let reader = TransactionBox(try environment.makeReadTransaction())
      let writer = TransactionBox(try environment.makeWriteTransaction())
      let exitStatus = Posix.exitStatusOfFork {
        if status({ _ = try environment.makeReadTransaction() }) != .forked { return 1 }
        if status({ _ = try environment.makeWriteTransaction() }) != .forked { return 2 }
        if status({ try writer.take()?.commit() }) != .forked { return 3 }
        if status({ _ = try environment.clearStaleReaders() }) != .forked { return 4 }
        // Dropping the parent's transactions and closing its environment touches nothing.
        _ = reader.take()
        environment.close()
        // The child can open it for itself.
        if status({ _ = try Environment.open(at: path, tables: tableNames).get("k") }) != nil { return 5 }
        return 0
      }
      #expect(exitStatus == 0)
      #expect(try reader.take()?.get("k") == "v")
      #expect(try environment.readers().count == 1)
      try writer.take()?.commit()
      try environment.put("k", "w")
      #expect(try environment.get("k") == "w")
    }
  }
}
