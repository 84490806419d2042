import LMDB
import Testing

struct TransactionTests {
  @Test func `a snapshot does not see what is committed after it began`() async throws {
    try await withEnvironment { environment in
      try environment.put("k", "old")
      let snapshot = try environment.makeReadTransaction()
      try environment.put("k", "new")
      #expect(try snapshot.get("k") == "old")
      #expect(try environment.get("k") == "new")
      #expect(try environment.makeReadTransaction().id == snapshot.id + 1)
    }
  }

  @Test func `a write transaction sees its changes, and others only once it commits`() async throws {
    try await withEnvironment { environment in
      var transaction = try environment.makeWriteTransaction()
      try transaction.put(bytes("v").span, for: bytes("k").span, in: environment.a)
      #expect(try transaction.get("k") == "v")
      #expect(try transaction.entryCount(of: environment.a) == 1)
      #expect(try environment.get("k") == nil)
      let id = transaction.id
      try transaction.commit()
      let after = try environment.makeReadTransaction()
      #expect(try after.get("k") == "v")
      #expect(after.id == id)
    }
  }

  @Test func `a write transaction that is dropped leaves nothing and lets the next begin`() async throws {
    try await withEnvironment { environment in
      do {
        var transaction = try environment.makeWriteTransaction()
        try transaction.put(bytes("v").span, for: bytes("k").span, in: environment.a)
      }
      #expect(try environment.get("k") == nil)
      try environment.put("k", "w")
      #expect(try environment.get("k") == "w")
    }
  }

  @Test func `put replaces, insert does not, and delete says whether there was a row`() async throws {
    try await withEnvironment { environment in
      let key = bytes("k")
      var transaction = try environment.makeWriteTransaction()
      #expect(try transaction.insert(bytes("1").span, for: key.span, in: environment.a))
      #expect(try !transaction.insert(bytes("2").span, for: key.span, in: environment.a))
      #expect(try transaction.get("k") == "1")
      try transaction.put(bytes("3").span, for: key.span, in: environment.a)
      #expect(try transaction.get("k") == "3")
      #expect(try transaction.contains(key.span, in: environment.a))
      #expect(try transaction.delete(key.span, in: environment.a))
      #expect(try !transaction.delete(key.span, in: environment.a))
      #expect(try !transaction.contains(key.span, in: environment.a))
      try transaction.commit()
    }
  }

  @Test func `append takes only keys greater than the last, and the transaction goes on after a refusal`() async throws {
    try await withEnvironment { environment in
      var transaction = try environment.makeWriteTransaction()
      try transaction.append(bytes("").span, for: bytes("b").span, in: environment.a)
      for key in ["b", "a"] {
        var refusal: LMDBStatus?
        do throws(LMDBError) {
          try transaction.append(bytes("").span, for: bytes(key).span, in: environment.a)
        } catch { refusal = error.status }
        #expect(refusal == .keyExists)
      }
      try transaction.append(bytes("").span, for: bytes("c").span, in: environment.a)
      try transaction.commit()
      #expect(try environment.makeReadTransaction().rows() == ["b", "c"])
    }
  }

  @Test func `clear empties one table, and not the one that holds the tables`() async throws {
    try await withEnvironment { environment in
      var transaction = try environment.makeWriteTransaction()
      try transaction.put(bytes("1").span, for: bytes("k").span, in: environment.a)
      try transaction.put(bytes("2").span, for: bytes("k").span, in: environment.b)
      try transaction.clear(environment.a)
      var refusal: LMDBStatus?
      do throws(LMDBError) { try transaction.clear(environment.mainTable) } catch { refusal = error.status }
      #expect(refusal == .incompatible)
      try transaction.commit()
      let after = try environment.makeReadTransaction()
      #expect(try after.entryCount(of: environment.a) == 0)
      #expect(try after.entryCount(of: environment.b) == 1)
    }
  }

  @Test func `a table's name cannot be overwritten through the main table`() async throws {
    try await withEnvironment { environment in
      var transaction = try environment.makeWriteTransaction()
      var refusal: LMDBStatus?
      do throws(LMDBError) {
        try transaction.put(bytes("x").span, for: bytes("a").span, in: environment.mainTable)
      } catch { refusal = error.status }
      #expect(refusal == .incompatible)
    }
  }

  // MARK: - Sizes

  @Test func `keys have 1 to 511 bytes`() async throws {
    try await withEnvironment { environment in
      let longest = [UInt8](repeating: 0xFF, count: 511)
      let tooLong = longest + [0]
      let empty: [UInt8] = []
      var transaction = try environment.makeWriteTransaction()
      try transaction.put(bytes("v").span, for: longest.span, in: environment.a)
      for key in [tooLong, empty] {
        var refusal: LMDBStatus?
        do throws(LMDBError) {
          try transaction.put(bytes("v").span, for: key.span, in: environment.a)
        } catch { refusal = error.status }
        #expect(refusal == .badValueSize)
      }
      // The refusals did not spoil it.
      try transaction.commit()
      let after = try environment.makeReadTransaction()
      #expect(try after.contains(longest.span, in: environment.a))
      #expect(try !after.contains(tooLong.span, in: environment.a))
      #expect(throws: LMDBError.self) { _ = try environment.makeReadTransaction().contains(empty.span, in: environment.a) }
    }
  }

  // Around what fits a leaf, one overflow page and two.
  @Test(arguments: [0, 1, 1989, 1990, 2038, 4079, 4080, 4081, 8176, 1_000_000])
  func `a value of any size comes back as it was`(byteCount: Int) async throws {
    try await withEnvironment { environment in
      let value = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      var transaction = try environment.makeWriteTransaction()
      try transaction.put(value.span, for: bytes("k").span, in: environment.a)
      try transaction.commit()
      let read = try environment.makeReadTransaction().withValue(for: bytes("k").span, in: environment.a) { Array(copying: $0) }
      #expect(read == value)
    }
  }

  // MARK: - Misuse

  @Test func `a table of another environment is refused everywhere`() async throws {
    try await withEnvironment { first in
      try await withEnvironment { second in
        let foreign = try second.a
        let key = bytes("k")
        let reader = try first.makeReadTransaction()
        var statuses: [LMDBStatus?] = []
        do { _ = try reader.withValue(for: key.span, in: foreign) { _ in } } catch { statuses.append((error as? LMDBError)?.status) }
        do { try reader.withCursor(on: foreign) { _ in } } catch { statuses.append((error as? LMDBError)?.status) }
        do throws(LMDBError) { _ = try reader.entryCount(of: foreign) } catch { statuses.append(error.status) }
        var writer = try first.makeWriteTransaction()
        do throws(LMDBError) { try writer.put(key.span, for: key.span, in: foreign) } catch { statuses.append(error.status) }
        do throws(LMDBError) { try writer.append(key.span, for: key.span, in: foreign) } catch { statuses.append(error.status) }
        do throws(LMDBError) { _ = try writer.insert(key.span, for: key.span, in: foreign) } catch { statuses.append(error.status) }
        do throws(LMDBError) { _ = try writer.delete(key.span, in: foreign) } catch { statuses.append(error.status) }
        do throws(LMDBError) { try writer.clear(foreign) } catch { statuses.append(error.status) }
        do { try writer.withMutableCursor(on: foreign) { _ in } } catch { statuses.append((error as? LMDBError)?.status) }
        #expect(statuses == Array(repeating: .wrongEnvironment, count: 9))
      }
    }
  }

  @Test func `a thread that writes is refused a second write transaction instead of waiting for itself`() async throws {
    try await withEnvironment { environment in
      var transaction = try environment.makeWriteTransaction()
      #expect(status { _ = try environment.makeWriteTransaction() } == .wrongThread)
      #expect(status { try environment.growMap() } == .wrongThread)
      try transaction.put(bytes("v").span, for: bytes("k").span, in: environment.a)
      try transaction.commit()
      #expect(try environment.get("k") == "v")
    }
  }

  @Test(arguments: [true, false])
  func `ending a write transaction on another thread is an error, and so is every write after it, not a deadlock`(commits: Bool)
    async throws
  {
    let directory = try TemporaryDirectory()
    // In a process of its own: its write lock is lost for good.
    await #expect(processExitsWith: .success) { [path = directory.appending("e") as String, commits = commits as Bool] in
      let environment = try makeEnvironment(path)
      try environment.put("k", "v")
      let transaction = TransactionBox(try environment.makeWriteTransaction())
      let other = try DedicatedThread(name: "other")
      if commits {
        other.enqueue { #expect(status { try transaction.take()?.commit() } == .wrongThread) }
      } else {
        other.enqueue { _ = transaction.take() }
      }
      other.stop()
      #expect(status { try environment.put("k", "w") } == .wrongThread)
      #expect(try environment.get("k") == "v")
    }
  }

  @Test func `a thread that exits in the middle of its write transaction makes the environment useless, not a deadlock`() async throws {
    let directory = try TemporaryDirectory()
    await #expect(processExitsWith: .success) { [path = directory.appending("e") as String] in
      let environment = try makeEnvironment(path)
      let box = TransactionBox<WriteTransaction>()
      let writer = try DedicatedThread(name: "writer")
      writer.enqueue { #expect(status { box.put(try environment.makeWriteTransaction()) } == nil) }
      writer.stop()
      #expect([.panic, .wrongThread].contains(status { try environment.put("k", "w") }))
      #expect([.panic, nil].contains(status { _ = try environment.get("k") }))
      _ = box.take()
    }
  }

  @Test func `a read transaction may end on another thread than it began on`() async throws {
    try await withEnvironment { environment in
      try environment.put("k", "v")
      for _ in 0..<100 {
        let transaction = try environment.makeReadTransaction()
        let task = Task.detached { [transaction = TransactionBox(transaction)] in try transaction.take()?.get("k") }
        #expect(try await task.value == "v")
      }
      #expect(try environment.readers().count <= 3)
    }
  }

  // MARK: - The pool

  @Test func `one reader after another uses one slot`() async throws {
    try await withEnvironment { environment in
      for _ in 0..<1000 { _ = try environment.get("k") }
      #expect(try environment.readers().count == 1)
      #expect(try environment.readers().allSatisfy { $0.transactionID == nil })
    }
  }

  @Test func `more readers at once than are kept give their slots back`() async throws {
    try await withEnvironment { environment in
      try environment.put("k", "v")
      func nest(_ depth: Int) throws {
        let transaction = try environment.makeReadTransaction()
        #expect(try transaction.get("k") == "v")
        if depth == 1 { #expect(try environment.readers().filter { $0.transactionID == transaction.id }.count == 500) }
        if depth > 1 { try nest(depth - 1) }
      }
      try nest(500)
      #expect(try environment.readers().count == 64)
    }
  }

  @Test func `readers beyond the slots are refused until one ends`() async throws {
    try await withEnvironment(.init(maximumReaders: 3)) { environment in
      let limit = try environment.information.maximumReaders
      func nest(_ depth: Int) throws {
        let transaction = try environment.makeReadTransaction()
        if depth < limit { try nest(depth + 1) } else { #expect(status { _ = try environment.makeReadTransaction() } == .readersFull) }
        _ = transaction.id
      }
      try nest(1)
      _ = try environment.makeReadTransaction()
    }
  }

  @Test func `readers on many threads each see one whole commit while a writer goes on`() async throws {
    try await withEnvironment { environment in
      try environment.put("x", "0")
      try environment.put("y", "0")
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<4 {
          group.addTask {
            for _ in 0..<500 {
              let transaction = try environment.makeReadTransaction()
              let x = try transaction.get("x")
              await Task.yield()
              let y = try transaction.get("y")
              #expect(x == y)
            }
          }
        }
        group.addTask {
          for number in 1...200 {
            var transaction = try environment.makeWriteTransaction()
            try transaction.put(bytes("\(number)").span, for: bytes("x").span, in: environment.a)
            try transaction.put(bytes("\(number)").span, for: bytes("y").span, in: environment.a)
            try transaction.commit()
          }
        }
        try await group.waitForAll()
      }
    }
  }
}
