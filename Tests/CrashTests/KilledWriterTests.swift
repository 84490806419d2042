import Foundation
import MVCC
import TestSupport
import Testing

/// Writers that are killed at a random moment, again and again on one store: nothing that was acknowledged may be missing, and nothing may be broken.
@Suite(.serialized) struct KilledWriterTests {
  /// Kills in one run of the suite; `ISDB_KILLS` asks for more.
  private static let kills = Int(ProcessInfo.processInfo.environment["ISDB_KILLS"] ?? "") ?? 60

  @Test func `a writer killed at any moment loses nothing that it acknowledged`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("store")
    let acknowledgements = directory.appending("acknowledged")
    var random = SeededGenerator(seed: 7)
    for round in 0..<Self.kills {
      let microseconds = UInt32.random(in: 500...40_000, using: &random)
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [path = path as String, acknowledgements = acknowledgements as String, round = round as Int, microseconds = microseconds as UInt32]
        in
        let store = try RevisionStore.open(at: path)
        let file = try AcknowledgementFile(acknowledgements)
        Thread.detachNewThread {
          usleep(microseconds)
          kill(getpid(), SIGKILL)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
          for writer in 0..<4 {
            group.addTask {
              for number in 0... {
                let key = "\(round)/\(writer)/\(number)"
                let commit = try await store.write { view in
                  try view.put(bytes(key), bytes("value of \(key)"))
                  try view.put(bytes("newest/\(writer)"), bytes(key))
                }
                try file.add("\(commit.revision) \(key)")
              }
            }
          }
          group.addTask {
            while true {
              let revision = try store.revision()
              if revision > 40 { _ = try? await store.compact(to: revision - 30) }
              try await Task.sleep(for: .milliseconds(3))
            }
          }
          try await group.waitForAll()
        }
      }
    }
    let lines = (try? String(contentsOfFile: acknowledgements, encoding: .utf8))?.split(separator: "\n") ?? []
    #expect(lines.count > Self.kills, "the writers hardly wrote")
    try await withStore(at: path) { store in
      for line in lines {
        let parts = line.split(separator: " ")
        let found = try store.read { try $0.get(bytes(String(parts[1]))) }
        #expect(found?.value == bytes("value of \(parts[1])"))
        #expect(found?.modRevision.description == String(parts[0]))
      }
    }
  }

  @Test func `a process killed while it creates a store leaves a store or nothing`() async throws {
    let directory = try TemporaryDirectory()
    var random = SeededGenerator(seed: 11)
    for round in 0..<20 {
      let path = directory.appending("store\(round)")
      let microseconds = UInt32.random(in: 0...6_000, using: &random)
      await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, microseconds = microseconds as UInt32] in
        Thread.detachNewThread {
          usleep(microseconds)
          kill(getpid(), SIGKILL)
        }
        let store = try RevisionStore.open(at: path)
        for number in 0... { try await store.write { try $0.put(bytes("\(number)"), []) } }
      }
      try await withStore(at: path) { store in try await store.write { try $0.put(bytes("after"), bytes("1")) } }
    }
  }

  @Test func `a backup or restore killed half-way leaves no file under its final name`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("store")
    try await withStore(at: path) { store in
      for round in 0..<40 {
        try await store.write { writer in
          for number in 0..<200 { try writer.put(bytes("\(number)"), [UInt8](repeating: UInt8(round), count: 600)) }
        }
      }
    }
    var random = SeededGenerator(seed: 13)
    for round in 0..<10 {
      let file = directory.appending("\(round).backup")
      let restored = directory.appending("restored\(round)")
      let microseconds = UInt32.random(in: 1_000...300_000, using: &random)
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [path = path as String, file = file as String, restored = restored as String, microseconds = microseconds as UInt32] in
        Thread.detachNewThread {
          usleep(microseconds)
          kill(getpid(), SIGKILL)
        }
        let store = try RevisionStore.open(at: path)
        _ = try await store.backup(to: file)
        _ = try RevisionStore.restore(from: file, to: restored)
        try await Task.sleep(for: .seconds(60))
      }
      if FileManager.default.fileExists(atPath: file) { #expect(try RevisionStore.verifyBackup(at: file).revision == 41) }
      if FileManager.default.fileExists(atPath: restored) {
        let revision = try await withStore(at: restored) { try $0.revision() }
        #expect(revision == 41)
      }
    }
    try await withStore(at: path) { store in try await store.write { try $0.put(bytes("after"), bytes("1")) } }
  }
}

/// Lines that survive the death of the process that adds them.
final class AcknowledgementFile: Sendable {
  private let file: FileHandle

  init(_ path: String) throws {
    if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(fileURLWithPath: path)) }
    file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.seekToEnd()
  }

  /// One write call a line, so that a line is there whole or not at all.
  func add(_ line: String) throws { try file.write(contentsOf: Data("\(line)\n".utf8)) }
}
