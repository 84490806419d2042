import Foundation
import LMDB
import TestSupport
import Testing

@testable import MVCC

/// What opening refuses, and that a refusal leaves what it found as it was.
@Suite struct OpeningTests {
  private func code(_ path: String, _ configuration: StoreConfiguration = StoreConfiguration()) -> StoreError.Code? {
    storeError { try RevisionStore.open(at: path, configuration: configuration).close() }?.code
  }

  @Test func `a missing directory and an empty one become a store`() throws {
    let directory = try TemporaryDirectory()
    #expect(code(directory.appending("new")) == nil)
    #expect(code(directory.appending("new")) == nil)
    let empty = directory.appending("empty")
    try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: false)
    #expect(code(empty) == nil)
  }

  @Test func `nothing is created when only reading is meant`() throws {
    let directory = try TemporaryDirectory()
    var configuration = StoreConfiguration()
    configuration.createsIfMissing = false
    #expect(code(directory.appending("none"), configuration) == .notFound)
    #expect(code(directory.path, configuration) == .notAStore)
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
  }

  @Test func `a directory with other files is not a store and stays as it is`() throws {
    let directory = try TemporaryDirectory()
    try Data("text".utf8).write(to: URL(fileURLWithPath: directory.appending("notes.txt")))
    let refusal = storeError { try RevisionStore.open(at: directory.path) }
    #expect(refusal?.code == .notAStore)
    #expect(refusal?.message.contains(directory.path) == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["notes.txt"])
  }

  @Test func `a data file that is not LMDB's, or cut off, is refused`() throws {
    let directory = try TemporaryDirectory()
    try Data(repeating: 0x41, count: 20_000).write(to: URL(fileURLWithPath: directory.appending("data.mdb")))
    #expect(code(directory.path) == .notAStore)
    let whole = directory.appending("store")
    try RevisionStore.open(at: whole).close()
    let file = URL(fileURLWithPath: "\(whole)/data.mdb")
    try Data(contentsOf: file).prefix(9000).write(to: file)
    #expect(code(whole) == .corrupt)
  }

  @Test func `an LMDB environment of something else is not a store`() throws {
    let directory = try TemporaryDirectory()
    try Environment.create(at: directory.appending("other"), tables: ["theirs"]) { _, _ in }
    #expect(code(directory.appending("other")) == .notAStore)
  }

  @Test func `a store of a newer format is refused with what to do`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("store")
    try RevisionStore.open(at: path).close()
    let environment = try Environment.open(at: path, tables: Schema.tableNames)
    var transaction = try environment.makeWriteTransaction()
    var record = StateRecord(store: .random(), instance: .random(), lineage: .random()).encode()
    record[1] = UInt8(Schema.formatVersion + 1)
    let key = Schema.stateKey
    try transaction.put(record.span, for: key.span, in: environment.mainTable)
    try transaction.commit()
    environment.close()
    let refusal = storeError { try RevisionStore.open(at: path) }
    #expect(refusal?.code == .newerFormat)
    #expect(refusal?.message == "the store has format 2 and this version reads formats up to 1; install a newer version")
  }

  @Test func `a second open in one process is refused, also under another name`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("store")
    try await withStore(at: path) { store in
      try FileManager.default.createSymbolicLink(atPath: directory.appending("alias"), withDestinationPath: path)
      #expect(code(path) == .inUse)
      #expect(code(directory.appending("alias")) == .inUse)
      try await store.write { try $0.put(bytes("a"), bytes("1")) }
    }
    #expect(code(path) == nil)
  }

  @Test func `a store that is open for reading refuses writes and answers reads`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("store")
    try await withStore(at: path) { store in try await store.write { try $0.put(bytes("a"), bytes("1")) } }
    var configuration = StoreConfiguration()
    configuration.isReadOnly = true
    let store = try RevisionStore.open(at: path, configuration: configuration)
    defer { store.close() }
    #expect(try store.read { try $0.get(bytes("a"))?.value } == bytes("1"))
    #expect(await awaitedError { try await store.write { try $0.put(bytes("a"), bytes("2")) } }?.code == .permissionDenied)
    #expect(await awaitedError { try await store.setConsumer("x", to: 2) }?.code == .permissionDenied)
    #expect(await awaitedError { try await store.compact(to: 2) }?.code == .permissionDenied)
  }

  @Test func `a flipped bit in a record is noticed, by the read and by the check`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("store")
    let store = try RevisionStore.open(at: path)
    try await store.write { try $0.put(bytes("key"), bytes("a value to be found in the file")) }
    store.close()
    let file = URL(fileURLWithPath: "\(path)/data.mdb")
    var content = try Data(contentsOf: file)
    while let range = content.range(of: Data("value to be found".utf8)) { content[range.lowerBound] ^= 1 }
    try content.write(to: file)
    let damaged = try RevisionStore.open(at: path)
    defer { damaged.close() }
    #expect(storeError { try damaged.read { try $0.get(bytes("key")) } }?.code == .corrupt)
    let findings = try damaged.check().findings
    #expect(findings.contains { $0.contains("\"key\" fails its checksum") })
  }

  @Test func `a full disk refuses the write, keeps what was there, and goes on once there is room`() async throws {
    let directory = try TemporaryDirectory()
    let mount = directory.appending("small")
    try FileManager.default.createDirectory(atPath: mount, withIntermediateDirectories: false)
    try #require(Self.run("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", mount), "mounting a small file system needs root")
    defer { _ = Self.run("umount", mount) }
    let store = try RevisionStore.open(at: "\(mount)/store")
    defer { store.close() }
    let incompressible = { (0..<100_000).map { _ in UInt8.random(in: .min ... .max) } }
    var refusal: StoreError?
    var written = 0
    while refusal == nil, written < 100 {
      let (key, value) = (bytes("k\(written)"), incompressible())
      refusal = await awaitedError { try await store.write { try $0.put(key, value) } }
      if refusal == nil { written += 1 }
    }
    #expect(refusal?.code == .noSpace && written > 2)
    #expect(try store.read { try $0.count(.all) } == written)
    #expect(try store.check().isConsistent)
    try #require(Self.run("mount", "-o", "remount,size=12m", mount))
    try await store.write { try $0.put(bytes("after"), bytes("1")) }
    #expect(try store.check().isConsistent)
  }

  private static func run(_ arguments: String...) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
