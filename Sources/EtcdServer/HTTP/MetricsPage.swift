#if Network
  internal import MVCC
  internal import Synchronization

  #if canImport(FoundationEssentials)
    internal import FoundationEssentials
  #else
    internal import Foundation
  #endif

  /// The page /metrics in Prometheus' text format. Names are etcd's where the meaning is the same, so that its dashboards work.
  struct MetricsPage {
    private(set) var text = ""

    init(_ core: ServerCore) {
      if let statistics = try? core.store.statistics() { add(statistics, core) }
      add(core.metrics)
      addProcess()
    }

    private mutating func add(_ statistics: StoreStatistics, _ core: ServerCore) {
      gauge("etcd_server_has_leader", "Whether there is a leader: the only member.", 1)
      gauge("etcd_server_is_leader", "Whether this member leads.", 1)
      gauge("etcd_server_version", "The version that is answered for.", 1, labels: #"{server_version="\#(EtcdServer.etcdVersion)"}"#)
      gauge("etcd_server_id", "The member.", 1, labels: #"{server_id="\#(String(core.identity.member, radix: 16))"}"#)
      gauge("etcd_server_quota_backend_bytes", "The most bytes that the store may use; 0 for no limit.", statistics.quotaBytes ?? 0)
      gauge("etcd_mvcc_db_total_size_in_bytes", "Bytes of the data file.", statistics.fileBytes)
      gauge("etcd_mvcc_db_total_size_in_use_in_bytes", "Bytes of it that hold data.", statistics.usedBytes)
      gauge("etcd_debugging_mvcc_current_revision", "The newest revision.", Int(statistics.revision.rawValue))
      gauge("etcd_debugging_mvcc_compact_revision", "The oldest readable revision.", Int(statistics.compactRevision.rawValue))
      gauge("etcd_debugging_mvcc_keys_total", "Live keys.", statistics.keyCount)
      gauge("isdb_history_versions", "Superseded versions that are kept.", statistics.historyCount)
      gauge("isdb_log_changes", "Changes in the log.", statistics.logCount)
      gauge("isdb_readers", "Slots of readers in use, of all processes.", statistics.readerCount)
      for kind in Alarm.Kind.allCases {
        let isRaised = statistics.alarms.contains { $0.kind == kind }
        gauge("isdb_alarm", "Whether an alarm is raised.", isRaised ? 1 : 0, labels: #"{kind="\#(kind.rawValue)"}"#)
      }
    }

    private mutating func add(_ metrics: ServerMetrics) {
      gauge("etcd_debugging_mvcc_watcher_total", "Watches that are open.", metrics.watchers.load(ordering: .relaxed))
      gauge("etcd_debugging_mvcc_watch_stream_total", "Streams of watches.", metrics.watchStreams.load(ordering: .relaxed))
      counter("etcd_debugging_mvcc_events_total", "Events sent to watches.", [("", metrics.events.load(ordering: .relaxed))])
      let calls = metrics.calls
      func labels(_ path: String) -> String {
        let parts = path.split(separator: "/")
        return #"grpc_method="\#(parts.last ?? "")",grpc_service="\#(parts.first ?? "")",grpc_type="\#(metrics.type(of: path))""#
      }
      counter("grpc_server_started_total", "Calls that began.", calls.map { ("{\(labels($0.path))}", $0.started) })
      let handled = calls.flatMap { call in
        call.handled.map { (#"{grpc_code="\#($0.code)",\#(labels(call.path))}"#, $0.count) }
      }
      counter("grpc_server_handled_total", "Calls that ended, by how.", handled)
      for (name, path) in [("put", "Put"), ("range", "Range"), ("txn", "Txn"), ("delete", "DeleteRange")] {
        let count = calls.first { $0.path == "/etcdserverpb.KV/\(path)" }?.started ?? 0
        counter("etcd_mvcc_\(name)_total", "Calls of \(path).", [("", count)])
      }
    }

    private mutating func addProcess() {
      if let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
        let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
        let kibibytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap({ Int($0) })
      {
        gauge("process_resident_memory_bytes", "Resident memory.", kibibytes << 10)
      }
      if let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
        gauge("process_open_fds", "Open files.", files.count)
      }
    }

    private mutating func gauge(_ name: String, _ help: String, _ value: Int, labels: String = "") {
      if !text.contains("# TYPE \(name) ") { text += "# HELP \(name) \(help)\n# TYPE \(name) gauge\n" }
      text += "\(name)\(labels) \(value)\n"
    }

    private mutating func counter(_ name: String, _ help: String, _ values: [(labels: String, count: Int)]) {
      text += "# HELP \(name) \(help)\n# TYPE \(name) counter\n"
      for value in values { text += "\(name)\(value.labels) \(value.count)\n" }
    }
  }
#endif
