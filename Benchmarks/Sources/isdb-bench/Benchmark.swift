import ArgumentParser
import Foundation

@main
struct Benchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "isdb-bench", abstract: "Times the store beside its floors, in one run, and prints a table of ratios.")

  @Option(help: "Where the stores are made; the file system is what is measured.") var directory = FileManager.default.temporaryDirectory
    .path
  @Option(help: "Keys in the store.") var keys = 100_000
  @Option(help: "Operations of each workload; cheap ones do more.") var count = 2_000
  @Option(help: .hidden) var watch: String?
  @Option(help: .hidden) var events = 0
  @Flag(help: .hidden) var echo = false

  func run() async throws {
    if echo { return CrossProcess.echo() }
    if let watch { return try await CrossProcess.watch(watch, events: events) }
    let work = "\(directory)/isdb-bench-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: work) }
    let sync = try Floor.sync(path: "\(work)/sync", count: 500)
    var results = try await EngineWorkloads(directory: work, keys: keys, count: count).run()
    results += try await StreamWorkloads(directory: work, tags: 10_000, count: count).run()
    results.append(try await CrossProcess(directory: work, count: count).run())
    print(Report(results: results, sync: sync, keys: keys).markdown)
  }
}
