import Foundation
import MVCC
import TestSupport
import Testing

/// The same seeded histories on a real etcd and on a store: every answer has to be equal.
///
/// Without etcd they are skipped, except with CI=true, where they fail. `ISDB_SEED=7` runs one seed, `ISDB_SEEDS=1000` more, `ISDB_ETCD=path` another etcd.
@Suite(.serialized, .enabled(if: EtcdRelease.debian.isExpected, "\(EtcdRelease.debian.notice)")) struct EtcdDifferenceTests {
  private static let seedCount: UInt64 = 200
  private static let requestsPerSeed = 250

  /// Seeds that one server takes, one after the other: few starts, and no history so long that it slows later seeds.
  private static let seedsPerServer: UInt64 = 40

  private static func number(_ name: String) -> UInt64? { ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) } }

  private static var groups: [ClosedRange<UInt64>] {
    if let seed = number("ISDB_SEED") { return [seed...seed] }
    let count = max(number("ISDB_SEEDS") ?? 0, seedCount)
    return stride(from: 1, through: count, by: Int(seedsPerServer)).map { $0...min($0 + seedsPerServer - 1, count) }
  }

  @Test(arguments: groups)
  func `a store answers random histories as a real etcd does`(seeds: ClosedRange<UInt64>) async throws {
    try await EtcdServerProcess.run { (server) async throws in
      for seed in seeds {
        try await withStore { store in
          var run = HistoryRun(try EtcdGateway(port: server.port), server.version, store, seed: seed)
          // The first of a group finds a server as new as the store, here and when it is repeated alone.
          if seed % Self.seedsPerServer != 1 { try await run.begin() }
          do {
            try await run.run(requests: Self.requestsPerSeed)
          } catch let difference as HistoryDifference {
            // Other seeds may differ elsewhere.
            Issue.record(difference)
          }
        }
      }
    }
  }
}
