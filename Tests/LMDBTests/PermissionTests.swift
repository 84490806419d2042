import LMDB
import Testing

struct PermissionTests {
  @Test(arguments: [true, false])
  func `a directory that may not be written to is refused with the reason`(isReadOnly: Bool) async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    try makeEnvironment(path, .init(fileMode: 0o644)).close()
    try FileSystem.removeFile(at: path + "/lock.mdb")
    try #require(Posix.setMode(0o555, of: path))
    defer { _ = Posix.setMode(0o755, of: path) }
    await #expect(processExitsWith: .success) { [path = path as String, isReadOnly = isReadOnly as Bool] in
      try #require(Posix.becomeNobody())
      let error = #expect(throws: LMDBError.self) {
        _ = try Environment.open(at: path, tables: [], options: .init(isReadOnly: isReadOnly))
      }
      #expect(error?.status == .permissionDenied)
      #expect(error?.message.contains("lock.mdb") == true)
      #expect(status { try Environment.create(at: path + "/new", tables: []) { _, _ in } } == .permissionDenied)
    }
  }

  @Test func `files and the directory are for their owner alone`() throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("e")
    try makeEnvironment(path).close()
    for (file, mode) in [(path, 0o700), (path + "/data.mdb", 0o600), (path + "/lock.mdb", 0o600)] as [(String, UInt32)] {
      #expect(Posix.mode(of: file) == mode)
    }
  }

  @Test func `file systems of the network and of user space are not suitable`() throws {
    for magic in [0x6969, 0xFF53_4D42, 0xFE53_4D42, 0x6573_5546, 0x0102_1997] as [UInt64] {
      #expect(!FileSystemKind(magic: magic).isSuitable)
    }
    // ext4, xfs, tmpfs, overlay
    for magic in [0xEF53, 0x5846_5342, 0x0102_1994, 0x794C_7630] as [UInt64] {
      #expect(FileSystemKind(magic: magic).isSuitable)
    }
    #expect(try FileSystem.kind(at: "/tmp").isSuitable)
    #expect(status { _ = try FileSystem.kind(at: "/no such directory") } == .noSuchFile)
  }
}
