import LMDB
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

struct CreationTests {
  struct Refusal: Error {}

  @Test func `what the first transaction wrote is there`() throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    try Environment.create(at: path, tables: tableNames) { environment, transaction in
      try transaction.put(bytes("v").span, for: bytes("k").span, in: environment.table("a"))
      try transaction.put(bytes("state").span, for: bytes("s").span, in: environment.mainTable)
    }
    let environment = try Environment.open(at: path, tables: tableNames)
    #expect(try environment.get("k") == "v")
    #expect(try environment.makeReadTransaction().withValue(for: bytes("s").span, in: environment.mainTable) { text($0) } == "state")
    #expect(try FileSystem.contents(ofDirectory: directory.path) == ["e"])
  }

  @Test(arguments: [false, true])
  func `a first transaction that fails leaves nothing`(isInPlace: Bool) throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    if isInPlace { try FileSystem.createDirectory(at: path) }
    #expect(throws: Refusal.self) { try Environment.create(at: path, tables: tableNames) { _, _ in throw Refusal() } }
    #expect(FileSystem.exists(path) == isInPlace)
    if isInPlace { #expect(try FileSystem.contents(ofDirectory: path).isEmpty) }
    #expect(try FileSystem.contents(ofDirectory: directory.path).count == (isInPlace ? 1 : 0))
    // And is no obstacle.
    try makeEnvironment(path).close()
  }

  @Test func `an environment is not created over another`() throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    let environment = try makeEnvironment(path)
    try environment.put("k", "v")
    #expect(status { try Environment.create(at: path, tables: []) { _, _ in } } == .exists)
    #expect(try environment.get("k") == "v")
  }

  @Test func `a directory with anything in it, and a file, are not replaced`() throws {
    let directory = try TemporaryDirectory()
    let full = directory.appending("full")
    try FileSystem.createDirectory(at: full)
    try FileSystem.writeFile(at: full + "/notes", bytes("mine").span)
    #expect(status { try Environment.create(at: full, tables: []) { _, _ in } } == .exists)
    #expect(try FileSystem.contents(ofDirectory: full) == ["notes"])
    #expect(status { try Environment.create(at: full + "/notes", tables: []) { _, _ in } } == .notDirectory)
    #expect(try FileSystem.byteCount(of: full + "/notes") == 4)
  }

  @Test func `an empty directory is used and keeps its owner, mode and identity`() throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    try FileSystem.createDirectory(at: path, mode: 0o750)
    // What is in the root of a new ext4 file system.
    try FileSystem.createDirectory(at: path + "/lost+found")
    let inode = try #require(Posix.inode(of: path))
    let environment = try makeEnvironment(path)
    #expect(Posix.inode(of: path) == inode && Posix.mode(of: path) == 0o750)
    try environment.put("k", "v")
    environment.close()
    #expect(try FileSystem.contents(ofDirectory: path).sorted() == ["data.mdb", "lock.mdb", "lost+found"])
  }

  @Test(arguments: [false, true])
  func `of many creators exactly one wins`(isInPlace: Bool) async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    if isInPlace { try FileSystem.createDirectory(at: path) }
    let outcomes = await withTaskGroup(of: LMDBStatus?.self) { group in
      for number in 0..<8 {
        group.addTask {
          status {
            try Environment.create(at: path, tables: tableNames) { environment, transaction in
              try transaction.put(bytes("\(number)").span, for: bytes("creator").span, in: environment.table("a"))
            }
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.filter { $0 == nil }.count == 1)
    #expect(outcomes.allSatisfy { $0 == nil || $0 == .exists })
    let environment = try Environment.open(at: path, tables: tableNames)
    #expect(try environment.get("creator") != nil)
    #expect(try FileSystem.contents(ofDirectory: directory.path) == ["e"])
  }

  @Test func `a creator that is killed leaves nothing at the path`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      try Environment.create(at: path, tables: tableNames) { _, _ in _ = kill(getpid(), SIGKILL) }
    }
    #expect(!FileSystem.exists(path))
    #expect(try FileSystem.contents(ofDirectory: directory.path).count == 1)
    try makeEnvironment(path).close()
  }

  @Test func `what killed creators left is removed once it is old, unless it is in use`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    let names = ["e.new-old", "e.new-young", "e.new-inuse", "e.new-file", "other.new-old"]
    for name in names where name != "e.new-file" { try makeEnvironment(directory.appending(name)).close() }
    try FileSystem.writeFile(at: directory.appending("e.new-file"), bytes("").span)
    let used = try Environment.open(at: directory.appending("e.new-inuse"), tables: [])
    for name in names where name != "e.new-young" { Posix.setModificationTime(of: directory.appending(name), secondsAgo: 7200) }
    try makeEnvironment(path).close()
    #expect(
      try FileSystem.contents(ofDirectory: directory.path).sorted()
        == ["e", "e.new-file", "e.new-inuse", "e.new-young", "other.new-old"])
    _ = try used.makeReadTransaction()
  }
}
