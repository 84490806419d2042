import LMDB
import Testing

struct CursorTests {
  private func withRows<R>(_ keys: [String], _ body: (inout Cursor) throws -> R) async throws -> R {
    try await withEnvironment { environment in
      var transaction = try environment.makeWriteTransaction()
      for key in keys { try transaction.put(bytes(key + key).span, for: bytes(key).span, in: environment.a) }
      return try transaction.withMutableCursor(on: environment.a, body)
    }
  }

  @Test func `rows come in the order of their keys' bytes, shorter first, both ways`() async throws {
    try await withRows(["b", "a", "ba", "B", "é"]) { (cursor: inout Cursor) throws in
      var keys: [String] = []
      while try cursor.next() {
        keys.append(text(cursor.key))
        #expect(text(cursor.value) == text(cursor.key) + text(cursor.key))
      }
      #expect(keys == ["B", "a", "b", "ba", "é"])
      var backwards: [String] = []
      while try cursor.previous() { backwards.append(text(cursor.key)) }
      #expect(backwards == keys.reversed())
      // And forth again, from before the first.
      #expect(try cursor.next() && text(cursor.key) == "B")
    }
  }

  @Test func `an empty table has no row in any direction`() async throws {
    try await withRows([]) { (cursor: inout Cursor) throws in
      for _ in 0..<2 {
        #expect(try !cursor.first() && !cursor.isOnRow)
        #expect(try !cursor.last())
        #expect(try !cursor.next())
        #expect(try !cursor.previous())
        #expect(try !cursor.seek(toAtLeast: bytes("x").span))
        #expect(try !cursor.seek(toAtLeast: bytes("").span))
        #expect(try !cursor.seek(to: bytes("x").span))
        #expect(try !cursor.next())
        #expect(try !cursor.previous())
      }
    }
  }

  @Test func `a seek that finds nothing leaves the cursor in the gap`() async throws {
    try await withRows(["b", "d"]) { (cursor: inout Cursor) throws in
      #expect(try !cursor.seek(to: bytes("c").span) && !cursor.isOnRow)
      #expect(try cursor.next() && text(cursor.key) == "d")
      #expect(try !cursor.seek(to: bytes("c").span))
      #expect(try cursor.previous() && text(cursor.key) == "b")
      #expect(try !cursor.seek(to: bytes("a").span))
      #expect(try !cursor.previous())
      #expect(try !cursor.seek(to: bytes("e").span))
      #expect(try !cursor.next())
      #expect(try cursor.previous() && text(cursor.key) == "d")
      #expect(try !cursor.seek(toAtLeast: bytes("e").span))
      #expect(try cursor.previous() && text(cursor.key) == "d")
      #expect(try cursor.seek(toAtLeast: bytes("c").span) && text(cursor.key) == "d")
      #expect(try cursor.seek(toAtLeast: bytes("d").span) && text(cursor.key) == "d")
      #expect(try cursor.seek(toAtLeast: bytes("").span) && text(cursor.key) == "b")
      #expect(try cursor.seek(to: bytes("d").span) && text(cursor.value) == "dd")
    }
  }

  @Test func `running into an end keeps the other direction`() async throws {
    try await withRows(["a", "b"]) { (cursor: inout Cursor) throws in
      #expect(try cursor.last())
      #expect(try !cursor.next())
      #expect(try !cursor.next())
      #expect(try cursor.previous() && text(cursor.key) == "b")
      #expect(try cursor.first())
      #expect(try !cursor.previous())
      #expect(try !cursor.previous())
      #expect(try cursor.next() && text(cursor.key) == "a")
    }
  }

  @Test func `after a deletion the neighbours are the rows that were beside it`() async throws {
    try await withRows(["a", "b", "c", "d"]) { (cursor: inout Cursor) throws in
      #expect(try cursor.seek(to: bytes("b").span))
      try cursor.delete()
      #expect(cursor.isOnRow == false)
      #expect(try cursor.next() && text(cursor.key) == "c")
      try cursor.delete()
      #expect(try cursor.previous() && text(cursor.key) == "a")
      #expect(try cursor.next() && text(cursor.key) == "d")
      try cursor.delete()
      #expect(try !cursor.next())
      #expect(try cursor.previous() && text(cursor.key) == "a")
      try cursor.delete()
      #expect(try !cursor.previous())
      #expect(try !cursor.next())
    }
  }

  @Test func `deleting needs a row, and a cursor that may`() async throws {
    try await withRows(["a"]) { (cursor: inout Cursor) throws in
      var refusals: [LMDBStatus] = []
      do throws(LMDBError) { try cursor.delete() } catch { refusals.append(error.status) }
      #expect(try cursor.first())
      try cursor.delete()
      do throws(LMDBError) { try cursor.delete() } catch { refusals.append(error.status) }
      #expect(refusals == [.notPositioned, .notPositioned])
    }
    try await withEnvironment { environment in
      try environment.put("k", "v")
      func tryToDelete(_ cursor: inout Cursor) throws {
        #expect(try cursor.first())
        var refusal: LMDBStatus?
        do throws(LMDBError) { try cursor.delete() } catch { refusal = error.status }
        #expect(refusal == .permissionDenied)
      }
      try environment.makeReadTransaction().withCursor(on: environment.a) { try tryToDelete(&$0) }
      try environment.makeWriteTransaction().withCursor(on: environment.a) { try tryToDelete(&$0) }
      #expect(try environment.get("k") == "v")
    }
  }

  @Test func `looking at a row that is not there stops the program`() async throws {
    let directory = try TemporaryDirectory()
    await #expect(processExitsWith: .failure) { [path = directory.appending("e") as String] in
      let environment = try makeEnvironment(path)
      try environment.makeReadTransaction().withCursor(on: environment.a) { (cursor: inout Cursor) throws in
        _ = try cursor.first()
        _ = cursor.key.count
      }
    }
  }

  // Many rows, of sizes that make pages split and merge and overflow.
  @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
  func `moves and deletions agree with a sorted array`(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    try await withEnvironment { environment in
      var keys: [[UInt8]] = []
      var transaction = try environment.makeWriteTransaction()
      for _ in 0..<2000 {
        let key = (0..<Int.random(in: 1...40, using: &random)).map { _ in UInt8.random(in: 0...3, using: &random) }
        let value = [UInt8](repeating: key[0], count: Int.random(in: 0...300, using: &random) * (Bool.random(using: &random) ? 1 : 9))
        if try transaction.insert(value.span, for: key.span, in: environment.a) { keys.append(key) }
      }
      keys.sort { $0.lexicographicallyPrecedes($1) }
      try transaction.withMutableCursor(on: environment.a) { (cursor: inout Cursor) throws in
        // The gap before keys[gap], or the row keys[gap].
        var gap = 0
        var isOnRow = false
        for _ in 0..<6000 {
          let seeked = (0..<Int.random(in: 1...12, using: &random)).map { _ in UInt8.random(in: 0...3, using: &random) }
          let lower = keys.partitioningIndex { !$0.lexicographicallyPrecedes(seeked) }
          switch Int.random(in: 0..<10, using: &random) {
          case 0...2:
            if isOnRow { gap += 1 }
            isOnRow = gap < keys.count
            #expect(try cursor.next() == isOnRow, "seed \(seed)")
          case 3...5:
            isOnRow = gap > 0
            if isOnRow { gap -= 1 }
            #expect(try cursor.previous() == isOnRow, "seed \(seed)")
          case 6:
            gap = lower
            isOnRow = gap < keys.count
            #expect(try cursor.seek(toAtLeast: seeked.span) == isOnRow, "seed \(seed)")
          case 7:
            gap = lower
            isOnRow = gap < keys.count && keys[gap] == seeked
            #expect(try cursor.seek(to: seeked.span) == isOnRow, "seed \(seed)")
          default:
            guard isOnRow else { continue }
            try cursor.delete()
            keys.remove(at: gap)
            isOnRow = false
          }
          try #require(cursor.isOnRow == isOnRow, "seed \(seed)")
          if isOnRow { try #require(Array(copying: cursor.key) == keys[gap], "seed \(seed)") }
        }
      }
      #expect(try transaction.entryCount(of: environment.a) == keys.count)
      try transaction.commit()
    }
  }
}

extension Array {
  fileprivate func partitioningIndex(_ isInUpper: (Element) -> Bool) -> Int {
    firstIndex(where: isInUpper) ?? count
  }
}
