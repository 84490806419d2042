#if Network
  import EtcdAPI
  import Foundation
  import MVCC
  import SwiftProtobuf
  import Synchronization
  import TestSupport
  import Testing

  /// Clients of a server that is killed with SIGKILL and started again on its port, while others write.
  @Suite(.serialized) struct ResumptionTests {
    /// A put as it was told of.
    private struct Heard: Hashable, Sendable {
      let revision: Int64
      let key: String
      let value: String
    }

    /// What is shared by all parties of a run.
    private final class Run: Sendable {
      let port: Int
      let acknowledged = Mutex<[Heard]>([])
      let isOver = Mutex(false)

      init(port: Int) { self.port = port }

      /// A connection, as soon as there is a server.
      func connect() async throws -> GRPCTestConnection {
        for _ in 0..<5_000 {
          if let connection = try? await GRPCTestConnection.connect(port: port) { return connection }
          try await Task.sleep(for: .milliseconds(2))
        }
        throw Refusal(14, "nothing listens on \(port)")
      }

      /// Puts values one after the other. One whose answer was lost is not put again: it may be there or not.
      func write(_ name: String) async throws {
        var number = 0
        while !isOver.withLock({ $0 }) {
          let connection = try await connect()
          while !isOver.withLock({ $0 }) {
            number += 1
            let (key, value) = ("k/\(name)\(number % 7)", "\(name) \(number)")
            guard let response = try? await connection.put(key, value) else { break }
            acknowledged.withLock { $0.append(Heard(revision: response.header.revision, key: key, value: value)) }
          }
          try await connection.close()
        }
      }

      /// Watches from the first revision on, each time from behind the last that was heard of, until the last value is there.
      func watch(until last: String) async throws -> [Heard] {
        var heard: [Heard] = []
        while heard.last?.value != last {
          let connection = try await connect()
          if let call = try? await connection.open("/etcdserverpb.Watch/Watch") {
            let create = EtcdWatchRequest.with {
              $0.createRequest = .with {
                $0.key = Data("k/".utf8)
                $0.rangeEnd = Data("k0".utf8)
                $0.startRevision = (heard.last?.revision ?? 0) + 1
              }
            }
            try? await call.send(create.serializedBytes())
            for await case .message(let bytes) in call.events {
              let response = try EtcdWatchResponse(serializedBytes: bytes)
              #expect(!response.canceled, "\(response.cancelReason)")
              heard += response.events.map {
                Heard(
                  revision: $0.kv.modRevision, key: String(decoding: $0.kv.key, as: UTF8.self),
                  value: String(decoding: $0.kv.value, as: UTF8.self))
              }
              if heard.last?.value == last { break }
            }
          }
          try await connection.close()
        }
        return heard
      }
    }

    /// What `etcdctl watch -w json` printed.
    private static func events(_ output: String) throws -> [Heard] {
      try output.split(separator: "\n").flatMap { line -> [Heard] in
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        return try (object["Events"] as? [[String: Any]] ?? []).map { event in
          let keyValue = try #require(event["kv"] as? [String: Any])
          func text(_ name: String) -> String {
            String(decoding: Data(base64Encoded: keyValue[name] as? String ?? "") ?? Data(), as: UTF8.self)
          }
          return Heard(revision: (keyValue["mod_revision"] as? NSNumber)?.int64Value ?? 0, key: text("key"), value: text("value"))
        }
      }
    }

    /// Every put that the store holds, in order.
    private static func log(_ store: RevisionStore) async throws -> [Heard] {
      let newest = try store.revision()
      var log: [Heard] = []
      for try await batch in try store.watch(.prefix(Array("k/".utf8)), after: Revision(1)) {
        log += batch.events.map {
          Heard(
            revision: $0.keyValue.modRevision.rawValue, key: String(decoding: $0.keyValue.key, as: UTF8.self),
            value: String(decoding: $0.keyValue.value, as: UTF8.self))
        }
        if batch.revision >= newest { break }
      }
      return log
    }

    @Test func `watches lose and repeat nothing when the server is killed again and again while clients put`() async throws {
      let rounds = ProcessInfo.processInfo.environment["ISDB_KILLS"].flatMap { Int($0) } ?? 8
      let directory = try TemporaryDirectory()
      // Below the range that systems give to outgoing connections.
      let run = Run(port: Int.random(in: 10_000..<30_000))
      let arguments = ["serve", "--store", directory.appending("store"), "--listen", "127.0.0.1:\(run.port)"]
      var server = try await ServerProcess.start(BuiltProgram.isdb.path, arguments, readyText: "serving")
      defer { server.end() }
      let clients = EtcdRelease.all.filter(\.isExpected).map { Etcdctl($0, port: run.port) }
      let limit = 60 + 5 * rounds
      let watches = try clients.map { try $0.start(["watch", "k/", "--prefix", "-w", "json"], limit: limit) }
      if let client = clients.first { try await client.waitForWatches(clients.count) }

      let own = Task { try await run.watch(until: "last") }
      let writers = (0..<3).map { number in Task { try await run.write("w\(number)-") } }
      for _ in 0..<rounds {
        // Somewhere in the middle of what is being written.
        let goal = run.acknowledged.withLock { $0.count } + Int.random(in: 20...400)
        while run.acknowledged.withLock({ $0.count }) < goal { try await Task.sleep(for: .milliseconds(1)) }
        server.end()
        server = try await ServerProcess.start(BuiltProgram.isdb.path, arguments, readyText: "serving")
      }
      run.isOver.withLock { $0 = true }
      for writer in writers { try await writer.value }
      let connection = try await run.connect()
      let last = try await connection.put("k/last", "last")
      run.acknowledged.withLock { $0.append(Heard(revision: last.header.revision, key: "k/last", value: "last")) }

      let heard = try await own.value
      // "last" in Base64.
      for watch in watches { await watch.wait { output, _ in output.contains("\"bGFzdA==\"") && output.hasSuffix("\n") } }
      var printed: [[Heard]] = []
      for watch in watches { printed.append(try Self.events(await watch.interrupted().output)) }
      try await connection.close()
      server.end()

      try await withStore(at: directory.appending("store")) { (store) async throws in
        let log = try await Self.log(store)
        #expect(log.count > 20 * rounds)
        #expect(log.map(\.revision) == (0..<log.count).map { Int64($0) + 2 })
        let missing = Set(run.acknowledged.withLock { $0 }).subtracting(log)
        #expect(missing.isEmpty, "acknowledged, and not there")
        #expect(heard == log, "\(heard.difference(from: log))")
        for events in printed { #expect(events == log, "\(events.difference(from: log))") }
      }
    }
  }
#endif
