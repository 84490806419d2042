import Foundation
import LMDB
import MVCC
import TestSupport
import Testing

/// Losses of power: what reached the device is whatever was synced, and any part of what was written since.
///
/// A process that writes a store runs with a library before the C library that writes down each of its writes and syncs. From that, directories
/// are made as they could be found after a loss of power at any moment, and opened.
@Suite(.serialized, .enabled(if: TraceLibrary.isExpected, "\(TraceLibrary.notice)")) struct PowerLossTests {
  /// Moments in one run of a test; `ISDB_POWER_LOSSES` asks for more.
  private static let moments = Int(ProcessInfo.processInfo.environment["ISDB_POWER_LOSSES"] ?? "") ?? 60

  /// Small enough that a second sees many checkpoints, and the log begin anew again and again.
  private static var configuration: StoreConfiguration {
    var configuration = StoreConfiguration()
    configuration.logLimits.checkpointBytes = 48 << 10
    configuration.logLimits.capacityBytes = 160 << 10
    configuration.logLimits.maximumBytes = 640 << 10
    configuration.logLimits.pages = 64...256
    return configuration
  }

  @Test func `a loss of power at any moment loses nothing that was acknowledged`() async throws {
    try await lose(seed: 1, writerCount: 1)
  }

  @Test func `nor does it when two processes write in turns, one of which is killed`() async throws {
    try await lose(seed: 2, writerCount: 2)
  }

  private func lose(seed: UInt64, writerCount: Int) async throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("store")
    try await withStore(at: path) { store in try await store.write { try $0.put(bytes("first"), bytes("0")) } }
    let image = try DeviceImage(store: path)
    let library = try await TraceLibrary.build(in: directory)
    let trace = directory.appending("trace")
    // What a process of its own inherits.
    unsafe setenv("LD_PRELOAD", library, 1)
    unsafe setenv("ISDB_TRACE_FILE", trace, 1)
    await withTaskGroup(of: Void.self) { group in
      for writer in 0..<writerCount {
        group.addTask { await Self.write(path, directory.appending("acknowledged"), writer: writer) }
      }
    }
    unsafe unsetenv("LD_PRELOAD")
    unsafe unsetenv("ISDB_TRACE_FILE")
    let records = try DeviceTrace.read(trace)
    #expect(records.count > 1000, "the writers hardly wrote")
    var random = SeededGenerator(seed: seed)
    let cuts = (0..<Self.moments).map { _ in Int.random(in: 0...records.count, using: &random) }.sorted()
    var device = Device(image, records)
    for (number, cut) in cuts.enumerated() {
      device.advance(to: cut)
      let found = directory.appending("found\(number)")
      try device.lose(into: found, &random)
      try await Self.verify(found, acknowledged: device.acknowledged, "moment \(cut) of \(records.count)")
      try FileManager.default.removeItem(atPath: found)
    }
  }

  /// Writes in a process of its own until it is killed.
  private static func write(_ path: String, _ acknowledgements: String, writer: Int) async {
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = path as String, acknowledgements = acknowledgements as String, writer = writer as Int] in
      let store = try RevisionStore.open(at: path, configuration: PowerLossTests.configuration)
      let file = try AcknowledgementFile(acknowledgements)
      Thread.detachNewThread {
        usleep(writer == 0 ? 1_500_000 : 700_000)
        kill(getpid(), SIGKILL)
      }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for task in 0..<3 {
          group.addTask {
            var random = SeededGenerator(seed: UInt64(writer * 10 + task))
            for number in 0... {
              let keys = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                "\(writer)/\(task)/\(Int.random(in: 0..<60, using: &random))"
              }
              let size = Bool.random(using: &random) ? 20 : Int.random(in: 0...3000, using: &random)
              let value = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) } + bytes("#\(number)")
              let commit = try await store.write { view in
                for key in keys { try view.put(bytes(key), value) }
              }
              for key in Set(keys) { try file.add("\(commit.revision) \(key) \(Checksum.xxh3(value.span))") }
            }
          }
        }
        group.addTask {
          while true {
            let revision = try store.revision()
            if revision > 100 { _ = try? await store.compact(to: revision - 90) }
            try await Task.sleep(for: .milliseconds(20))
          }
        }
        try await group.waitForAll()
      }
    }
  }

  /// Opens what a loss of power left, twice, the second time after another write, and looks for all that was acknowledged.
  private static func verify(_ path: String, acknowledged: [Acknowledgement], _ moment: String) async throws {
    for round in 0..<2 {
      try await withStore(at: path, configuration) { store in
        let report = try store.check()
        #expect(report.findings.isEmpty, "\(moment), round \(round): \(report.findings.prefix(3))")
        let oldest = try store.statistics().compactRevision
        for acknowledgement in acknowledged where acknowledgement.revision >= oldest {
          let found = try store.read(at: .revision(acknowledgement.revision)) { try $0.get(bytes(acknowledgement.key)) }
          #expect(
            found?.modRevision == acknowledgement.revision && found.map { Checksum.xxh3($0.value.span) } == acknowledgement.hash,
            "\(moment), round \(round): \(acknowledgement.key) of revision \(acknowledgement.revision) is lost")
        }
        try await store.write { try $0.put(bytes("after"), bytes("\(round)")) }
      }
    }
  }
}

/// A write that was answered.
private struct Acknowledgement {
  let revision: Revision
  let key: String
  let hash: UInt64

  init?(_ line: Substring) {
    let parts = line.split(separator: " ")
    guard parts.count == 3, let revision = Int64(parts[0]), let hash = UInt64(parts[2]) else { return nil }
    self.revision = Revision(revision)
    key = String(parts[1])
    self.hash = hash
  }
}

// MARK: - What was written down

private enum DeviceTrace {
  enum Record {
    case write(file: Int, offset: Int, bytes: Data)
    case syncBegins(file: Int, number: UInt64)
    case syncEnds(file: Int, number: UInt64)
    case truncate(file: Int, byteCount: Int)
  }

  static func read(_ path: String) throws -> [Record] {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    var records: [Record] = []
    var index = 0
    func number<Number: FixedWidthInteger>(_ type: Number.Type, _ at: Int) -> Number {
      (0..<MemoryLayout<Number>.size).reversed().reduce(0) { $0 << 8 | Number(data[at + $1]) }
    }
    while index + 24 <= data.count {
      let (kind, file) = (number(UInt32.self, index), Int(number(UInt32.self, index + 4)))
      let (offset, length) = (number(UInt64.self, index + 8), Int(number(UInt64.self, index + 16)))
      index += 24
      switch kind {
      case 1:
        guard index + length <= data.count else { return records }
        records.append(.write(file: file, offset: Int(offset), bytes: data[index..<index + length]))
        index += length
      case 2: records.append(.syncBegins(file: file, number: offset))
      case 3: records.append(.syncEnds(file: file, number: offset))
      case 4: records.append(.truncate(file: file, byteCount: Int(offset)))
      default: throw CocoaError(.fileReadCorruptFile)
      }
    }
    return records
  }
}

/// The files of a store.
private struct DeviceImage {
  static let names = [1: "data.mdb", 2: "wal"]

  var files: [Int: Data]

  init(store: String) throws {
    files = try Self.names.mapValues { try Data(contentsOf: URL(fileURLWithPath: "\(store)/\($0)")) }
  }

  /// Writes as many sectors of a write as `chooses` says.
  mutating func apply(_ record: DeviceTrace.Record, _ chooses: () -> Bool = { true }) {
    switch record {
    case .write(let file, let offset, let bytes):
      guard files[file] != nil else { return }
      var start = 0
      while start < bytes.count {
        let count = min(512 - (offset + start) % 512, bytes.count - start)
        if chooses() {
          let missing = offset + start + count - files[file, default: Data()].count
          if missing > 0 { files[file]?.append(Data(repeating: 0, count: missing)) }
          files[file]?.replaceSubrange(
            offset + start..<offset + start + count, with: bytes[bytes.startIndex + start..<bytes.startIndex + start + count])
        }
        start += count
      }
    case .truncate(let file, let byteCount):
      if chooses(), let present = files[file]?.count, byteCount < present { files[file]?.removeLast(present - byteCount) }
    case .syncBegins, .syncEnds: break
    }
  }
}

/// A device that writes go to in the order of a trace.
private struct Device {
  private var image: DeviceImage
  private let records: [DeviceTrace.Record]
  private var position = 0
  /// What is not known to be on the device.
  private var pending: [(index: Int, file: Int, record: DeviceTrace.Record)] = []
  private var begins: [UInt64: Int] = [:]
  private var text = ""

  init(_ image: DeviceImage, _ records: [DeviceTrace.Record]) {
    self.image = image
    self.records = records
  }

  /// What was answered up to this moment.
  var acknowledged: [Acknowledgement] { text.split(separator: "\n").compactMap { Acknowledgement($0) } }

  mutating func advance(to cut: Int) {
    while position < cut {
      let record = records[position]
      switch record {
      case .write(let file, _, let bytes) where file == 3: text += String(decoding: bytes, as: UTF8.self)
      case .write(let file, _, _), .truncate(let file, _): pending.append((position, file, record))
      case .syncBegins(_, let number): begins[number] = position
      case .syncEnds(let file, let number):
        let begin = begins[number] ?? 0
        for entry in pending where entry.file == file && entry.index < begin { image.apply(entry.record) }
        pending.removeAll { $0.file == file && $0.index < begin }
      }
      position += 1
    }
  }

  /// Makes a directory with what is on the device and part of what was on its way.
  func lose(into directory: String, _ random: inout SeededGenerator) throws {
    var found = image
    // From nothing to everything, of each file.
    let data: [Double] = [0, 0.1, 0.5, 0.9, 1]
    let log: [Double] = [0, 0.5, 1]
    let chances = [1: data.randomElement(using: &random) ?? 0, 2: log.randomElement(using: &random) ?? 0]
    for entry in pending {
      let chance = chances[entry.file] ?? 0
      found.apply(entry.record) { Double.random(in: 0..<1, using: &random) < chance }
    }
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
    for (file, name) in DeviceImage.names {
      try found.files[file]?.write(to: URL(fileURLWithPath: "\(directory)/\(name)"))
    }
  }
}

/// The library that writes down, made by the C compiler that Swift comes with.
private enum TraceLibrary {
  static let notice = "writes are traced on Linux only, and by a library that clang or cc builds; install one"

  private static let compiler = ["/usr/bin/cc", "/usr/bin/clang", "/opt/swift/usr/bin/clang"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  static var isExpected: Bool {
    #if os(Linux)
      compiler != nil || ProcessInfo.processInfo.environment["CI"] == "true"
    #else
      false
    #endif
  }

  static func build(in directory: TemporaryDirectory) async throws -> String {
    let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Support/trace.c").path
    let library = directory.appending("trace.so")
    let run = try await ProgramRun.of(try #require(compiler), ["-O1", "-fPIC", "-shared", "-o", library, source, "-ldl"])
    try #require(run.status == 0, "\(run.error)")
    return library
  }
}
