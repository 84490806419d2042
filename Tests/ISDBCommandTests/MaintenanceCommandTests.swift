import Foundation
import TestSupport
import Testing

@testable import MVCC

struct MaintenanceCommandTests {
  private let directory: TemporaryDirectory
  private let isdb: Command

  init() throws {
    directory = try TemporaryDirectory()
    isdb = Command(store: directory.appending("store"))
  }

  @Test func `info tells size and state`() async throws {
    _ = try await isdb("kv", "put", "k", "v")
    let information = try #require(try await isdb("info", "-o", "json").json)
    #expect(information["revision"] as? Int == 2)
    #expect(information["oldestRevision"] as? Int == 1)
    #expect(information["keyCount"] as? Int == 1)
    #expect(information["path"] as? String == isdb.store)
    let lines = try await isdb("info").lines
    #expect(lines.first == "Path:              \(directory.appending("store"))")
    #expect(lines.contains("Revision:          2"))
  }

  @Test func `a whole store passes its check and a damaged one does not`() async throws {
    for number in 0..<20 { _ = try await isdb("kv", "put", "key-\(number)", "a value that can be found in the file \(number)") }
    let whole = try await isdb("check")
    #expect(whole.status == 0)
    #expect(whole.output == "checked 20 keys, 0 older versions and 20 log rows at revision 21: no fault found\n")

    let file = URL(fileURLWithPath: directory.appending("store/data.mdb"))
    var data = try Data(contentsOf: file)
    let needle = Data("found in the file".utf8)
    while let range = data.range(of: needle) { data.replaceSubrange(range, with: Data("f0und in the file".utf8)) }
    try data.write(to: file)
    let damaged = try await isdb("check", "-o", "json")
    #expect(damaged.status == 65)
    #expect(damaged.json?["isConsistent"] as? Bool == false)
    #expect(damaged.error.contains("is damaged; restore it from a backup"))
    try await isdb.refuses("kv", "get", "key-1", status: 65, saying: "checksum")
  }

  @Test func `compaction drops old revisions and doing it again is no mistake`() async throws {
    for value in ["one", "two", "three"] { _ = try await isdb("kv", "put", "k", value) }
    #expect(try await isdb("compact", "3").output == "compacted; the oldest readable revision is 3\n")
    #expect(try await isdb("compact", "3").output == "nothing to compact; the oldest readable revision is 3\n")
    #expect(try await isdb("compact", "3 days ago").output == "nothing to compact; the oldest readable revision is 3\n")
    #expect(try await isdb("kv", "get", "k", "--at", "3").output == "two")
    try await isdb.refuses("kv", "get", "k", "--at", "2", status: 66, saying: "revision 2 is compacted; the oldest readable revision is 3")
    try await isdb.refuses("kv", "watch", "--after", "1", status: 66, saying: "compacted")
    try await isdb.refuses("compact", "9", status: 66, saying: "revision 9 is in the future")
    try await isdb.refuses("compact", "everything", status: 64, saying: "neither a revision nor a time")
  }

  @Test func `a backup restores into a new directory with the same answers`() async throws {
    for value in ["one", "two"] { _ = try await isdb("kv", "put", "k", value) }
    let file = directory.appending("backup")
    let backup = try await isdb("backup", file)
    #expect(backup.status == 0 && backup.error.isEmpty)
    #expect(backup.output.hasPrefix("backed up revision 3 to \(file) ("))
    try await isdb.refuses("backup", file, status: 73, saying: "already")

    let copy = directory.appending("copy")
    let restored = try await isdb("restore", file, copy, "-o", "json")
    #expect(restored.status == 0)
    #expect(restored.json?["revision"] as? Int == 3)
    #expect(try await Command(store: copy)("kv", "get", "k", "--at", "2").output == "one")
    #expect(try await Command(store: copy)("check").status == 0)
    try await isdb.refuses("restore", file, copy, status: 73, saying: "restore into a new directory")
    try await isdb.refuses("restore", file, status: 73, saying: "restore into a new directory")
    #expect(try await Command(store: directory.appending("third"))("restore", file).status == 0)
  }

  @Test func `what is no backup is not restored`() async throws {
    let target = directory.appending("target")
    try await isdb.refuses("restore", directory.appending("none"), target, status: 66, saying: "no backup at")
    let file = directory.appending("text")
    try Data("not a backup".utf8).write(to: URL(fileURLWithPath: file))
    try await isdb.refuses("restore", file, target, status: 64, saying: "is not a backup")

    _ = try await isdb("kv", "put", "k", "v")
    let backup = directory.appending("backup")
    _ = try await isdb("backup", backup)
    var data = try Data(contentsOf: URL(fileURLWithPath: backup))
    data[data.count / 2] ^= 1
    try data.write(to: URL(fileURLWithPath: backup))
    try await isdb.refuses("restore", backup, target, status: 65, saying: "damaged")
    #expect(!FileManager.default.fileExists(atPath: target))
  }

  @Test func `directories that are no store, or no readable one, are left alone`() async throws {
    let other = directory.appending("other")
    try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
    try Data("x".utf8).write(to: URL(fileURLWithPath: other + "/file"))
    try await isdb.refuses("info", "--store", other, status: 66, saying: "is not a store")
    try await isdb.refuses("kv", "put", "k", "v", "--store", other, status: 66, saying: "holds other files but no store")
    #expect(try FileManager.default.contentsOfDirectory(atPath: other) == ["file"])
    try await isdb.refuses("info", "--store", directory.appending("missing"), status: 66, saying: "there is no store at")
    #expect(!FileManager.default.fileExists(atPath: directory.appending("missing")))

    try Data(repeating: 7, count: 8192).write(to: URL(fileURLWithPath: other + "/data.mdb"))
    let run = try await isdb("info", "--store", other)
    #expect([65, 66].contains(run.status) && run.error.filter(\.isNewline).count == 1, "\(run.error)")
  }

  @Test func `a store of a newer format is refused and left alone`() async throws {
    _ = try await isdb("kv", "put", "k", "v")
    let file = URL(fileURLWithPath: directory.appending("store/data.mdb"))
    var data = try Data(contentsOf: file)
    let key = Data(Schema.stateKey)
    var start = data.startIndex
    while let range = data.range(of: key, in: start..<data.endIndex) {
      // The record begins with its format, in two bytes.
      if data[range.upperBound...].starts(with: [0, UInt8(Schema.formatVersion)]) { data[range.upperBound + 1] += 1 }
      start = range.upperBound
    }
    try data.write(to: file)
    try await isdb.refuses("kv", "get", "k", status: 78, saying: "install a newer version")
    try await isdb.refuses("kv", "put", "k", "w", status: 78, saying: "install a newer version")
    #expect(try Data(contentsOf: file) == data)
  }

  @Test func `a store that cannot be made is refused with what to do`() async throws {
    let none = directory.appending("none/store")
    try await isdb.refuses(
      "kv", "put", "k", "v", "--store", none, status: 66, saying: "there is no directory \(directory.appending("none"))")
    #expect(!FileManager.default.fileExists(atPath: directory.appending("none")))
    try await isdb.refuses("kv", "put", "k", "v", "--store", "/etc/passwd/store", status: 74, saying: "/etc/passwd/store")
    try await isdb.refuses("kv", "put", "k", "v", "--store", "/sys/isdb", status: 74, saying: "/sys/isdb")
  }

  @Test(.enabled(if: geteuid() != 0, "root may write anywhere")) func `a directory that may not be written is refused`() async throws {
    let locked = directory.appending("locked")
    try FileManager.default.createDirectory(atPath: locked, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o555])
    try await isdb.refuses("kv", "put", "k", "v", "--store", locked + "/store", status: 77, saying: locked)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: locked)
  }

  @Test func `writers of several processes wait for one another`() async throws {
    _ = try await isdb("kv", "put", "start", "v")
    try await withThrowingTaskGroup(of: Int32.self) { group in
      for number in 0..<8 { group.addTask { try await isdb("kv", "put", "key-\(number)", "v").status } }
      for try await status in group { #expect(status == 0) }
    }
    #expect(try await isdb("kv", "range", "--count-only").output == "9\n")
    #expect(try await isdb("info", "-o", "json").json?["revision"] as? Int == 10)
    #expect(try await isdb("check").status == 0)
  }
}
