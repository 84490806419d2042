import Foundation

/// Moves of tags in the order in which they happened: the canonical write workload.
struct Trace: Sendable {
  /// Where the moves come from, for the table.
  let name: String
  private let tags: [String]
  /// For each move the tag's place in `tags`, the build it moves to and when.
  private let moves: [(tag: Int32, build: Int32, time: Int64)]
  private let builds: [String]

  var count: Int { moves.count }

  /// Reads thirteen years of moves of Docker's official images, one JSON object a line, compressed with gzip; deletions are left out,
  /// since a move of a tag is what all contestants know.
  init(path: String) throws {
    struct Event: Decodable {
      struct Build: Decodable {
        let id: String
        let tags: [String]
      }

      let t: Int64
      let r: String
      let b: [Build]
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", path]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    var recorder = Recorder()
    let decoder = JSONDecoder()
    for line in text.split(separator: UInt8(ascii: "\n")) {
      let event = try decoder.decode(Event.self, from: line)
      for build in event.b { for tag in build.tags { recorder.move("\(event.r):\(tag)", to: build.id, at: event.t) } }
    }
    self.init(name: "real tag moves", recorder)
  }

  /// Made-up moves in the shape of the real ones: few repositories move often, and their moves come in runs of neighbouring tags.
  static func lookAlike(moves: Int) -> Trace {
    var random = Random(seed: 7)
    var recorder = Recorder()
    while recorder.moves.count < moves {
      // The product of two uniform numbers prefers the small ones: a few repositories make most of the moves.
      let repository = random.below(180) * random.below(180) / 180
      let release = random.below(60) * random.below(60) / 60
      for _ in 0..<1 + random.below(3) {
        let build = random.hex(32)
        let flavour = random.pick(["", "-alpine", "-slim", "-bookworm"])
        for tag in ["\(release)", "\(release).\(random.below(9))", "\(release).1.\(random.below(40))", "latest"].prefix(1 + random.below(4))
        {
          recorder.move("app-\(repository):\(tag)\(flavour)", to: build, at: 1_383_580_395 + Int64(recorder.moves.count) * 800)
        }
      }
    }
    return Trace(name: "look-alike tag moves", recorder)
  }

  private struct Recorder {
    var tags: [String] = []
    var builds: [String] = []
    var moves: [(tag: Int32, build: Int32, time: Int64)] = []
    private var known: [String: Int32] = [:]

    mutating func move(_ tag: String, to build: String, at time: Int64) {
      if builds.last != build { builds.append(build) }
      let place = known[tag] ?? Int32(tags.count)
      if known.updateValue(place, forKey: tag) == nil { tags.append(tag) }
      moves.append((place, Int32(builds.count - 1), time))
    }
  }

  private init(name: String, _ recorder: Recorder) {
    self.name = name
    tags = recorder.tags
    builds = recorder.builds
    moves = recorder.moves
  }

  private func add(_ move: Int, to list: inout OperationList) {
    let (tag, build, time) = moves[move]
    var random = Random(seed: UInt64(move))
    // The trace names a build with 32 digits; a digest has 64, and each of them is as good as random.
    var digits = Random(seed: UInt64(builds[Int(build)].prefix(16), radix: 16) ?? UInt64(build))
    let digest = digits.hex(64)
    let repository = tags[Int(tag)].split(separator: ":").first ?? ""
    list.add(
      Array("isdb/tags/library/\(tags[Int(tag)])".utf8),
      Records.tag(repository: "library/\(repository)", digest: digest, time: time, &random))
  }

  /// Moves in order.
  func operations(_ range: Range<Int>) -> OperationList {
    var list = OperationList()
    for move in range.clamped(to: 0..<count) { add(move, to: &list) }
    return list
  }

  /// The tags as they stood before a move, in parts of ten thousand.
  func load(before end: Int, _ body: (OperationList) async throws -> Void) async throws {
    var last: [Int32: Int] = [:]
    for move in 0..<end { last[moves[move].tag] = move }
    let standing = last.values.sorted()
    for first in stride(from: 0, to: standing.count, by: 10_000) {
      var list = OperationList()
      for move in standing[first..<min(first + 10_000, standing.count)] { add(move, to: &list) }
      try await body(list)
    }
  }
}
