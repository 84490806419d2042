#if Network
  import EtcdServer
  import Foundation
  import MetricsTestKit
  import MVCC
  import TestSupport
  import Testing

  /// What the server says of itself to Prometheus and to the application that it is part of.
  @Suite(.serialized, .enabled(if: EtcdRelease.debian.isExpected, "\(EtcdRelease.debian.notice)")) struct MetricsTests {
    private func page(_ port: Int) async throws -> String {
      try await ProgramRun.of("/usr/bin/curl", ["-s", "http://127.0.0.1:\(port)/metrics"], limit: 20).output
    }

    private func method(_ name: String, _ service: String, code: String? = nil, type: String = "unary") -> String {
      "{\(code.map { #"grpc_code="\#($0)","# } ?? "")grpc_method=\"\(name)\",grpc_service=\"\(service)\",grpc_type=\"\(type)\"}"
    }

    @Test func `a page is well-formed before the first call and after many, and shows every method at 0`() async throws {
      try await withServer { (server, _) async throws in
        let first = try PrometheusText(try await page(server.port))
        #expect(first["grpc_server_handled_total\(method("Put", "etcdserverpb.KV", code: "DataLoss"))"] == 0)
        let watch = method("Watch", "grpc.health.v1.Health", type: "server_stream")
        #expect(first["grpc_server_started_total\(watch)"] == 0)
        #expect(first.families["grpc_server_handling_seconds"] == nil)
        let etcdctl = Etcdctl(port: server.port)
        for arguments in [
          ["put", "a", "1"], ["get", "a"], ["get", "a", "--rev=99"], ["del", "a"], ["lease", "grant", "100"], ["defrag"],
        ] {
          #expect(try await etcdctl.run(arguments).error.isEmpty || arguments.contains("--rev=99"))
        }
        let last = try PrometheusText(try await page(server.port))
        let put = method("Put", "etcdserverpb.KV")
        let expected: [String: Double] = [
          "grpc_server_started_total\(put)": 1, "grpc_server_msg_received_total\(put)": 1, "grpc_server_msg_sent_total\(put)": 1,
          "grpc_server_handled_total\(method("Put", "etcdserverpb.KV", code: "OK"))": 1,
          "grpc_server_handled_total\(method("Range", "etcdserverpb.KV", code: "OutOfRange"))": 1,
          "etcd_mvcc_put_total": 1, "etcd_mvcc_range_total": 1, "etcd_mvcc_delete_total": 1, "etcd_mvcc_txn_total": 0,
          "etcd_debugging_lease_granted_total": 1, "etcd_debugging_lease_ttl_total_sum": 100,
          #"etcd_debugging_lease_ttl_total_bucket{le="64"}"#: 0, #"etcd_debugging_lease_ttl_total_bucket{le="128"}"#: 1,
          "etcd_disk_backend_defrag_duration_seconds_count": 1, "etcd_disk_defrag_inflight": 0,
        ]
        for (series, value) in expected { #expect(last[series] == value, "\(series)") }
        for series in ["etcd_network_client_grpc_received_bytes_total", "process_resident_memory_bytes", "process_open_fds"] {
          #expect(last[series].map { $0 > 0 } == true, "\(series)")
        }
        let age = Date().timeIntervalSince1970 - (last["process_start_time_seconds"] ?? 0)
        #expect(age > -2 && age < 86_400, "\(age)")
      }
    }

    @Test func `operations in transactions count, and only a transaction of several is one`() async throws {
      try await withServer { (server, _) async throws in
        func transaction(_ operations: String) async throws {
          let run = try await Etcdctl(port: server.port)("txn", input: "\n\(operations)\n\n\n")
          #expect(run.status == 0, "\(run.error)")
        }
        try await transaction("put a 1")
        try await transaction("put a 1\nget a\ndel b\nput c 2")
        let text = try PrometheusText(try await page(server.port))
        #expect(text["etcd_mvcc_put_total"] == 3)
        #expect(text["etcd_mvcc_range_total"] == 1)
        #expect(text["etcd_mvcc_delete_total"] == 1)
        #expect(text["etcd_mvcc_txn_total"] == 1)
      }
    }

    @Test func `extensive metrics tell how long the calls of each method took`() async throws {
      var configuration = EtcdServerConfiguration()
      configuration.metricsLevel = .extensive
      try await withServer(configuration) { (server, _) async throws in
        for _ in 0..<3 { try await Etcdctl(port: server.port)("put", "a", "1") }
        let text = try PrometheusText(try await page(server.port))
        let put = method("Put", "etcdserverpb.KV")
        #expect(text["grpc_server_handling_seconds_count\(put)"] == 3)
        #expect(text["grpc_server_handling_seconds_sum\(put)"].map { $0 > 0 && $0 < 60 } == true)
        #expect(text["grpc_server_handling_seconds_count\(method("Range", "etcdserverpb.KV"))"] == 0)
      }
    }

    @Test func `an application's own metrics system gets the same counts under the same names`() async throws {
      let metrics = TestMetrics()
      try await withServer(metrics: metrics) { (server, _) async throws in
        for _ in 0..<3 { try await Etcdctl(port: server.port)("put", "a", "1") }
        let labels = [("grpc_code", "OK"), ("grpc_method", "Put"), ("grpc_service", "etcdserverpb.KV"), ("grpc_type", "unary")]
        #expect(try metrics.expectCounter("grpc_server_handled_total", labels).totalValue == 3)
        #expect(try metrics.expectCounter("etcd_mvcc_put_total").totalValue == 3)
        #expect(try PrometheusText(try await page(server.port))["etcd_mvcc_put_total"] == 3)
      }
    }

    /// Names whose meaning is of Go, of raft's log on disk, of other members, or of etcd's second version; docs/serving.md says of each why.
    private static let others = [
      "go_", "promhttp_", "etcd_disk_wal_", "etcd_disk_backend_commit_", "etcd_debugging_disk_backend_", "etcd_snap_",
      "etcd_debugging_snap_",
      "etcd_debugging_store_", "etcd_grpc_proxy_", "etcd_network_peer_", "etcd_debugging_mvcc_db_compaction_",
      "etcd_debugging_mvcc_index_compaction_", "etcd_debugging_mvcc_pending_", "etcd_debugging_mvcc_total_put_", "etcd_server_go_version",
      "etcd_server_slow_", "etcd_server_read_indexes_", "etcd_server_heartbeat_", "etcd_server_learner_promote_",
      "etcd_server_snapshot_apply_",
      "etcd_server_proposals_failed_", "etcd_server_proposals_pending", "etcd_server_apply_duration_", "etcd_server_client_requests_",
      "etcd_mvcc_db_open_read_transactions", "etcd_debugging_auth_revision", "etcd_debugging_server_lease_expired_",
      "process_virtual_memory_max_bytes", "process_network_",
    ]

    @Test(.enabled(if: EtcdRelease.debian.isExpected))
    func `every metric of a real etcd is there with its type, or is one that has no meaning here`()
      async throws
    {
      var configuration = EtcdServerConfiguration()
      configuration.metricsLevel = .extensive
      try await withServer(configuration) { (server, _) async throws in
        let ours = try PrometheusText(try await page(server.port))
        try await EtcdServerProcess.run(.debian) { (etcd) async throws in
          let theirs = try await page(Int(etcd.port)).split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }.map {
            $0.components(separatedBy: " ")
          }
          #expect(theirs.count > 50)
          for words in theirs where !Self.others.contains(where: { words[2].hasPrefix($0) }) {
            guard let family = ours.families[words[2]] else {
              // Up to 3.4 some names were there twice.
              let newer = words[2].replacing("etcd_debugging_mvcc_", with: "etcd_mvcc_")
              #expect(newer != words[2] && ours.families[newer] != nil, "\(words[2])")
              continue
            }
            #expect(words[2] == "grpc_server_handling_seconds" || family.kind == words[3], "\(words[2]) is a \(family.kind)")
          }
        }
      }
    }
  }
#endif
