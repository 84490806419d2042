import LMDB
import Testing

struct OpeningTests {
  @Test func `what was committed is there after the environment was closed and opened again`() throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    let first = try makeEnvironment(path)
    try first.put("k", "v")
    first.close()
    let second = try Environment.open(at: path, tables: tableNames)
    #expect(try second.get("k") == "v")
  }

  @Test func `a directory without a data file is refused and left as it is`() throws {
    let directory = try TemporaryDirectory()
    #expect(status { _ = try Environment.open(at: directory.path, tables: []) } == .noSuchFile)
    #expect(status { _ = try Environment.open(at: directory.appending("missing"), tables: []) } == .noSuchFile)
    #expect(try FileSystem.contents(ofDirectory: directory.path).isEmpty)
  }

  @Test(arguments: [1, 151, 152, 4096, 8192, 100_000])
  func `a file that is not LMDB's is refused and left as it is`(byteCount: Int) throws {
    let directory = try TemporaryDirectory()
    try FileSystem.writeFile(at: directory.appending("data.mdb"), [UInt8](repeating: 0x41, count: byteCount).span)
    #expect(status { _ = try Environment.open(at: directory.path, tables: []) } == .invalid)
    #expect(try FileSystem.contents(ofDirectory: directory.path) == ["data.mdb"])
    #expect(try FileSystem.byteCount(of: directory.appending("data.mdb")) == byteCount)
  }

  @Test func `an empty data file is refused, not made an environment of`() throws {
    let directory = try TemporaryDirectory()
    try FileSystem.writeFile(at: directory.appending("data.mdb"), bytes("").span)
    #expect(status { _ = try Environment.open(at: directory.path, tables: []) } == .invalid)
    #expect(try FileSystem.byteCount(of: directory.appending("data.mdb")) == 0)
  }

  @Test func `a directory in the data file's place is refused`() throws {
    let directory = try TemporaryDirectory()
    try FileSystem.createDirectory(at: directory.appending("data.mdb"))
    #expect(status { _ = try Environment.open(at: directory.path, tables: []) } == .invalid)
  }

  @Test func `a second open of the same file is refused under any name`() throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    let environment = try makeEnvironment(path)
    let alias = directory.appending("alias")
    try #require(Posix.symlink(path, at: alias))
    for name in [path, path + "/", directory.path + "/./e", alias] {
      #expect(status { _ = try Environment.open(at: name, tables: []) } == .alreadyOpen)
    }
    // The refusals did not disturb the first.
    try environment.put("k", "v")
    #expect(try environment.get("k") == "v")
    environment.close()
    let aliased = try Environment.open(at: alias, tables: tableNames)
    #expect(try aliased.get("k") == "v")
  }

  @Test func `an environment that nobody holds any more is closed`() throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    do { _ = try makeEnvironment(path) }
    do {
      let environment = try Environment.open(at: path, tables: tableNames)
      try environment.put("k", "v")
    }
    #expect(try Environment.open(at: path, tables: tableNames).get("k") == "v")
  }

  @Test func `missing tables are created, but not in a read-only environment`() throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    try Environment.create(at: path, tables: ["a"]) { _, _ in }
    let readOnly = EnvironmentOptions(isReadOnly: true)
    #expect(status { _ = try Environment.open(at: path, tables: ["a", "c"], options: readOnly) } == .notFound)
    try Environment.open(at: path, tables: ["a", "c"]).close()
    let environment = try Environment.open(at: path, tables: ["a", "c"], options: readOnly)
    #expect(try environment.table("c").name == "c")
    #expect(status { _ = try environment.table("d") } == .notFound)
  }

  @Test func `a table's name has 1 to 511 bytes and no NUL`() throws {
    let directory = try TemporaryDirectory()
    let longest = String(repeating: "n", count: 511)
    for name in ["", longest + "n", "a\0b"] {
      #expect(status { try Environment.create(at: directory.appending("x"), tables: [name]) { _, _ in } } == .badValueSize)
    }
    try Environment.create(at: directory.appending("y"), tables: [longest]) { _, _ in }
  }

  @Test func `a read-only environment reads and refuses to write`() throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    let writer = try makeEnvironment(path)
    try writer.put("k", "v")
    writer.close()
    let environment = try Environment.open(at: path, tables: tableNames, options: .init(isReadOnly: true))
    #expect(try environment.get("k") == "v")
    #expect(status { _ = try environment.makeWriteTransaction() } == .permissionDenied)
    try environment.sync()
  }

  @Test(arguments: [0, -1])
  func `a map without bytes and a table of readers without slots are refused`(number: Int) throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    try makeEnvironment(path).close()
    #expect(status { _ = try Environment.open(at: path, tables: [], options: .init(mapSizeBytes: number)) } == .invalidArgument)
    #expect(status { _ = try Environment.open(at: path, tables: [], options: .init(maximumReaders: number)) } == .invalidArgument)
    _ = try Environment.open(at: path, tables: [], options: .init(mapSizeBytes: 1, maximumReaders: 1))
  }

  @Test func `the map is never smaller than the data`() throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    let first = try makeEnvironment(path)
    var transaction = try first.makeWriteTransaction()
    try transaction.put([UInt8](repeating: 1, count: 3_000_000).span, for: bytes("k").span, in: first.a)
    try transaction.commit()
    first.close()
    let second = try Environment.open(at: path, tables: tableNames, options: .init(mapSizeBytes: 65_536))
    #expect(try second.information.mapSizeBytes >= 3_000_000)
    #expect(try second.makeReadTransaction().withValue(for: bytes("k").span, in: second.a) { $0.count } == 3_000_000)
  }

  @Test func `a process with little address space gets a smaller map`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    try makeEnvironment(path).close()
    await #expect(processExitsWith: .success) { [path = path as String] in
      let gibibyte = 1 << 30
      Posix.limitAddressSpace(bytes: 8 * gibibyte)
      let environment = try Environment.open(at: path, tables: tableNames)
      let size = try environment.information.mapSizeBytes
      try #require(size <= 4 * gibibyte && size >= gibibyte)
      try environment.put("k", "v")
      // A map that cannot be had leaves everything as it was.
      #expect(status { try environment.growMap(toAtLeast: 64 * gibibyte) } == .outOfMemory)
      #expect(try environment.get("k") == "v")
      #expect(try environment.information.mapSizeBytes == size)
    }
  }

  @Test func `an error names the path, the state and the remedy in one sentence`() throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    let environment = try makeEnvironment(path)
    let error = #expect(throws: LMDBError.self) { _ = try Environment.open(at: path, tables: []) }
    #expect(
      error?.message
        == "cannot open the environment at \(path): this process has it open as \(path); share the one open environment, or close it first")
    environment.close()
  }

  @Test func `the library that is linked is one of the 0.9 line`() {
    #expect(LMDBLibrary.version.major == 0 && LMDBLibrary.version.minor == 9)
  }
}
