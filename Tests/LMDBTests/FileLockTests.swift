import Foundation
import LMDB
import Testing

@Suite struct FileLockTests {
  private let path = FileManager.default.temporaryDirectory.appendingPathComponent("isdb-lock-\(UUID().uuidString)").path

  private func withLockFile(_ body: () throws -> Void) throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body()
  }

  @Test func `a lock has one holder, who is named in the file, and is free once it is let go of`() throws {
    try withLockFile { () throws in
      var lock = try FileLock.take(at: path)
      #expect(lock != nil)
      #expect(try FileLock.take(at: path) == nil)
      #expect(FileLock.lastHolder(at: path) == ProcessInfo.processInfo.processIdentifier)
      lock = nil
      lock = try FileLock.take(at: path)
      #expect(lock != nil)
    }
  }

  @Test func `a symbolic link is not followed and a missing directory is an error`() throws {
    try withLockFile { () throws in
      try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/tmp")
      #expect(throws: LMDBError.self) { try FileLock.take(at: path) }
      #expect(throws: LMDBError.self) { try FileLock.take(at: path + "/missing/keeper") }
      #expect(FileLock.lastHolder(at: path + "x") == nil)
    }
  }
}
