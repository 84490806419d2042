import ArgumentParser
import Foundation

@main
struct Benchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "isdb-bench", abstract: "Times the store beside its floors and peers, in one run, and prints a table.",
    subcommands: [All.self, HeapChild.self, WatchChild.self, EchoChild.self], defaultSubcommand: All.self)
}

struct All: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Runs the workloads, each contestant in turns.")

  enum Part: String, CaseIterable, ExpressibleByArgument {
    case puts, reads, open, watch, size, compaction, streams, policies, serve
  }

  @Option(help: "Where the stores are made; the file system is what is measured.")
  var directory = FileManager.default.temporaryDirectory.path
  @Option(help: "Tag moves, one JSON object a line, gzip; made-up ones without it. (ISDB_BENCH_TRACE)")
  var trace: String?
  @Option(help: "etcd's program, or several with colons between them; its rows are empty without one. (ISDB_BENCH_ETCD)")
  var etcd: String?
  @Option(help: "The isdb program whose server is put beside etcd; its rows are empty without one. (ISDB_BENCH_ISDB)")
  var isdb: String?
  @Option(help: "Where the table goes, besides the standard output.") var output: String?
  @Option(parsing: .upToNextOption, help: "Only these parts: \(Part.allCases.map(\.rawValue).joined(separator: ", ")).")
  var only: [Part] = []
  @Option(help: "Seconds for each contestant in each workload, in turns; 6 unless told, 0.6 in a quick run.")
  var seconds: Double?
  @Flag(help: "Less of everything: below three minutes.") var quick = false
  @Flag(help: "Ten million keys as well.") var large = false

  func run() async throws {
    let work = "\(directory)/isdb-bench-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: work) }
    let environment = ProcessInfo.processInfo.environment
    let moves = try (trace ?? environment["ISDB_BENCH_TRACE"]).map { try Trace(path: $0) } ?? Trace.lookAlike(moves: 200_000)
    var scale = quick ? Scale.quick : large ? .large : .full
    scale.seconds = seconds ?? scale.seconds
    let setup = Setup(
      directory: work, scale: scale, trace: moves,
      etcds: (etcd ?? environment["ISDB_BENCH_ETCD"] ?? "").split(separator: ":").map(String.init),
      isdb: isdb ?? environment["ISDB_BENCH_ISDB"])
    let results = Results(heading: Machine.description(of: directory, quick: quick), output: output)
    let parts = only.isEmpty ? Part.allCases : only
    for part in parts {
      do {
        try await run(part, setup, results)
      } catch {
        // What fails is a row of the table too, and the others go on.
        results.add(Row(workload: part.rawValue, contestant: "–", note: "failed: \(error)"))
      }
    }
    try results.save()
    print(results.markdown)
  }

  private func run(_ part: Part, _ setup: Setup, _ results: Results) async throws {
    switch part {
    case .puts: try await PutWorkloads(setup: setup, results: results).run()
    case .reads: try await ReadWorkloads(setup: setup, results: results).run()
    case .open: try await StoreWorkloads(setup: setup, results: results).openings()
    case .watch: try await WatchWorkloads(setup: setup, results: results).run()
    case .size: try await StoreWorkloads(setup: setup, results: results).sizes()
    case .compaction: try await StoreWorkloads(setup: setup, results: results).compaction()
    case .streams:
      try await StreamWorkloads(setup: setup, results: results).run()
      try await StreamSizeWorkloads(setup: setup, results: results).run()
    case .policies: try await PolicyWorkloads(setup: setup, results: results).run()
    case .serve: try await ServeWorkloads(setup: setup, results: results).run()
    }
  }
}

/// Where the figures are from.
enum Machine {
  static func description(of directory: String, quick: Bool) -> String {
    let model = Usage.text("/proc/cpuinfo").split(separator: "\n").first { $0.hasPrefix("model name") }
    let name = model.flatMap { $0.split(separator: ":").last }.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown processor"
    let load = Usage.text("/proc/loadavg").split(separator: " ").first ?? "?"
    return """
      \(quick ? "A quick run" : "A full run") on \(ProcessInfo.processInfo.activeProcessorCount) cores (\(name)), \
      \(ProcessInfo.processInfo.operatingSystemVersionString), load \(load) at the start.
      """
  }
}

struct HeapChild: ParsableCommand {
  static let configuration = CommandConfiguration(shouldDisplay: false)

  @Argument var path: String
  @Argument var keys: Int

  func run() throws { try StoreWorkloads.readAll(path, keys: keys) }
}

struct WatchChild: AsyncParsableCommand {
  static let configuration = CommandConfiguration(shouldDisplay: false)

  @Argument var path: String
  @Argument var events: Int

  func run() async throws { try await WatchWorkloads.watch(path, events: events) }
}

struct EchoChild: ParsableCommand {
  static let configuration = CommandConfiguration(shouldDisplay: false)

  func run() { Child.echo() }
}
