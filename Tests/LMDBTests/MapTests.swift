import LMDB
import Synchronization
import Testing

struct MapTests {
  private static let smallMap = EnvironmentOptions(mapSizeBytes: 1 << 20)

  @Test func `a full map refuses the write, keeps what was committed, and takes it once it has grown`() async throws {
    try await withEnvironment(Self.smallMap) { environment in
      #expect(status { try environment.fill() } == .mapFull)
      let before = try environment.makeReadTransaction().entryCount(of: environment.b)
      #expect(before > 3)
      let size = try environment.information.mapSizeBytes
      try environment.growMap()
      #expect(try environment.information.mapSizeBytes == 2 * size)
      try environment.growMap(toAtLeast: 10_000_001)
      let grown = try environment.information.mapSizeBytes
      #expect(grown >= 10_000_001 && grown % 65_536 == 0)
      var transaction = try environment.makeWriteTransaction()
      try transaction.put([UInt8](repeating: 1, count: 5_000_000).span, for: bytes("large").span, in: environment.b)
      try transaction.commit()
      #expect(try environment.makeReadTransaction().entryCount(of: environment.b) == before + 1)
    }
  }

  @Test func `the pages of a dropped transaction are there for the next`() async throws {
    try await withEnvironment(Self.smallMap) { environment in
      for _ in 0..<20 {
        var transaction = try environment.makeWriteTransaction()
        try transaction.put([UInt8](repeating: 1, count: 500_000).span, for: bytes("large").span, in: environment.b)
      }
      #expect(try environment.information.fileBytes < 1 << 20)
    }
  }

  @Test func `the map does not move under a reader, and moves once the reader is gone`() async throws {
    try await withEnvironment(Self.smallMap) { environment in
      try environment.put("k", "v")
      let size = try environment.information.mapSizeBytes
      do {
        let reader = try environment.makeReadTransaction()
        try reader.withValue(for: bytes("k").span, in: environment.a) { value in
          #expect(status { try environment.growMap(timeout: .milliseconds(50)) } == .timedOut)
          #expect(text(value) == "v")
        }
        // The attempt did not leave the gate closed.
        #expect(try environment.get("k") == "v")
      }
      try environment.growMap(timeout: .milliseconds(50))
      #expect(try environment.information.mapSizeBytes == 2 * size)
      #expect(try environment.get("k") == "v")
    }
  }

  @Test func `whoever begins while the map waits for a reader waits too`() async throws {
    try await withEnvironment(Self.smallMap) { environment in
      try environment.put("k", "v")
      let size = try environment.information.mapSizeBytes
      let (grower, reader) = (try DedicatedThread(name: "grower"), try DedicatedThread(name: "reader"))
      let box = TransactionBox(try environment.makeReadTransaction())
      grower.enqueue { #expect(status { try environment.growMap(timeout: .seconds(30)) } == nil) }
      // Transactions come and go until the gate closes; the first to find it closed comes back to the grown map.
      let value = Mutex<String?>(nil)
      reader.enqueue {
        let failure = status {
          while try environment.information.mapSizeBytes == size {}
          let read = try environment.get("k")
          value.withLock { $0 = read }
        }
        #expect(failure == nil)
      }
      #expect(value.withLock { $0 } == nil)
      _ = box.take()
      grower.stop()
      reader.stop()
      #expect(value.withLock { $0 } == "v")
    }
  }

  @Test func `readers and writers go on while the map moves again and again`() async throws {
    try await withEnvironment(Self.smallMap) { environment in
      try environment.put("k", "0")
      let isOver = Flag()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<3 {
          group.addTask {
            while !isOver.isSet {
              try environment.makeReadTransaction().withCursor(on: environment.a) { (cursor: inout Cursor) throws in
                while try cursor.next() { #expect(cursor.value.count > 0) }
              }
              await Task.yield()
            }
          }
        }
        group.addTask {
          for number in 1...300 { try environment.put("k\(number % 50)", "\(number)") }
        }
        group.addTask {
          defer { isOver.set() }
          for _ in 0..<12 { try environment.growMap(timeout: .seconds(30)) }
        }
        try await group.waitForAll()
      }
      #expect(try environment.information.mapSizeBytes == 1 << 32)
    }
  }

  @Test func `a map that another process made larger is followed`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    let environment = try makeEnvironment(path, Self.smallMap)
    try environment.put("k", "v")
    func growElsewhere(_ key: String, mebibytes: Int) async {
      await #expect(processExitsWith: .success) { [path = path as String, key = key as String, mebibytes = mebibytes as Int] in
        let environment = try Environment.open(at: path, tables: tableNames, options: .init(mapSizeBytes: (mebibytes + 8) << 20))
        var transaction = try environment.makeWriteTransaction()
        try transaction.put([UInt8](repeating: 7, count: mebibytes << 20).span, for: bytes(key).span, in: environment.b)
        try transaction.commit()
      }
    }
    await growElsewhere("first", mebibytes: 4)
    #expect(try environment.makeReadTransaction().withValue(for: bytes("first").span, in: environment.b) { $0[4 << 20 - 1] } == 7)
    #expect(try environment.information.mapSizeBytes >= 4 << 20)

    await growElsewhere("second", mebibytes: 16)
    // A writer follows too.
    try environment.put("k", "w")
    #expect(try environment.get("k") == "w")
    #expect(try environment.makeReadTransaction().contains(bytes("second").span, in: environment.b))
    environment.close()
  }

  @Test func `a map that another process made larger is not followed while a reader is open here`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    let environment = try makeEnvironment(path, Self.smallMap)
    try environment.put("k", "v")
    let reader = TransactionBox(try environment.makeReadTransaction())
    await #expect(processExitsWith: .success) { [path = path as String] in
      let environment = try Environment.open(at: path, tables: tableNames)
      var transaction = try environment.makeWriteTransaction()
      try transaction.put([UInt8](repeating: 7, count: 4 << 20).span, for: bytes("large").span, in: environment.b)
      try transaction.commit()
    }
    let waiting = Task.detached { try environment.makeReadTransaction().contains(bytes("large").span, in: environment.b) }
    #expect(try reader.take()?.get("k") == "v")
    #expect(try await waiting.value)
    environment.close()
  }
}
