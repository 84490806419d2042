import LMDB
import Testing

struct DamageTests {
  // Every cut that loses a page which the newest commit uses.
  @Test(arguments: [1, 2, 10, 100])
  func `a file that lost its end is refused instead of stopping the program later`(pages: Int) throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    let environment = try makeEnvironment(path)
    for number in 0..<300 { try environment.put("k\(number)", String(repeating: "v", count: 1500)) }
    let information = try environment.information
    environment.close()
    let byteCount = information.usedBytes - pages * information.pageSizeBytes
    try #require(Posix.truncate(path + "/data.mdb", to: byteCount))
    let error = #expect(throws: LMDBError.self) { _ = try Environment.open(at: path, tables: tableNames) }
    #expect(error?.status == .truncated)
    #expect(error?.message.contains("\(byteCount) bytes") == true)
    #expect(status { _ = try Environment.open(at: path, tables: tableNames, options: .init(isReadOnly: true)) } == .truncated)
    #expect(try FileSystem.byteCount(of: path + "/data.mdb") == byteCount)
  }

  @Test(arguments: [1, 4096, 4097, 8191])
  func `a file without its two roots is refused`(byteCount: Int) throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    try makeEnvironment(path).close()
    try #require(Posix.truncate(path + "/data.mdb", to: byteCount))
    #expect([.invalid, .truncated].contains(status { _ = try Environment.open(at: path, tables: tableNames) }))
  }

  // The version, the page size and the last page of both roots.
  @Test(
    arguments: [(20, [9, 0, 0, 0]), (40, [0, 0, 0, 0]), (40, [1, 16, 0, 0]), (136, [255, 255, 255, 255, 255, 255, 255, 255])]
      as [(Int, [UInt8])])
  func `a root with impossible numbers is refused`(offset: Int, bytes: [UInt8]) throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    try makeEnvironment(path).close()
    for page in [0, 4096] { try #require(Posix.overwrite(path + "/data.mdb", at: page + offset, with: bytes)) }
    let expected: LMDBStatus = offset == 20 ? .versionMismatch : .invalid
    #expect(status { _ = try Environment.open(at: path, tables: tableNames) } == expected)
  }

  @Test func `a lock file of another version is refused, or made anew when nobody uses it`() throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    try makeEnvironment(path).close()
    try #require(Posix.overwrite(path + "/lock.mdb", at: 0, with: [1, 2, 3, 4]))
    try Environment.open(at: path, tables: tableNames).close()
    try FileSystem.removeFile(at: path + "/lock.mdb")
    try Environment.open(at: path, tables: tableNames).close()
  }

  // A transaction that takes pages at the file's end and frees them again leaves a file that is shorter than its last page.
  @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
  func `a whole file is never taken for one that lost its end`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    var environment = try makeEnvironment(path)
    var shortFiles = 0
    for round in 0..<60 {
      var transaction = try environment.makeWriteTransaction()
      for _ in 0..<Int.random(in: 1...20, using: &random) {
        let key = bytes("k\(Int.random(in: 0..<30, using: &random))")
        if Bool.random(using: &random) {
          let value = [UInt8](repeating: 1, count: Int.random(in: 0...100_000, using: &random))
          try transaction.put(value.span, for: key.span, in: environment.a)
        } else {
          _ = try transaction.delete(key.span, in: environment.a)
        }
      }
      // Pages that are taken and freed in one transaction.
      let large = [UInt8](repeating: 2, count: Int.random(in: 0...2_000_000, using: &random))
      try transaction.put(large.span, for: bytes("large").span, in: environment.a)
      if round % 2 == 0 { _ = try transaction.delete(bytes("large").span, in: environment.a) }
      try transaction.commit()
      let information = try environment.information
      if information.fileBytes < information.usedBytes { shortFiles += 1 }
      environment.close()
      environment = try Environment.open(at: path, tables: tableNames)
    }
    #expect(shortFiles > 0, "seed \(seed) made no short file, so it tested nothing")
    environment.close()
  }

  @Test func `a full device refuses the commit and the environment goes on`() async throws {
    let directory = try TemporaryDirectory()
    await #expect(processExitsWith: .success) { [path = directory.appending("e") as String] in
      let environment = try makeEnvironment(path)
      try environment.put("k", "v")
      Posix.limitFileSize(bytes: 2 << 20)
      // EFBIG stands in for ENOSPC: both come from the same write.
      #expect(status { try environment.fill() } != nil)
      #expect(try environment.get("k") == "v")
      try environment.put("k", "w")
      #expect(try environment.get("k") == "w")
    }
  }
}
