import Foundation
import ImageStreamDB

/// Watch wake-up across processes: this process writes, a child watches and notes when each event arrived.
struct CrossProcess {
  let directory: String
  let count: Int

  private var path: String { "\(directory)/shared" }

  func run() async throws -> Comparison {
    let store = try RevisionStore.open(at: path)
    defer { store.close() }
    let child = Process()
    child.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
    child.arguments = ["--watch", path, "--events", "\(count)"]
    let output = Pipe()
    child.standardOutput = output
    try child.run()
    var lines = LineReader(output.fileHandleForReading)
    _ = lines.next()  // The child watches.
    var ours = Measurement("watch wake-up across processes")
    for _ in 0..<count {
      try await store.write { try $0.put(Array("watched".utf8), []) }
      let begin = nanoseconds()
      if let line = lines.next(), let arrival = UInt64(line) { ours.add(arrival > begin ? arrival - begin : 1) }
    }
    child.waitUntilExit()
    var floor = Measurement("line through a pipe from a child")
    try measurePipe(&floor)
    return Comparison(workload: "watch wake-up after the commit, across processes", ours: ours, floor: floor, goal: "p50 < 60 µs")
  }

  /// What a child answers through the same kind of pipe, without a store in between.
  private func measurePipe(_ floor: inout Measurement) throws {
    let child = Process()
    child.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
    child.arguments = ["--echo"]
    let (input, output) = (Pipe(), Pipe())
    child.standardInput = input
    child.standardOutput = output
    try child.run()
    var lines = LineReader(output.fileHandleForReading)
    for _ in 0..<count {
      let begin = nanoseconds()
      try input.fileHandleForWriting.write(contentsOf: Data("x\n".utf8))
      if let line = lines.next(), let arrival = UInt64(line) { floor.add(arrival > begin ? arrival - begin : 1) }
    }
    try input.fileHandleForWriting.close()
    child.waitUntilExit()
  }

  /// The child that watches.
  static func watch(_ path: String, events: Int) async throws {
    let store = try RevisionStore.open(at: path)
    let stream = try store.watch(.key(Array("watched".utf8)))
    write("ready")
    var seen = 0
    for try await batch in stream {
      for _ in batch.events {
        write("\(nanoseconds())")
        seen += 1
      }
      if seen >= events { break }
    }
    store.close()
  }

  /// The child that answers each line with the time.
  static func echo() {
    while readLine() != nil { write("\(nanoseconds())") }
  }

  private static func write(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }
}

/// Reads lines as they come.
struct LineReader {
  private let file: FileHandle
  private var buffer: [UInt8] = []

  init(_ file: FileHandle) { self.file = file }

  mutating func next() -> String? {
    while true {
      if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
        defer { buffer.removeSubrange(...end) }
        return String(decoding: buffer[..<end], as: UTF8.self)
      }
      let more = file.availableData
      if more.isEmpty { return nil }
      buffer += more
    }
  }
}
